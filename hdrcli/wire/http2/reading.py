"""Reads an HTTP/2 response as a user agent does, sans I/O.

Theory of operation
-------------------
`StreamReader` has recorded what came on the stream, with nothing judged. `read_stream` goes through these events as
one user agent does: header blocks with a 1xx status are interim, the first other one is the head, and each is checked
field by field (`_check`). Browsers differ in when they hand the head to the page. Chromium does so at once: later
events change nothing. Firefox and WebKitGTK wait for the first DATA frame or the end of the stream, so that a stream
that is reset before is a network error (`_wait_for_body`). WebKitGTK looks only when it has read all bytes that had
arrived with that frame: trailers among them count as headers, and GOAWAY among them is an error.

RFC 9113, 8.1.1, makes every malformed response an error; each place where a browser is more lenient is a field of
`HTTP2Quirks`.

Source: https://www.rfc-editor.org/rfc/rfc9113.html#section-8
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from hdrcli.fetch import Failure, HTTPRequest, HTTPResponse, TransportFailure, TransportSubject, UserAgent
from hdrcli.fetch.headers import HTTP_TAB_OR_SPACE, Header, is_token, values_of
from hdrcli.fetch.user_agent import HTTP2Quirks
from hdrcli.records.exchange import Exchange, RawStream, StreamEvent

_SWITCHING_PROTOCOLS: Final = 101
_NO_CONTENT: Final = 204
_NOT_MODIFIED: Final = 304
_MAX_INT: Final = 2**31 - 1
FIELD_OVERHEAD: Final = 32
"""Bytes that each field counts for in addition: https://www.rfc-editor.org/rfc/rfc9113.html#section-6.5.2"""
_STATUS_IF_SIGNED: Final = 200
_QUOTED: Final = 40
"""Characters of a server's text that a message quotes."""

_CONNECTION_FIELDS: Final = frozenset({"connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"})
_REMOVED_FIELDS: Final = _CONNECTION_FIELDS | {"te", "host", "accept-encoding"}
_ADDED: Final = ("x-firefox-spdy", "h2")

_capital = re.compile("[A-Z]").search
_forbidden = re.compile("[\0\r\n]").search
_control = re.compile("[\0-\x08\x0a-\x1f\x7f]").search
_length = re.compile("[0-9]{1,18}").fullmatch
_status_text: Final = {
    "three-digits": re.compile(r"[0-9]{3}").fullmatch,
    "integer": re.compile(r"[+-]?[0-9]{1,10}").fullmatch,
    "up-to-three-digits": re.compile(r"0|[1-9][0-9]{0,2}").fullmatch,
}


class _MalformedError(Exception):
    """The response is malformed for the user agent."""

    def __init__(self, subject: TransportSubject, seen: str = "") -> None:
        super().__init__(subject)
        self.subject = subject
        self.seen = seen[:_QUOTED]


def read_stream(raw: RawStream, request: HTTPRequest, user_agent: UserAgent) -> Exchange:
    """The response to `request` as `user_agent` reads it: interim responses, and the final one or a failure."""
    interim: list[HTTPResponse] = []
    try:
        response: HTTPResponse | TransportFailure = _read(raw, request, user_agent.http2, interim)
    except _MalformedError as error:
        response = TransportFailure(failure=Failure.INVALID_HTTP, subject=error.subject, seen=error.seen)
    if not raw.too_large and all(event.kind == "closed" for event in raw.events):
        response = TransportFailure(failure=Failure.EMPTY_REPLY)
    return Exchange(request=request, response=response, interim=tuple(interim), raw=raw)


