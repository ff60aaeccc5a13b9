"""The fixture that compares the text of findings, or accepts it."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import pytest

from hdrcli.rules.finding import Finding
from tests.rules.snapshots import FOLDER, Snapshot, sections, store, stored

ACCEPTS: Final = "HDRCLI_ACCEPT_SNAPSHOTS" in os.environ


@pytest.fixture(scope="session")
def _accepted() -> Iterator[defaultdict[str, dict[str, str]]]:
    """Sections by rule, which take the place of all files at the end when they are accepted."""
    accepted: defaultdict[str, dict[str, str]] = defaultdict(dict)
    yield accepted
    if ACCEPTS:
        for file in FOLDER.glob("*.txt"):
            file.unlink()
        for code, of_code in accepted.items():
            store(code, of_code)


@pytest.fixture
def snapshot(request: pytest.FixtureRequest, _accepted: defaultdict[str, dict[str, str]]) -> Snapshot:
    """Compare the text of findings with the section of this test; call it once a test."""

    def compare(*findings: Finding, title: str = _sentence(request.node.name)) -> None:
        for code, section in sections(findings, title).items():
            _accepted[code].update(section)
            if not ACCEPTS:
                known = stored(code).get(title)
                assert section[title] == known, "python -m tests.rules.accept writes the snapshots anew"

    return compare


def _sentence(test: str) -> str:
    """The name of a test as a title; its parameters stay as they are."""
    name, bracket, parameters = test.removeprefix("test_").partition("[")
    return name.replace("_", " ") + bracket + parameters
