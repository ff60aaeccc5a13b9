"""The headers that a page set, as a user agent sends them. The standard sends them unchanged.

Source: https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch
"""

from __future__ import annotations

import re
from typing import Final

from hdrcli.fetch.headers import Header, HeaderList, contains, get, values_of, without
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.user_agent import RequestHeaderQuirks

_SINGLETONS: Final = frozenset(
    {
        "authorization",
        "content-disposition",
        "content-type",
        "from",
        "if-modified-since",
        "if-unmodified-since",
        "location",
        "max-forwards",
        "user-agent",
    },
)
_CONDITIONS: Final = ("If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since")
_MAX_NUMBER: Final = 2**63 - 1

_digits = r"(?:\+?0*([0-9]{1,19}))?"
_range = re.compile(
    rf"[ \t]*bytes[ \t]*=[ \t,]*{_digits}[ \t]*-[ \t]*{_digits}[ \t,]*",
    re.IGNORECASE,
).fullmatch


def header_list_to_send(
    method: str, headers: HeaderList, quirks: RequestHeaderQuirks, *, sends_own_body: bool
) -> list[Header]:
    """The header list that the user agent sends for a request with this method and header list.

    `sends_own_body` says that there is a body and no redirect came before.
    """
    sent = list(headers)
    if quirks.repeated_singletons_merged:
        sent = _one_of_each_singleton(sent, first_content_type=sends_own_body)
    if quirks.empty_value_resets_header:
        sent = _reset_at_empty_values(sent)
    if quirks.range_is_normalized and method == "GET":
        sent = _normalize_range(sent)
    if quirks.request_values_as_utf8:
        sent = [(name, value.encode().decode("latin-1")) for name, value in sent]
    return sent


def _reset_at_empty_values(headers: list[Header]) -> list[Header]:
    kept: list[Header] = []
    for name, value in headers:
        if not value or values_of(name, kept) == [""]:
            kept = without({byte_lowercase(name)}, kept)
        kept.append((name, value))
    return kept


def _one_of_each_singleton(headers: list[Header], *, first_content_type: bool) -> list[Header]:
    kept: dict[str, Header] = {}
    for name, value in headers:
        lowercase = byte_lowercase(name)
        is_settled = lowercase in kept and lowercase == "content-type" and first_content_type
        if lowercase in _SINGLETONS and not is_settled:
            kept[lowercase] = (name, value)
    return [*without(kept, headers), *kept.values()]


def _normalize_range(headers: list[Header]) -> list[Header]:
    value = get("Range", headers)
    if value is None or any(contains(name, headers) for name in _CONDITIONS):
        return headers
    normalized = _normalized(value)
    return headers if normalized is None else [*without({"range"}, headers), ("Range", normalized)]


def _normalized(value: str) -> str | None:
    """A single range in its shortest form; None if it is not a valid one."""
    match = _range(value)
    if match is None or not any(match.groups()):
        return None
    first, last = (None if digits is None else int(digits) for digits in match.groups())
    if max(first or 0, last or 0) > _MAX_NUMBER:
        return None
    if first is None:
        return f"bytes=-{last}" if last else None
    if last is None:
        return f"bytes={first}-"
    return f"bytes={first}-{last}" if first <= last else None
