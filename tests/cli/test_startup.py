"""Start-up time is a feature: what a command does not need, it does not load."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.cli.program import environment, importing_first, without_coverage
from tests.serving.http import answer
from tests.serving.loopback import DEADLINE
from tests.serving.site import OPEN_TO_PAGE, Site

ROOT = Path(__file__).parent.parent.parent
PROGRAM = """
import sys
before = set(sys.modules)  # what the interpreter itself loads, coverage included
from hdrcli.__main__ import main
status = main()
new = set(sys.modules) - before
loaded = sorted({name.partition(".")[0] for name in new} | {name for name in new if name.startswith("hdrcli.")})
import json
print(json.dumps([status, loaded]), file=sys.stderr)
"""

NETWORK = {
    "fastapi",
    "starlette",
    "uvicorn",
    "pydantic",
    "pydantic_core",
    "httpx",
    "anyio",
    "playwright",
    "sample_app",
    "websockets",
}

FIRST = {"asyncio", "dataclasses", "re", "rich", "typer", "click", "ssl", "typing", "json"} | NETWORK


def loaded_by(*arguments: str, folder: str | None = None) -> set[str]:
    """The top-level modules that the program loads, and all modules of its own."""
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=folder,
        env=without_coverage(environment()) | importing_first(ROOT),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=DEADLINE,
        check=False,
    )
    status, loaded = json.loads(ended.stderr)
    assert status == 0
    assert ended.stdout
    return set(loaded)


def test_version_loads_next_to_nothing() -> None:
    loaded = loaded_by("--version")

    assert loaded & FIRST == set()
    assert "hdrcli" in loaded


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["serve-sample", "--help"]], ids=" ".join)
def test_help_loads_no_network_and_no_terminal(arguments: list[str]) -> None:
    loaded = loaded_by(*arguments)

    assert loaded & ({"rich", "asyncio", "hdrcli.rules", "hdrcli.reporters", "hdrcli.wire"} | NETWORK) == set()
    assert "typer" in loaded


@pytest.mark.parametrize(
    "options", [[], ["--verbose"], ["--format=json"], ["--format=jsonl"], ["--format=json", "--insecure"]], ids=str
)
def test_check_loads_what_it_needs(options: list[str]) -> None:
    """The current folder has a `pyproject.toml` that does not mention the configuration's table."""
    with Site({"/items": answer(*OPEN_TO_PAGE)}) as site, TemporaryDirectory() as folder:
        (Path(folder) / "pyproject.toml").write_text('[project]\nname = "shop"\n')
        loaded = loaded_by("check", site.url + "/items", *options, folder=folder)

    assert loaded & ({"html", "rich", "tomllib"} | NETWORK) == set()


def test_a_check_without_options_loads_no_parser() -> None:
    with Site({"/items": answer(*OPEN_TO_PAGE)}) as site, TemporaryDirectory() as folder:
        plain = loaded_by("check", site.url + "/items", folder=folder)
        parsed = loaded_by("check", site.url + "/items", "--no-probe", folder=folder)

    assert plain & {"typer", "click", "difflib"} == set()
    assert "typer" in parsed


def test_a_configuration_adds_little() -> None:
    with Site({"/items": answer(*OPEN_TO_PAGE)}) as site, TemporaryDirectory() as folder:
        (Path(folder) / "hdrcli.toml").write_text('fail-on = "never"\n[routes]\n"/items" = { status = 200 }\n')
        loaded = loaded_by("check", site.url + "/items", folder=folder)

    assert loaded & ({"rich"} | NETWORK) == set()
    assert "tomllib" in loaded
