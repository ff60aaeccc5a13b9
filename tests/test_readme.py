"""README.md keeps its word: its console and Python blocks are run, its tables compared."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hdrcli.model import ExitStatus
from hdrcli.targets.process import running_service
from tests.browser import chromium
from tests.browser.batch import installed
from tests.fetch.vector_files import load

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTED_BASE = "http://127.0.0.1:8000"
DOCUMENTED_CHROMIUM = "156"

BLOCKS = re.findall(r"^```console\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
INSTALLING = [block for block in BLOCKS if "pip install" in block]
SHOWN = [block for block in BLOCKS if "pip install" not in block]


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    options = ["--port=0", "--allow-credentials", "--stop-at-end-of-input"]
    with running_service([sys.executable, "-m", "hdrcli", "serve-sample", *options]) as url:
        yield url


@pytest.mark.parametrize("block", SHOWN, ids=lambda block: block.splitlines()[0])
def test_console_block(block: str, base: str) -> None:
    status = 0
    transcript = ""
    if "--in-browser" in block:
        installed(chromium)
    for command in re.findall(r"^\$ (.*)$", block, re.MULTILINE):
        if command == "echo $?":
            output = f"{status}\n"
        else:
            result = _run(command.replace(DOCUMENTED_BASE, base))
            output, status = result.stdout + result.stderr, result.returncode
        transcript += f"$ {command}\n" + output.replace(base, DOCUMENTED_BASE)
    assert re.sub(r"(?<=Chromium )\d+", DOCUMENTED_CHROMIUM, transcript) == block


def _run(command: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    # What the shorter port takes less of a line must not change where the lines break.
    environment = {**os.environ, "PATH": path, "COLUMNS": "80"}
    return subprocess.run(["sh", "-c", command], env=environment, capture_output=True, text=True, check=False)


def test_the_installing_commands_are_what_ci_runs() -> None:
    assert len(INSTALLING) == 2
    pattern = re.compile(r"\$ python3 -m venv [^\n]*\n")
    assert all(pattern.fullmatch(block) for block in INSTALLING)
    assert r"'s/^\$ \(python3 -m venv .*\)$/\1/p' README.md" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_python_block(base: str) -> None:
    (block,) = re.findall(r"^```python\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(block.replace(DOCUMENTED_BASE, base), {})  # noqa: S102 -- the README's own words
    assert "x-request-id [True, True]\nx-process-time [False, False]\n" in printed.getvalue()


def test_exit_status_table() -> None:
    documented = [int(status) for status in re.findall(r"^\| (\d+) \| [a-z]", README, re.MULTILINE)]
    assert documented == sorted(ExitStatus)


def test_number_of_vectors() -> None:
    assert f"{len(load())} vectors" in README


def test_every_document_that_is_linked_exists() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
