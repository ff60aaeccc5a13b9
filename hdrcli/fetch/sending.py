"""The headers that a page set, as a user agent puts them on the wire: the standard sends them as they are.

Source: https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch
"""

from __future__ import annotations

import re
from typing import Final

from hdrcli.fetch.headers import Header, HeaderList, values_of, without
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.user_agent import UserAgent

_MAX_DIGITS: Final = 18  # what surely is a number of 64 bits

_range = re.compile(r"[ \t]*bytes[ \t]*=[ \t]*([0-9]*)[ \t]*-[ \t]*([0-9]*)[ \t]*", re.IGNORECASE).fullmatch


def header_list_to_send(headers: HeaderList, user_agent: UserAgent) -> list[Header]:
    """A request's header list, in the words of the user agent."""
    sent = list(headers)
    if user_agent.empty_value_resets_header:
        sent = _reset_at_empty_values(sent)
    if user_agent.repeated_content_type_last_wins:
        sent = _last_content_type_alone(sent)
    if user_agent.range_is_rewritten:
        sent = [(name, _rewritten(value) if byte_lowercase(name) == "range" else value) for name, value in sent]
    if user_agent.request_values_as_utf8:
        sent = [(name, value.encode().decode("latin-1")) for name, value in sent]
    return sent


def _reset_at_empty_values(headers: list[Header]) -> list[Header]:
    kept: list[Header] = []
    for name, value in headers:
        if not value or values_of(name, kept) == [""]:
            kept = without({byte_lowercase(name)}, kept)
        kept.append((name, value))
    return kept


def _last_content_type_alone(headers: list[Header]) -> list[Header]:
    content_types = [(name, value) for name, value in headers if byte_lowercase(name) == "content-type"]
    return [*without({"content-type"}, headers), *content_types[-1:]]


def _rewritten(value: str) -> str:
    """A single range in its shortest form; anything else as it is."""
    match = _range(value)
    if match is None or not any(match.groups()) or max(map(len, match.groups())) > _MAX_DIGITS:
        return value
    first, last = (str(int(digits)) if digits else "" for digits in match.groups())
    backwards = first and last and int(last) < int(first)
    return value if backwards else f"bytes={first}-{last}"
