"""The source as a whole: format, lint, types, layers. Each tool is configured in pyproject.toml."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "format", "--check", "."],
        ["ruff", "check", "."],
        ["mypy"],
        ["lint-imports"],
    ],
    ids=["format", "lint", "types", "layers"],
)
def test_source(command: list[str]) -> None:
    tool = Path(sys.executable).with_name(command[0])
    environment = {**os.environ, "NO_COLOR": "1"}
    result = subprocess.run(
        [tool, *command[1:]], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

BROUGHT = {"h2", "pydantic"}
"""What others promise to bring: httpx's extra the one, FastAPI, for its models, the other."""


def required(requirements: list[str]) -> list[str]:
    """The names of these distributions."""
    return [re.split(r"[^A-Za-z0-9-]", requirement, maxsplit=1)[0].lower() for requirement in requirements]


@pytest.mark.parametrize("extra", [None, *PROJECT["optional-dependencies"]])
def test_nothing_is_required_twice(extra: str | None) -> None:
    names = required(PROJECT["dependencies"] if extra is None else PROJECT["optional-dependencies"][extra])

    assert len(names) == len(set(names))


def test_what_is_imported_is_required() -> None:
    """What another distribution brings today it may not bring tomorrow."""
    imported = {
        name for folder in ("hdrcli", "sample_app") for path in (ROOT / folder).rglob("*.py") for name in _imports(path)
    }
    extras = PROJECT["optional-dependencies"]
    names = required([*PROJECT["dependencies"], *extras["browser"], *extras["http2"], *extras["socks"]])
    given = {name.replace("-", "_") for name in names} | BROUGHT | {"hdrcli", "sample_app"}

    assert imported - sys.stdlib_module_names - given == set()


def _imports(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return {
        name.partition(".")[0]
        for name in plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    }