def _read(raw: RawStream, request: HTTPRequest, quirks: HTTP2Quirks, interim: list[HTTPResponse]) -> HTTPResponse:
    if raw.too_large:
        raise _MalformedError("http2-head-too-large")
    for index, event in enumerate(raw.events):
        if event.kind == "goaway" and not quirks.http2_frames_read_together:
            continue
        if event.kind != "headers":
            raise _ended_by(event)
        status, headers = _read_head(event, request, quirks)
        if status == _SWITCHING_PROTOCOLS:
            return _response(status, headers, quirks)
        if status // 100 == 1:
            interim.append(_response(status, headers, quirks))
            continue
        if quirks.http2_head_waits_for_body and not event.ends:
            is_body = status == _NO_CONTENT and quirks.http2_frames_read_together
            later = raw.events[index + 1 :]
            headers = _wait_for_body(headers, event if is_body else None, later, quirks)
            if request.purpose == "preflight" and quirks.http2_frames_read_together and not is_body:
                _wait_for_end(later)
        elif quirks.http2_frames_read_together:
            _refuse_goaway(event.burst, raw.events[index + 1 :])
        return replace(_response(status, headers, quirks), body=raw.body)
    raise _MalformedError("http2-closed")


_ENDS: Final[Mapping[str, TransportSubject]] = {
    "data": "http2-data-first",
    "headers": "http2-second-head",
    "reset": "http2-reset",
    "goaway": "http2-goaway",
    "closed": "http2-closed",
    "error": "http2-protocol",
}
_ERROR_NAMES: Final = (
    "NO_ERROR",
    "PROTOCOL_ERROR",
    "INTERNAL_ERROR",
    "FLOW_CONTROL_ERROR",
    "SETTINGS_TIMEOUT",
    "STREAM_CLOSED",
    "FRAME_SIZE_ERROR",
    "REFUSED_STREAM",
    "CANCEL",
    "COMPRESSION_ERROR",
    "CONNECT_ERROR",
    "ENHANCE_YOUR_CALM",
    "INADEQUATE_SECURITY",
    "HTTP_1_1_REQUIRED",
)
"""https://www.rfc-editor.org/rfc/rfc9113.html#section-7"""


def _ended_by(event: StreamEvent) -> _MalformedError:
    name = _ERROR_NAMES[event.code] if event.code < len(_ERROR_NAMES) else f"error {event.code}"
    return _MalformedError(_ENDS[event.kind], name)


# --- when the head counts ------------------------------------------------------------------------------------------


def _wait_for_body(
    headers: list[Header], begun: StreamEvent | None, later: tuple[StreamEvent, ...], quirks: HTTP2Quirks
) -> list[Header]:
    """The header lines once the body has begun, or the stream has ended.

    `begun` is the event that counts as the beginning of the body, if there is one already: the head of a 204.
    """
    together = quirks.http2_frames_read_together
    ended = False
    for event in later:
        if begun is not None and not (together and event.burst == begun.burst):
            break
        match event.kind:
            case "goaway":
                is_over = ended and begun is not None and begun.kind == "data" and not begun.size
                if together and not is_over:
                    raise _ended_by(event)
                continue
            case "headers" if together and (begun is not None or event.ends):
                headers = headers + _trailers(event, quirks, strict=begun is None)
            case "headers" if not event.ends:
                raise _ended_by(event)
            case "headers":
                _check_names(event)
            case "reset" if begun is not None and not event.code:
                break
            case "reset" | "error" if not ended:
                raise _ended_by(event)
            case "closed" if begun is None:
                raise _ended_by(event)
            case "data" if not (event.size or event.ends or together):
                continue
        begun = begun or event
        ended = ended or event.ends
    return headers


def _check_names(trailers: StreamEvent) -> None:
    """Trailers in place of a body: no browser shows them, but a malformed name is an error."""
    for name, _ in trailers.fields:
        if not name.startswith(":"):
            _check_name(name)


def _wait_for_end(later: tuple[StreamEvent, ...]) -> None:
    """WebKitGTK needs the whole response to a preflight, and trailers end it with an error."""
    for event in later:
        if event.kind in {"headers", "closed", "error"} or (event.kind == "reset" and event.code):
            raise _ended_by(event)
        if event.ends:
            return


def _refuse_goaway(burst: int, later: tuple[StreamEvent, ...]) -> None:
    for event in later:
        if event.kind == "goaway" and event.burst == burst:
            raise _ended_by(event)


