"""The header lines of a response, as a user agent turns them into a header list. The standard takes them unchanged.

Source: https://fetch.spec.whatwg.org/#concept-header-list-get
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import dropwhile
from operator import not_
from typing import Final

from hdrcli.fetch.failures import Failure, NetworkError
from hdrcli.fetch.headers import HTTP_TAB_OR_SPACE, Header, only_utf8, split_value, values_by_name, without
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.response import REDIRECT_STATUSES
from hdrcli.fetch.user_agent import HeadQuirks

_ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"
_AUTHENTICATE: Final = frozenset({"proxy-authenticate", "www-authenticate"})
_ERRORS_IF_DIFFERENT: Final = ("Location", "Content-Disposition")
_MERGED_IF_EQUAL: Final = frozenset({"content-disposition", "content-length", "location"})
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

_Lines = Mapping[str, list[str]]
"""The values of each header name in lower case."""


def received_header_list(
    status: int,
    headers: tuple[Header, ...],
    accept_encoding: str,
    quirks: HeadQuirks,
) -> tuple[Header, ...] | NetworkError:
    """The header list of the response to a request that offered `accept_encoding`."""
    lines = values_by_name(headers)
    if quirks.differing_singletons_are_errors:
        error = _check_singletons(status, lines, quirks)
        if error is not None:
            return error
    if quirks.content_coding_must_be_offered and "content-encoding" in lines:
        error = _check_content_coding(status, lines, accept_encoding)
        if error is not None:
            return error
    if quirks.clear_site_data_hidden and "clear-site-data" in lines:
        headers = tuple(without({"clear-site-data"}, headers))
    if quirks.invalid_utf8_replaced and not all(value.isascii() for _, value in headers):
        headers = tuple((name, only_utf8(value)) for name, value in headers)
    return headers if len(lines) == len(headers) else _merge_lines(headers, quirks)


def _merge_lines(headers: tuple[Header, ...], quirks: HeadQuirks) -> tuple[Header, ...]:
    """The header list after the lines of each repeated name have been merged."""
    lines_of = dict(values_by_name(headers))
    if sum(name == _ALLOW_ORIGIN for name, _ in headers) > 1:
        del lines_of[byte_lowercase(_ALLOW_ORIGIN)]  # all of them count: see `empty_repeated_lines_dropped`
    merged: list[Header] = []
    changed: set[str] = set()
    for name, values in lines_of.items():
        kept = _merge(name, values, quirks) if len(values) > 1 else values
        if kept != values:
            changed.add(name)
            merged += ((name, value) for value in kept)
    return (*without(changed, headers), *merged) if changed else headers


def _check_singletons(status: int, lines: _Lines, quirks: HeadQuirks) -> NetworkError | None:
    """The error for different values of a header that takes one value."""
    for name in _ERRORS_IF_DIFFERENT:
        values = lines.get(name.lower(), [])
        if name == "Content-Disposition" and quirks.content_disposition_is_a_list:
            values = [element for value in values for element in split_value(value)]
        if len(set(values)) > 1:
            is_redirect = name == "Location" and status in REDIRECT_STATUSES
            return NetworkError(
                failure=Failure.REDIRECT_LOCATION_UNPARSABLE if is_redirect else Failure.INVALID_HTTP,
                subject=name,
                seen=tuple(values),
            )
    return None


def _check_content_coding(status: int, lines: _Lines, accept_encoding: str) -> NetworkError | None:
    """The error for an invalid coding, or (except in redirects) for a known one that was not offered."""
    offered = [coding.strip() for coding in accept_encoding.split(",")]
    refused = _CONTENT_CODINGS.difference(offered, ["x-gzip"] if "gzip" in offered else [])
    if status in REDIRECT_STATUSES and ", ".join(lines.get("location", ())):
        refused = frozenset()
    for part in ", ".join(lines["content-encoding"]).split(","):
        coding = part.strip(HTTP_TAB_OR_SPACE) or part  # only spaces between commas are invalid, too
        if _not_in_codings(coding) or byte_lowercase(coding) in refused:
            return NetworkError(
                failure=Failure.CONTENT_CODING,
                subject="Content-Encoding",
                seen=(coding,),
                expected=tuple(offered),
            )
    return None


def _merge(name: str, values: list[str], quirks: HeadQuirks) -> list[str]:
    """The lines of one name that remain."""
    if quirks.equal_singletons_merged and name in _MERGED_IF_EQUAL:
        return values[:1]  # different ones were an error
    if quirks.singletons_first_line_counts and name in _FIRST_LINE_COUNTS:
        return values[:1]
    if quirks.content_type_joined_without_space and name == "content-type":
        return [",".join(dropwhile(not_, values))]
    if quirks.empty_repeated_lines_dropped and name != "x-frame-options":
        values = [value for value in values if value] or [""]
    if quirks.authenticate_lines_hidden and name in _AUTHENTICATE and len(values) > 1:
        return []
    return values
