"""Recognise the console messages of browsers in a pasted text, and extract the values in them.

The messages are those of `hdrcli.verdict.console_table`. A paste may hold several of them, other text, typographic
quotes, and only a part of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from hdrcli.structs import Record
from hdrcli.verdict.console_table import UNSPECIFIC, KnownMessage, known_messages

_TOKEN: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]{0,99}[0-9A-Za-z]"  # noqa: S105 -- a header's name or a method
_FIELDS: Final = {"header": _TOKEN, "method": _TOKEN, "value": r"[^']*", "page": r"\S+?"}
_UNKNOWN: Final = frozenset({None, "", "…"})  # hdrcli's own reports print "…" for a value that they omit
_CURLY_QUOTES: Final = str.maketrans("\u2018\u2019\u201a`\u00b4\u201c\u201d\u201e", "'" * 5 + '"' * 3)

_CIRCUMSTANCES: Final = (
    r"\bat '(?P<url>[^' ]+)' (?:\(redirected from '(?P<redirected>[^' ]+)'\) )?from origin '(?P<page>[^' ]+)'",
    r"remote resource at (?P<url>\S+?)\.? \(Reason",  # Firefox
    r"\bcannot load (?P<url>[a-z]+:\S+?)[.,]?(?: |$)",  # WebKit
    r"Status code: (?P<status>\d{3})",
    r"(?P<preflight>preflight)",
)


class Recognised(Record, frozen=True, kw_only=True):
    """The messages that a text holds, and the values in it.

    The values are: header, method, value, page, url, redirected, status, preflight.
    """

    messages: tuple[KnownMessage, ...]
    values: Mapping[str, str]

    @property
    def has_reason(self) -> bool:
        """Whether a message states more than that something failed."""
        return any(message.subject != UNSPECIFIC for message in self.messages)


def recognise(text: str) -> Recognised | None:
    """The messages in a text; None if there are none."""
    plain = " ".join(text.translate(_CURLY_QUOTES).split())
    matches = [
        (message, match) for message in known_messages() if (match := _pattern(message).search(plain)) is not None
    ]
    telling = [(message, match) for message, match in matches if message.subject != UNSPECIFIC] or matches
    if not telling:
        return None
    values: dict[str, str] = {}
    for match in (
        *(match for _, match in telling),
        *(re.search(known, plain, re.IGNORECASE) for known in _CIRCUMSTANCES),
    ):
        found = match.groupdict() if match is not None else {}
        values |= {field: value for field, value in found.items() if value not in _UNKNOWN and field not in values}
    return Recognised(messages=tuple(message for message, _ in telling), values=values)


@cache
def _pattern(message: KnownMessage) -> re.Pattern[str]:
    """A pattern for the message, or for the engine's own name for it.

    Older versions printed no status and no "net::", and a paste may end before the sentence does. Firefox counts up
    the number in a name if its text changes, and its network panel shows the name with spaces.
    """
    phrase = message.phrase.translate(_CURLY_QUOTES).removeprefix("net::").partition(". Status code:")[0].strip("… ")
    phrase = phrase.removesuffix(" on the requested resource")
    fixed, *rest = re.split(r"\{(\w+)\}", phrase)
    pattern = _escape(fixed)
    for field, text in zip(rest[::2], rest[1::2], strict=True):
        pattern += f"(?P<{field}>{_FIELDS[field]}|…){_escape(text)}"
    if message.name:
        words = re.sub(r"(?<=[a-zS])(?=[A-Z][a-z])", " ?", message.name.rstrip("0123456789"))
        pattern += rf"|\b(?:Preflight ?)?{words}\d*\b"
    return re.compile(pattern, re.IGNORECASE)


def _escape(text: str) -> str:
    """A pattern for a text in which "…" stands for anything."""
    return ".*?".join(map(re.escape, text.split("\u2026")))
