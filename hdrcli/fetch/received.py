"""An answer's header lines as a user agent takes them in: the standard takes them as they are.

Source: https://fetch.spec.whatwg.org/#concept-header-list-get
"""

from __future__ import annotations

import re
from itertools import dropwhile
from operator import not_
from typing import Final

from hdrcli.fetch.headers import HTTP_TAB_OR_SPACE, Header, HeaderList, get, only_utf8, split_value, values_of, without
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.response import REDIRECT_STATUSES, Failure, NetworkError
from hdrcli.fetch.user_agent import HeadQuirks

_ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"
_AUTHENTICATE: Final = frozenset({"proxy-authenticate", "www-authenticate"})
_ERRORS_WHERE_DIFFERING: Final = ("Location", "Content-Disposition")
_ONE_WHERE_EQUAL: Final = frozenset({"content-disposition", "content-length", "location"})
_FIRST_LINE_COUNTS: Final = frozenset(
    {
        "authorization",
        "from",
        "host",
        "if-modified-since",
        "if-unmodified-since",
        "max-forwards",
        "proxy-authorization",
        "referer",
        "sec-gpc",
        "strict-transport-security",
        "user-agent",
    },
)
_CONTENT_CODINGS: Final = frozenset({"br", "deflate", "gzip", "x-gzip", "zstd"})

_not_in_codings = re.compile('[\t "*;=]').search


def received_header_list(
    status: int,
    headers: tuple[Header, ...],
    accept_encoding: str,
    quirks: HeadQuirks,
) -> tuple[Header, ...] | NetworkError:
    """The header list of the response to a request that offered `accept_encoding`."""
    if quirks.differing_singletons_are_errors:
        error = _differing_singletons(status, headers, quirks)
        if error is not None:
            return error
    if quirks.content_coding_must_be_offered:
        error = _content_coding_fault(status, headers, accept_encoding)
        if error is not None:
            return error
    if quirks.clear_site_data_hidden:
        headers = tuple(header for header in headers if byte_lowercase(header[0]) != "clear-site-data")
    if quirks.invalid_utf8_replaced:
        headers = tuple((name, only_utf8(value)) for name, value in headers)
    return _merge_lines(headers, quirks)


def _merge_lines(headers: tuple[Header, ...], quirks: HeadQuirks) -> tuple[Header, ...]:
    """Each name is looked at once: a hostile answer has tens of thousands."""
    names = [byte_lowercase(name) for name, _ in headers]
    if len(set(names)) == len(names):
        return headers
    lines_of: dict[str, list[str]] = {}
    for name, (_, value) in zip(names, headers, strict=True):
        lines_of.setdefault(name, []).append(value)
    if sum(name == _ALLOW_ORIGIN for name, _ in headers) > 1:
        del lines_of[byte_lowercase(_ALLOW_ORIGIN)]  # all count, the empty ones, too: `empty_repeated_lines_dropped`
    merged: list[Header] = []
    changed: set[str] = set()
    for name, values in lines_of.items():
        kept = _merge(name, values, quirks) if len(values) > 1 else values
        if kept != values:
            changed.add(name)
            merged += ((name, value) for value in kept)
    return (*without(changed, headers), *merged) if changed else headers


def _differing_singletons(status: int, headers: HeaderList, quirks: HeadQuirks) -> NetworkError | None:
    for name in _ERRORS_WHERE_DIFFERING:
        values = values_of(name, headers)
        if name == "Content-Disposition" and quirks.content_disposition_is_a_list:
            values = [element for value in values for element in split_value(value)]
        if len(set(values)) > 1:
            redirects = name == "Location" and status in REDIRECT_STATUSES
            return NetworkError(
                failure=Failure.REDIRECT_LOCATION_UNPARSABLE if redirects else Failure.INVALID_HTTP,
                detail=f"The answer has several {name} headers that differ, or one that a comma parts.",
            )
    return None


def _content_coding_fault(status: int, headers: HeaderList, accept_encoding: str) -> NetworkError | None:
    """What cannot be a coding is refused; one that is known and was not offered, but on redirects."""
    value = get("Content-Encoding", headers)
    if value is None:
        return None
    offered = {coding.strip() for coding in accept_encoding.split(",")}
    refused = _CONTENT_CODINGS - offered - ({"x-gzip"} if "gzip" in offered else set())
    if status in REDIRECT_STATUSES and get("Location", headers):
        refused = frozenset()
    for part in value.split(","):
        coding = part.strip(HTTP_TAB_OR_SPACE) or part  # nothing but blanks between commas is no coding, either
        if _not_in_codings(coding) or byte_lowercase(coding) in refused:
            return NetworkError(
                failure=Failure.CONTENT_CODING,
                detail=f'Content-Encoding holds "{coding}"; the request offered no more than "{accept_encoding}".',
            )
    return None


def _merge(name: str, values: list[str], quirks: HeadQuirks) -> list[str]:
    """What stays of the lines of one name."""
    if quirks.equal_singletons_merged and name in _ONE_WHERE_EQUAL:
        return values[:1]  # where they differ, that was an error
    if quirks.singletons_first_line_counts and name in _FIRST_LINE_COUNTS:
        return values[:1]
    if quirks.content_type_joined_without_space and name == "content-type":
        return [",".join(dropwhile(not_, values))]
    if quirks.empty_repeated_lines_dropped and name != "x-frame-options":
        values = [value for value in values if value] or [""]
    if quirks.authenticate_lines_hidden and name in _AUTHENTICATE and len(values) > 1:
        return []
    return values
