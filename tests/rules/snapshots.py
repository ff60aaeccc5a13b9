"""The text of findings, one file a rule: snapshots/HDR301.txt has a section for each test that compares it.

A test asks for the fixture `snapshot` and calls it with its findings. `python -m tests.rules.accept` writes the files.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from hdrcli.rules.finding import Finding
from tests.findings import text

FOLDER: Final = Path(__file__).parent / "snapshots"
ON_THE_PAGE: Final = "the fault on the page"
"""The section of the faulty example on the rule's page, which stands first."""

Snapshot = Callable[..., None]
"""Takes any number of findings."""


def sections(findings: tuple[Finding, ...], title: str) -> dict[str, Mapping[str, str]]:
    """By the rule's code, the section that the findings make."""
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for finding in findings:
        texts[finding.code].append(_printable(text(finding)))
    return {code: {title: "\n\n".join(of_code)} for code, of_code in texts.items()}


def stored(code: str) -> Mapping[str, str]:
    """The sections of a rule's file, by their titles."""
    file = FOLDER / f"{code}.txt"
    if not file.exists():
        return {}
    parts = re.split(r"^== (.+) ==\n", file.read_text("utf-8"), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], (part.strip("\n") for part in parts[1::2]), strict=True))


def store(code: str, sections: Mapping[str, str]) -> None:
    """Write a rule's file."""
    FOLDER.mkdir(exist_ok=True)
    ordered = sorted(sections.items(), key=lambda section: (section[0] != ON_THE_PAGE, section[0]))
    (FOLDER / f"{code}.txt").write_text("\n".join(f"== {title} ==\n{body}\n" for title, body in ordered), "utf-8")


def _printable(text: str) -> str:
    return "".join(
        character if character.isprintable() or character == "\n" else ascii(character)[1:-1] for character in text
    )
