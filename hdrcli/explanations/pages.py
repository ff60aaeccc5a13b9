"""A rule's page: its module's docstring, taken apart, and put together for a terminal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from hdrcli.explanations.layout import blocks, code, columns, paragraph
from hdrcli.explanations.meanings import MEANINGS
from hdrcli.rules import Rule
from hdrcli.stacks import ANY, STACKS, fix_text
from hdrcli.stacks.setting import Concept, Setting

LABELS: Final = ("What", "Why it matters", "Ask", "Fault", "Mend", "Note", "Shown by", "References")
"""The labels of a page's sections, in order. "Ask" may be left out, "Shown by" stands in place of the examples, and a
"Note" is what follows the code of an example."""

CODE_LABELS: Final = frozenset({"Fault", "Mend"})

SETTINGS: Final[Mapping[str, tuple[Concept, ...]]] = {
    "HDR101": ("origins",),
    "HDR102": ("origins",),
    "HDR103": ("origins",),
    "HDR105": ("origins",),
    "HDR106": ("credentials",),
    "HDR201": ("origins", "methods", "request-headers"),
    "HDR203": ("methods",),
    "HDR204": ("request-headers",),
    "HDR205": ("methods", "request-headers"),
    "HDR206": ("max-age",),
    "HDR301": ("expose",),
    "HDR302": ("expose",),
    "HDR303": ("expose",),
    "HDR304": ("expose",),
    "HDR305": ("expose",),
    "HDR306": ("expose",),
    "HDR307": ("expose",),
    "HDR308": ("expose",),
    "HDR309": ("expose",),
    "HDR502": ("origins",),
    "HDR513": ("origins",),
}
"""What the findings of a rule tell to set."""

_EXAMPLES: Final[Mapping[Concept, tuple[str, ...]]] = {
    "origins": ("https://app.example",),
    "methods": ("GET", "PUT"),
    "request-headers": ("Content-Type", "X-Token"),
    "expose": ("ETag", "X-Request-ID"),
    "credentials": (),
    "max-age": ("600",),
}

_split = re.compile(rf"^({'|'.join(LABELS)}):[ \n]", re.MULTILINE).split


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`title` is the fault in one sentence; `sections` hold what follows each label, code without its indentation."""

    title: str
    sections: Mapping[str, str]


def page_of(rule: Rule) -> Page:
    """The page that a rule's docstring holds (empty where Python runs with -OO)."""
    title, *rest = _split(rule.__doc__ or "")
    sections: dict[str, str] = {}
    for label, text in zip(rest[::2], rest[1::2], strict=True):
        indented, prose = _code_and_prose(text) if label in CODE_LABELS else ("", text)
        if indented:
            sections[label] = indented
        if prose.strip():
            sections["Note" if label in CODE_LABELS else label] = prose.strip()
    return Page(title=" ".join(title.split()), sections=sections)


def _code_and_prose(text: str) -> tuple[str, str]:
    lines = text.splitlines()
    end = next((index for index, line in enumerate(lines) if line[:1].strip()), len(lines))
    return textwrap.dedent("\n".join(lines[:end])).strip("\n"), "\n".join(lines[end:])


def explain_rule(rule: Rule) -> str:
    """The page as text, with what the setting is called in every stack."""
    page = page_of(rule)
    failures = [str(failure) for failure, meaning in MEANINGS.items() if rule.CODE in meaning.rules]
    return blocks(
        f"{rule.CODE} {rule.NAME} ({rule.SEVERITY})",
        paragraph(page.title),
        *(_section(label, text) for label, text in page.sections.items() if label != "References"),
        *(blocks("The setting in each stack:", settings(concept)) for concept in SETTINGS.get(rule.CODE, ())),
        paragraph(f"Failures that it goes with: {', '.join(failures)}.") if failures else "",
        "\n".join(["References:", *(f"  {reference}" for reference in references(rule, page))]),
    )


def settings(concept: Concept, values: Iterable[str] | None = None) -> str:
    """The line to write in every stack of ours, the header itself last."""
    setting = Setting(concept=concept, values=_EXAMPLES[concept] if values is None else tuple(values))
    return columns((stack.name, fix_text(setting, stack)) for stack in (*STACKS, ANY))


def references(rule: Rule, page: Page) -> tuple[str, ...]:
    """The page's anchors, and that of the findings."""
    return tuple(dict.fromkeys([*page.sections.get("References", "").replace(",", " ").split(), rule.SPEC]))


def _section(label: str, text: str) -> str:
    if label in CODE_LABELS:
        return f"{label}:\n\n{code(text)}"
    if label == "Ask":
        return f"Ask: hdrcli check URL {text}"
    return "\n\n".join(map(paragraph, f"{label}: {text}".split("\n\n")))
