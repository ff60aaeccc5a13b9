"""A rule's page: the docstring of its module, parsed into sections.

A docstring begins with the summary, one sentence that names the fault. Sections follow, each introduced by its label
and a colon at the beginning of a line. A section holds paragraphs; indented paragraphs are code.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Final

from hdrcli.rules.rule import Rule
from hdrcli.structs import Record

LABELS: Final = (
    "Cause",
    "Why it matters",
    "Check with",
    "Fault",
    "Fix",
    "Similar faults",
    "Tested by",
    "References",
)
"""The labels of a page's sections, in order.

"Fault" holds an example app that has the fault, and "Fix" the same app without it. A rule whose fault cannot be shown
by an app on loopback has no "Fault", and names a test module in "Tested by". "Check with" holds the arguments of
`hdrcli check` that find the fault, if they are not the default ones.
"""

_split = re.compile(rf"^({'|'.join(LABELS)}):[ \n]", re.MULTILINE).split
_runs_of_lines = re.compile(r"(?:^(?: {4}.*)?\n)+|(?:^\S.*\n)+", re.MULTILINE).findall
"""Indented lines, with the empty ones between them, or the lines of a paragraph."""


class Block(Record, frozen=True):
    """A paragraph on one line, or code without its indentation."""

    text: str
    is_code: bool = False


class Page(Record, frozen=True, kw_only=True):
    """`title` names the fault in one sentence; `sections` map each label to its paragraphs and code, in order."""

    title: str
    sections: Mapping[str, tuple[Block, ...]]

    @property
    def has_examples(self) -> bool:
        """Whether "Fault" and "Fix" hold an app each."""
        return "Fault" in self.sections

    def example(self, label: str) -> str:
        """The code of the section "Fault" or "Fix", empty if it has none."""
        return "\n".join(block.text for block in self.sections.get(label, ()) if block.is_code)

    def prose(self, label: str) -> str:
        """The paragraphs of a section, one a line; empty if there is no such section."""
        return "\n".join(block.text for block in self.sections.get(label, ()) if not block.is_code)


def page_of(rule: Rule) -> Page:
    """Parse the docstring of a rule's module (empty if Python runs with -OO)."""
    title, *rest = _split(rule.__doc__ or "")
    return Page(
        title=" ".join(title.split()),
        sections={label: tuple(_blocks(text)) for label, text in zip(rest[::2], rest[1::2], strict=True)},
    )


def _blocks(text: str) -> Iterator[Block]:
    for lines in _runs_of_lines(f"{text}\n"):
        if lines.lstrip("\n").startswith(" "):
            yield Block(textwrap.dedent(lines).strip("\n"), is_code=True)
        elif lines.strip():
            yield Block(" ".join(lines.split()))
