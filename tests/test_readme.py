"""README.md keeps its word: its console and Python blocks are run, its tables compared."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hdrcli.records.errors import ExitStatus
from tests import readme
from tests.browser import chromium
from tests.browser.batch import installed
from tests.fetch.vector_files import load

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with readme.serving() as url:
        yield url


@pytest.mark.parametrize("block", readme.SHOWN, ids=lambda block: block.splitlines()[0])
def test_console_block(block: str, base: str) -> None:
    if "--in-browser" in block:
        installed(chromium)
    assert readme.transcript(block, base) == block


def test_the_installing_commands_are_what_ci_runs() -> None:
    assert len(readme.INSTALLING) == 2
    pattern = re.compile(r"\$ python3 -m venv [^\n]*\n")
    assert all(pattern.fullmatch(block) for block in readme.INSTALLING)
    assert r"'s/^\$ \(python3 -m venv .*\)$/\1/p' README.md" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_python_block(base: str) -> None:
    (block,) = re.findall(r"^```python\n(.*?)^```$", readme.TEXT, re.DOTALL | re.MULTILINE)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(block.replace(readme.DOCUMENTED_BASE, base), {})  # noqa: S102 -- the README's own words
    assert "x-request-id True\nx-process-time False\n" in printed.getvalue()


def test_exit_status_table() -> None:
    documented = [int(status) for status in re.findall(r"^\| (\d+) \| [a-z]", readme.TEXT, re.MULTILINE)]
    assert documented == sorted(ExitStatus)


def test_number_of_vectors() -> None:
    assert f"{len(load())} vectors" in readme.TEXT


def test_every_document_that_is_linked_exists() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", readme.TEXT) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