def _trailers(event: StreamEvent, quirks: HTTP2Quirks, *, strict: bool) -> list[Header]:
    """The fields up to the first malformed one; `strict`: there must not be one."""
    taken: list[Header] = []
    for name, value in event.fields:
        try:
            _check_name(name)
            taken += _check_value(name, value, quirks)
        except _MalformedError:
            if strict:
                raise
            break
    return taken


# --- a header block ------------------------------------------------------------------------------------------------


def _read_head(event: StreamEvent, request: HTTPRequest, quirks: HTTP2Quirks) -> tuple[int, list[Header]]:
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
                raise _MalformedError("http2-pseudo-header", name)
            _check_name(name[1:])
            status_text = value if is_known else status_text
            continue
        has_regular = True
        _check_name(name)
        headers += _check_value(name, value, quirks)
    status = _status(status_text, quirks)
    if status == _SWITCHING_PROTOCOLS:
        is_error = not quirks.http2_switching_protocols_is_final
    else:
        is_error = status // 100 == 1 and event.ends
    if is_error:
        raise _MalformedError("http2-status", str(status))
    if quirks.http2_content_length != "ignored":
        headers = _check_length(status, headers, event, request, quirks)
    return status, headers


def _check_size(event: StreamEvent, quirks: HTTP2Quirks) -> None:
    sizes = [len(name) + len(value) for name, value in event.fields]
    if (
        sum(sizes) + FIELD_OVERHEAD * len(sizes) > quirks.http2_max_head_size
        or (quirks.http2_max_field_size is not None and max(sizes, default=0) > quirks.http2_max_field_size)
        or (quirks.http2_max_continuations is not None and event.continuations > quirks.http2_max_continuations)
    ):
        raise _MalformedError("http2-head-too-large")


def _status(text: str | None, quirks: HTTP2Quirks) -> int:
    if text is None:
        raise _MalformedError("http2-status")
    if not _status_text[quirks.http2_status](text) or abs(int(text)) > _MAX_INT:
        raise _MalformedError("http2-status", text)
    return _STATUS_IF_SIGNED if text.startswith(("+", "-")) else int(text) & 0xFFFF


def _check_name(name: str) -> None:
    if not is_token(name) or _capital(name):
        raise _MalformedError("http2-name", name)


def _check_value(name: str, value: str, quirks: HTTP2Quirks) -> list[Header]:
    """The header as the user agent takes it, if it does."""
    if (_forbidden if quirks.http2_control_characters_allowed else _control)(value):
        raise _MalformedError("http2-value", name)
    is_forbidden = name in _CONNECTION_FIELDS or (name == "te" and value.lower() != "trailers")
    match quirks.http2_connection_fields:
        case "error" if is_forbidden:
            raise _MalformedError("http2-connection-field", name)
        case "kept" if name == "transfer-encoding":
            raise _MalformedError("http2-connection-field", name)
        case "removed" if name in _REMOVED_FIELDS:
            return []
    stripped = value.strip(HTTP_TAB_OR_SPACE)
    match quirks.http2_spaces_around_values:
        case "error" if stripped != value:
            raise _MalformedError("http2-value", name)
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
        if len({element.strip(HTTP_TAB_OR_SPACE) for length in lengths for element in length.split(",")}) > 1:
            raise _MalformedError("http2-content-length", ", ".join(lengths))
        return headers
    length = lengths[0]
    if status == _NO_CONTENT and lengths == ["0"]:
        return [header for header in headers if header[0] != "content-length"]
    without_body = request.method == "HEAD" or status == _NOT_MODIFIED
    if (
        len(lengths) > 1
        or not _length(length)
        or status == _NO_CONTENT
        or status // 100 == 1
        or (event.ends and int(length) and not without_body)
    ):
        raise _MalformedError("http2-content-length", ", ".join(lengths))
    return headers


def _response(status: int, headers: list[Header], quirks: HTTP2Quirks) -> HTTPResponse:
    if quirks.http2_header_added:
        headers = [*headers, _ADDED]
    return HTTPResponse(status=status, headers=tuple(headers), http_version="2")
