"""Topics: explanations that are found by a phrase in the text, not by a name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from hdrcli.explanations.commands import check_command
from hdrcli.explanations.layout import blocks, paragraph, wrapped_columns
from hdrcli.rules.registry import all_rules
from hdrcli.structs import Record

_QUOTES: Final = str.maketrans(dict.fromkeys("'\"`\u2018\u2019\u201a\u00b4\u201c\u201d\u201e"))
_GAP: Final = ".{0,300}?"

TO_SEE_THE_EXCHANGES: Final = (
    f"To see the requests that the browser sends, preflights included:\n  {check_command()} --verbose"
)


class Topic(Record, frozen=True, kw_only=True):
    """`phrases` are literal parts of messages, with "…" for anything that varies; case and quotes make no difference.

    `text` holds paragraphs with an empty line between them, `rules` the codes of related rules.
    """

    title: str
    phrases: tuple[str, ...]
    text: str
    rules: tuple[str, ...] = ()
    command: str = TO_SEE_THE_EXCHANGES


def explain_topics(topics: Iterable[Topic], text: str, *, with_commands: bool = True) -> str:
    """Explain each topic of which the text holds a phrase; empty if there is none."""
    plain = _plain(text)
    found = [topic for topic in topics if _pattern(topic.phrases).search(plain)]
    commands = dict.fromkeys(topic.command for topic in found) if with_commands else {}
    return blocks(*map(_explain, found), *commands)


def related_rules(codes: Iterable[str]) -> str:
    """A list of rules with their names; empty without codes."""
    wanted = set(codes)
    rows = [(rule.CODE, rule.NAME) for rule in all_rules() if rule.CODE in wanted]
    return f'Related rules ("hdrcli explain CODE"):\n{wrapped_columns(rows)}' if rows else ""


def _explain(topic: Topic) -> str:
    return blocks(topic.title, *map(paragraph, topic.text.split("\n\n")), related_rules(topic.rules))


@cache
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(_GAP.join(map(re.escape, _plain(phrase).split("\u2026"))) for phrase in phrases))


def _plain(text: str) -> str:
    """The text in lower case, on one line and without quotation marks."""
    return " ".join(text.translate(_QUOTES).lower().split())
