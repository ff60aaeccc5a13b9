"""Generate RULES.md from the rules' pages: python -m tests.rules.document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import dedent, fill
from typing import Final

from hdrcli.explanations.pages import references, settings
from hdrcli.rules import settings_of
from hdrcli.rules.page import Block, page_of
from hdrcli.rules.registry import all_rules
from hdrcli.rules.rule import Rule

DOCUMENT: Final = Path(__file__).parent.parent.parent / "RULES.md"

_HEAD: Final = """\
# Rules

The rules behind the findings of `hdrcli check`. `hdrcli explain CODE` prints a page in the terminal, `hdrcli rules`
lists all rules, and `--select` and `--ignore` take codes or their beginnings (`HDR3`).

| severity | meaning |
|---|---|
| error | The page that sends the request is broken. |
| warning | It is likely to be broken, now or later. |
| advice | A risk, or a possible improvement: decide for yourself. |

Each page has two examples, one with the fault and one with the fix. The tests run both: the first one gives exactly
this code, the second one no finding.

This file is generated from the modules in `hdrcli/rules/`.
"""


def document() -> str:
    """The text of RULES.md."""
    return "\n".join([_HEAD, *_index(), *(line for rule in all_rules() for line in _page(rule))])


def _index() -> Iterator[str]:
    yield "| code | name | severity | fault |"
    yield "|---|---|---|---|"
    for rule in all_rules():
        anchor = f"#{rule.CODE.lower()}-{rule.NAME}"
        yield f"| [{rule.CODE}]({anchor}) | {rule.NAME} | {rule.SEVERITY} | {_escaped(page_of(rule).title)} |"
    yield ""


def _page(rule: Rule) -> Iterator[str]:
    page = page_of(rule)
    yield f"## {rule.CODE} {rule.NAME}\n"
    yield f"**{str(rule.SEVERITY).capitalize()}.** {page.title}\n"
    for label, content in page.sections.items():
        if label not in {"References", "Tested by"}:
            yield from _section(label, content)
    for concept in settings_of(rule):
        yield f"### The setting in each stack\n\n```\n{dedent(settings(concept))}\n```\n"
    yield "### References\n"
    yield "\n".join(f"- <{reference}>" for reference in references(rule, page)) + "\n"


def _section(label: str, content: Sequence[Block]) -> Iterator[str]:
    yield f"### {label}\n"
    for block in content:
        if label == "Check with":
            yield f"```\nhdrcli check URL {block.text}\n```\n"
        elif block.is_code:
            yield f"```python\n{block.text}\n```\n"
        else:
            yield f"{_wrapped(block.text)}\n"


def _wrapped(text: str) -> str:
    return fill(text, 120, break_long_words=False, break_on_hyphens=False)


def _escaped(text: str) -> str:
    """Escape the bar, which would end a table's cell."""
    return text.replace("|", "\\|")


if __name__ == "__main__":
    DOCUMENT.write_text(document(), "utf-8")
