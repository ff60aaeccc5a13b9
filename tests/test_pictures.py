"""The pictures of the documents are those that `python -m tests.pictures` makes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import pictures
from tests.readme import DOCUMENTED_BASE, DOCUMENTS, ROOT


def test_the_terminal_is_that_of_a_real_run() -> None:
    shown = pictures.TERMINAL.read_text("utf-8")

    assert pictures.words(shown) == pictures.words(pictures.terminal())
    assert "hdrcli" in " ".join(pictures.words(shown))


def test_the_terminal_loads_nothing() -> None:
    shown = pictures.TERMINAL.read_text("utf-8")

    assert "url(http" not in shown.replace("'", "").replace('"', "")
    assert "@font-face" not in shown


@pytest.mark.parametrize("make", [pictures.lab, pictures.proxy_page])
def test_pages_have_documented_addresses(tmp_path: Path, make: Callable[[Path], str]) -> None:
    text = make(tmp_path / "page.png")

    assert (tmp_path / "page.png").read_bytes().startswith(b"\x89PNG")
    assert DOCUMENTED_BASE in text


def test_every_picture_is_made_and_shown() -> None:
    made = {
        pictures.TERMINAL,
        pictures.STATISTICS,
        pictures.LAB,
        pictures.PROXY,
        *(file for _, _, file in pictures.REPORTS),
    }
    shown = {
        (document.parent / link).resolve()
        for document in DOCUMENTS
        for link in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", document.read_text("utf-8"))
        if "://" not in link
    }

    assert {*(ROOT / "docs" / "pictures").iterdir()} == made
    assert made <= shown
