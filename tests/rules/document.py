"""Writes RULES.md from the rules' pages: python -m tests.rules.document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Final

from hdrcli.explanations.pages import SETTINGS, page_of, references, settings
from hdrcli.rules import RULES, Rule

DOCUMENT: Final = Path(__file__).parent.parent.parent / "RULES.md"

_HEAD: Final = """\
# Rules

What `hdrcli check` finds, one rule a finding. `hdrcli explain CODE` shows a page in the terminal, `hdrcli rules` the
list; `--select` and `--ignore` take codes or their beginnings. The examples are run in the tests: the fault gives
exactly this code, the mend none.

An **error** is broken for the page that asks, a **warning** is likely to be, **advice** is debatable.

This file is generated from the rules' modules in `hdrcli/rules/`.
"""


def document() -> str:
    """The whole file."""
    return "\n".join([_HEAD, *_index(), *(line for rule in RULES for line in _page(rule))])


def _index() -> Iterator[str]:
    yield "| code | name | severity | |"
    yield "|---|---|---|---|"
    for rule in RULES:
        anchor = f"#{rule.CODE.lower()}-{rule.NAME}"
        yield f"| [{rule.CODE}]({anchor}) | {rule.NAME} | {rule.SEVERITY} | {_escaped(page_of(rule).title)} |"
    yield ""


def _page(rule: Rule) -> Iterator[str]:
    page = page_of(rule)
    yield f"## {rule.CODE} {rule.NAME}\n"
    yield f"{page.title} ({str(rule.SEVERITY).capitalize()})\n"
    for label, text in page.sections.items():
        if label in {"Fault", "Mend"}:
            yield f"**{label}:**\n\n```python\n{text}\n```\n"
        elif label == "Ask":
            yield f"**Ask:** `hdrcli check URL {text}`\n"
        elif label != "References":
            yield f"**{label}:** {text}\n"
    for concept in SETTINGS.get(rule.CODE, ()):
        yield f"**The setting in each stack:**\n\n```\n{dedent(settings(concept))}\n```\n"
    yield "**References:**\n"
    yield "\n".join(f"- <{reference}>" for reference in references(rule, page)) + "\n"


def _escaped(text: str) -> str:
    """For a table's cell, which a bar would end."""
    return text.replace("|", "\\|")


if __name__ == "__main__":
    DOCUMENT.write_text(document(), "utf-8")
