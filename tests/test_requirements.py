"""The distributions that pyproject.toml requires are the ones that the packages import."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

IMPORTED_AS = {"pyyaml": "yaml"}
"""Distributions whose module has another name."""

BROUGHT = {"pydantic", "_typeshed"}
"""Modules that come with others: pydantic with FastAPI, _typeshed with type checkers, which alone import it."""


def required(requirements: list[str]) -> list[str]:
    """The names of these distributions."""
    return [re.split(r"[^A-Za-z0-9-]", requirement, maxsplit=1)[0].lower() for requirement in requirements]


@pytest.mark.parametrize("extra", [None, *PROJECT["optional-dependencies"]])
def test_nothing_is_required_twice(extra: str | None) -> None:
    names = required(PROJECT["dependencies"] if extra is None else PROJECT["optional-dependencies"][extra])

    assert len(names) == len(set(names))


def test_what_is_imported_is_required() -> None:
    """A distribution that another one installs today may be gone tomorrow."""
    imported = {
        name for folder in ("hdrcli", "sample_app") for path in (ROOT / folder).rglob("*.py") for name in _imports(path)
    }
    extras = PROJECT["optional-dependencies"]
    used = ("browser", "dask", "pytest", "socks", "watch")
    names = required([*PROJECT["dependencies"], *(each for extra in used for each in extras[extra])])
    given = {IMPORTED_AS.get(name, name).replace("-", "_") for name in names} | BROUGHT | {"hdrcli", "sample_app"}

    assert imported - sys.stdlib_module_names - given == set()


def _imports(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return {
        name.partition(".")[0]
        for name in plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    }
