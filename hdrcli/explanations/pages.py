"""A rule's page: the docstring of its module, parsed into sections and laid out for a terminal.

A docstring begins with the summary, one sentence that names the fault. Sections follow, each introduced by its label
and a colon at the beginning of a line. A section holds paragraphs; indented paragraphs are code.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hdrcli.explanations.layout import blocks, code, columns, paragraph
from hdrcli.fetch import Failure
from hdrcli.rules import explained_by, settings_of
from hdrcli.rules.rule import Rule
from hdrcli.stacks import ANY, STACKS, fix_text
from hdrcli.stacks.setting import Concept, Setting

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

_SHOWN_APART: Final = frozenset({"References", "Tested by"})
"""Sections that `explain_rule` lays out in its own way, or that are of use only to the project's tests."""

_EXAMPLES: Final[Mapping[Concept, tuple[str, ...]]] = {
    "origins": ("https://app.example",),
    "methods": ("GET", "PUT"),
    "request-headers": ("Content-Type", "X-Token"),
    "expose": ("ETag", "X-Request-ID"),
    "credentials": (),
    "max-age": ("600",),
}

_split = re.compile(rf"^({'|'.join(LABELS)}):[ \n]", re.MULTILINE).split
_runs_of_lines = re.compile(r"(?:^(?: {4}.*)?\n)+|(?:^\S.*\n)+", re.MULTILINE).findall
"""Indented lines, with the empty ones between them, or the lines of a paragraph."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph on one line, or code without its indentation."""

    text: str
    is_code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
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


def explain_rule(rule: Rule) -> str:
    """The page as text, with the name of the setting in every stack."""
    page = page_of(rule)
    failures = [failure for failure in Failure if failure in explained_by(rule)]
    return blocks(
        f"{rule.CODE} {rule.NAME} ({rule.SEVERITY})",
        paragraph(page.title),
        *(_section(label, content) for label, content in page.sections.items() if label not in _SHOWN_APART),
        *(blocks("The setting in each stack:", settings(concept)) for concept in settings_of(rule)),
        paragraph(f"Failures that this rule explains: {', '.join(failures)}.") if failures else "",
        "\n".join(["References:", *(f"  {reference}" for reference in references(rule, page))]),
    )


def settings(concept: Concept, values: Iterable[str] | None = None) -> str:
    """The line to write in every known stack, and the header itself last."""
    setting = Setting(concept=concept, values=_EXAMPLES[concept] if values is None else tuple(values))
    return columns((stack.name, fix_text(setting, stack)) for stack in (*STACKS, ANY))


def references(rule: Rule, page: Page) -> tuple[str, ...]:
    """The page's links, and the one that the rule's findings carry."""
    return tuple(dict.fromkeys([*page.prose("References").replace(",", " ").split(), rule.SPEC]))


def _section(label: str, content: Sequence[Block]) -> str:
    """The label stands before the first paragraph, or on a line of its own before code."""
    first, *rest = content
    if label == "Check with":
        return f"{label}: hdrcli check URL {first.text}"
    opening = blocks(f"{label}:", code(first.text)) if first.is_code else paragraph(f"{label}: {first.text}")
    return blocks(opening, *(code(block.text) if block.is_code else paragraph(block.text) for block in rest))
