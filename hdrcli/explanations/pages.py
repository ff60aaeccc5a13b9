"""A rule's page, laid out for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from hdrcli.explanations.layout import blocks, code, columns, paragraph
from hdrcli.fetch import Failure
from hdrcli.rules import explained_by, settings_of
from hdrcli.rules.page import Block, Page, page_of
from hdrcli.rules.rule import Rule
from hdrcli.stacks import ANY, STACKS, fix_text
from hdrcli.stacks.setting import Concept, Setting

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
