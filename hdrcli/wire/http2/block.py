"""Reads one HTTP/2 header block as a user agent does: a status and header lines, or trailers.

RFC 9113, 8.1.1, makes every malformed response an error; each place where a browser is more lenient is a field of
`HTTP2Quirks`.

Source: https://www.rfc-editor.org/rfc/rfc9113.html#section-8.2
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from hdrcli.fetch import HTTPRequest, HTTPResponse
from hdrcli.fetch.failures import MalformedSubject
from hdrcli.fetch.headers import HTTP_TAB_OR_SPACE, Header, IndexedHeaders, contains, is_token, values_of
from hdrcli.fetch.user_agent import HTTP2Quirks
from hdrcli.records.exchange import StreamEvent
from hdrcli.wire.reading import QUOTED, SWITCHING_PROTOCOLS, lengths_agree

NO_CONTENT: Final = 204
_NOT_MODIFIED: Final = 304
_EARLY_HINTS: Final = 103
_MAX_INT: Final = 2**31 - 1
_FIELD_OVERHEAD: Final = 32
_STATUS_IF_SIGNED: Final = 200

CONNECTION_FIELDS: Final = frozenset({"connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"})
_REMOVED_FIELDS: Final = CONNECTION_FIELDS | {"te", "host", "accept-encoding"}
ADDED_HEADER: Final = ("x-firefox-spdy", "h2")

_capital = re.compile("[A-Z]").search
_forbidden = re.compile("[\0\r\n]").search
_control = re.compile("[\0-\x08\x0a-\x1f\x7f]").search
_length = re.compile("[0-9]{1,18}").fullmatch
_status_text: Final = {
    "three-digits": re.compile(r"[0-9]{3}").fullmatch,
    "integer": re.compile(r"[+-]?[0-9]{1,10}").fullmatch,
    "up-to-three-digits": re.compile(r"0|[1-9][0-9]{0,2}").fullmatch,
}


def size_of(fields: Sequence[Header]) -> int:
    """The size of a header list: https://www.rfc-editor.org/rfc/rfc9113.html#section-6.5.2."""
    return sum(len(name) + len(value) + _FIELD_OVERHEAD for name, value in fields)


class MalformedError(Exception):
    """The response is malformed for the user agent."""

    def __init__(self, subject: MalformedSubject, seen: str = "") -> None:
        super().__init__(subject)
        self.subject = subject
        self.seen = seen[:QUOTED]


def read_head(event: StreamEvent, request: HTTPRequest, quirks: HTTP2Quirks) -> tuple[int, list[Header]]:
    """The status and the header lines of an interim response or the final one."""
    _check_size(event, quirks)
    status_text: str | None = None
    headers: list[Header] = []
    has_regular = False
    for name, value in event.fields:
        if name.startswith(":"):
            is_known = name == ":status"
            is_repeated = status_text is not None and not quirks.http2_last_status_counts
            if has_regular or (is_repeated if is_known else not quirks.http2_pseudo_headers_ignored):
                raise MalformedError("http2-pseudo-header", name)
            _check_name(name[1:])
            status_text = value if is_known else status_text
            continue
        has_regular = True
        _check_name(name)
        headers += _check_value(name, value, quirks)
    status = _status(status_text, quirks)
    if status == SWITCHING_PROTOCOLS:
        is_error = quirks.http2_switching_protocols == "error"
    else:
        is_error = status // 100 == 1 and event.ends
    if is_error:
        raise MalformedError("http2-status", str(status))
    is_ignored = status // 100 == 1 and status not in {SWITCHING_PROTOCOLS, _EARLY_HINTS}
    if quirks.http2_connection_fields == "kept" and not is_ignored and contains("transfer-encoding", headers):
        raise MalformedError("http2-connection-field", "transfer-encoding")
    if status == SWITCHING_PROTOCOLS and quirks.http2_switching_protocols == "final-without-headers":
        return status, []
    if quirks.http2_content_length != "ignored":
        headers = _check_length(status, headers, event, request, quirks)
    return status, headers


def response_of(status: int, headers: list[Header], quirks: HTTP2Quirks) -> HTTPResponse:
    """The response whose head was read, with all header lines that the page gets."""
    if quirks.http2_header_added:
        headers = [*headers, ADDED_HEADER]
    return HTTPResponse(status=status, headers=IndexedHeaders(headers), http_version="2")


def check_names(trailers: StreamEvent) -> None:
    """Trailers in place of a body: no browser shows them, but a malformed name is an error."""
    for name, _ in trailers.fields:
        if not name.startswith(":"):
            _check_name(name)


def take_trailers(event: StreamEvent, quirks: HTTP2Quirks, *, strict: bool) -> list[Header]:
    """The fields up to the first malformed one; `strict`: there must not be one."""
    taken: list[Header] = []
    for name, value in event.fields:
        try:
            _check_name(name)
            taken += _check_value(name, value, quirks)
        except MalformedError:
            if strict:
                raise
            break
    return taken


def _check_size(event: StreamEvent, quirks: HTTP2Quirks) -> None:
    largest = max((len(name) + len(value) for name, value in event.fields), default=0)
    if (
        size_of(event.fields) > quirks.http2_max_head_size
        or (quirks.http2_max_field_size is not None and largest > quirks.http2_max_field_size)
        or (quirks.http2_max_continuations is not None and event.continuations > quirks.http2_max_continuations)
    ):
        raise MalformedError("http2-head-too-large")


def _status(text: str | None, quirks: HTTP2Quirks) -> int:
    if text is None:
        raise MalformedError("http2-status")
    if not _status_text[quirks.http2_status](text) or abs(int(text)) > _MAX_INT:
        raise MalformedError("http2-status", text)
    return _STATUS_IF_SIGNED if text.startswith(("+", "-")) else int(text) & 0xFFFF


def _check_name(name: str) -> None:
    if not is_token(name) or _capital(name):
        raise MalformedError("http2-name", name)


def _check_value(name: str, value: str, quirks: HTTP2Quirks) -> list[Header]:
    """The header as the user agent takes it, if it does."""
    if (_forbidden if quirks.http2_control_characters_allowed else _control)(value):
        raise MalformedError("http2-value", name)
    is_forbidden = name in CONNECTION_FIELDS or (name == "te" and value.lower() != "trailers")
    match quirks.http2_connection_fields:
        case "error" if is_forbidden:
            raise MalformedError("http2-connection-field", name)
        case "removed" if name in _REMOVED_FIELDS:
            return []
    stripped = value.strip(HTTP_TAB_OR_SPACE)
    match quirks.http2_spaces_around_values:
        case "error" if stripped != value:
            raise MalformedError("http2-value", name)
        case "removed":
            value = stripped
    return [(name, value)]


def _check_length(
    status: int, headers: list[Header], event: StreamEvent, request: HTTPRequest, quirks: HTTP2Quirks
) -> list[Header]:
    lengths = values_of("content-length", headers)
    if not lengths:
        return headers
    if quirks.http2_content_length == "lengths-agree":
        if not lengths_agree(lengths):
            raise MalformedError("http2-content-length", ", ".join(lengths))
        return headers
    length = lengths[0]
    if status == NO_CONTENT and lengths == ["0"]:
        return [header for header in headers if header[0] != "content-length"]
    without_body = request.method == "HEAD" or status == _NOT_MODIFIED
    if (
        len(lengths) > 1
        or not _length(length)
        or status == NO_CONTENT
        or status // 100 == 1
        or (event.ends and int(length) and not without_body)
    ):
        raise MalformedError("http2-content-length", ", ".join(lengths))
    return headers
