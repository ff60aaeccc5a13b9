"""Recognises what a browser's error text, pasted with whatever stands around it, is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hdrcli.verdict.console_table import UNSPECIFIC, KnownMessage, known_messages

_TOKEN: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]*[0-9A-Za-z]"  # noqa: S105 -- a header's name or a method
_FIELDS: Final = {"header": _TOKEN, "method": _TOKEN, "value": r"[^']*", "page": r"\S+?"}
_UNKNOWN: Final = frozenset({None, "", "…"})  # the mark of our own reports
_CURLY_QUOTES: Final = str.maketrans("\u2018\u2019\u201a`\u00b4\u201c\u201d\u201e", "'" * 5 + '"' * 3)

_CIRCUMSTANCES: Final = (
    r"\bat '(?P<url>[^' ]+)' (?:\(redirected from '(?P<redirected>[^' ]+)'\) )?from origin '(?P<page>[^' ]+)'",
    r"remote resource at (?P<url>\S+?)\.? \(Reason",  # Firefox
    r"\bcannot load (?P<url>[a-z]+:\S+?)[.,]?(?: |$)",  # WebKit
    r"Status code: (?P<status>\d{3})",
    r"(?P<preflight>preflight)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """The known messages in a text, and its values: header, method, page, url, redirected, status, preflight."""

    messages: tuple[KnownMessage, ...]
    values: Mapping[str, str]


def recognise(text: str) -> Recognised | None:
    """What a browser's message, pasted with whatever stands around it, is about; None for any other text."""
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


def _pattern(message: KnownMessage) -> re.Pattern[str]:
    """The phrase, or the engine's own name for it, with any number: Firefox counts up when a text changes.

    Statuses and "net::" were not always said, and not everybody pastes a sentence to its end.
    """
    phrase = message.phrase.removeprefix("net::").partition(". Status code:")[0].strip("… ")
    phrase = phrase.removesuffix(" on the requested resource")
    fixed, *rest = re.split(r"\{(\w+)\}", phrase)
    pattern = _escape(fixed)
    for field, text in zip(rest[::2], rest[1::2], strict=True):
        pattern += f"(?P<{field}>{_FIELDS[field]}|…){_escape(text)}"
    if message.name:
        pattern += rf"|\b(?:Preflight)?{message.name.rstrip('0123456789')}\d*\b"
    return re.compile(pattern, re.IGNORECASE)


def _escape(text: str) -> str:
    """A pattern for a text with anything in place of its marks."""
    return ".*?".join(map(re.escape, text.split("\u2026")))
