"""Reads an HTTP/2 response as a user agent does, sans I/O.

Theory of operation
-------------------
`StreamReader` has recorded what came on the stream, with nothing judged. `read_stream` goes through these events as one
user agent does: header blocks with a 1xx status are interim, the first other one is the head, and each is checked field
by field (`hdrcli.wire.http2.block`). Browsers differ in when they hand the head to the page. Chromium does so at once:
later events change nothing. Firefox and WebKitGTK wait for the first DATA frame or the end of the stream, so that a
stream that is reset before is a network error (`_wait_for_body`). WebKitGTK looks only when it has read all bytes that
had arrived with that frame: trailers among them count as headers, and GOAWAY among them is an error.

Source: https://www.rfc-editor.org/rfc/rfc9113.html#section-8
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hdrcli.fetch import USER_AGENTS, Failure, HTTPRequest, HTTPResponse, TransportFailure, UserAgent
from hdrcli.fetch.failures import MalformedSubject
from hdrcli.fetch.headers import Header, contains, get
from hdrcli.fetch.response import REDIRECT_STATUSES
from hdrcli.fetch.user_agent import HTTP2Quirks
from hdrcli.records.exchange import Exchange, RawStream, StreamEvent
from hdrcli.structs import replace
from hdrcli.wire.http2.block import (
    ADDED_HEADER,
    NO_CONTENT,
    MalformedError,
    check_names,
    read_head,
    response_of,
    take_trailers,
)
from hdrcli.wire.reading import SWITCHING_PROTOCOLS


def read_stream(raw: RawStream, request: HTTPRequest, user_agent: UserAgent) -> Exchange:
    """The response to `request` as `user_agent` reads it: interim responses, and the final one or a failure."""
    interim: list[HTTPResponse] = []
    try:
        response: HTTPResponse | TransportFailure = _read(raw, request, user_agent.http2, interim)
    except MalformedError as error:
        response = TransportFailure(failure=Failure.INVALID_HTTP, subject=error.subject, seen=error.seen)
    if not raw.too_large and all(event.kind == "closed" for event in raw.events):
        response = TransportFailure(failure=Failure.EMPTY_REPLY)
    return Exchange(request=request, response=response, interim=tuple(interim), raw=raw)


def is_stream_read_alike(raw: RawStream, request: HTTPRequest) -> bool:
    """Whether every user agent reads the stream the same way, but for the header that Firefox adds."""
    read = [read_stream(raw, request, user_agent) for user_agent in USER_AGENTS.values()]
    first = _without_added_header(read[0].response)
    return first is not None and all(
        not exchange.interim and _without_added_header(exchange.response) == first for exchange in read
    )


def _without_added_header(response: HTTPResponse | TransportFailure) -> HTTPResponse | None:
    if not isinstance(response, HTTPResponse):
        return None
    return replace(response, headers=tuple(header for header in response.headers if header != ADDED_HEADER))


def _read(raw: RawStream, request: HTTPRequest, quirks: HTTP2Quirks, interim: list[HTTPResponse]) -> HTTPResponse:
    if raw.too_large:
        raise MalformedError("http2-head-too-large")
    for index, event in enumerate(raw.events):
        if event.kind == "goaway" and not quirks.http2_frames_read_together:
            continue
        if event.kind != "headers":
            raise _ended_by(event)
        status, headers = read_head(event, request, quirks)
        later = raw.events[index + 1 :]
        if status == SWITCHING_PROTOCOLS:
            if quirks.http2_head_waits_for_body and not event.ends:
                _wait_for_second_head(later)
            return response_of(status, headers, quirks)
        if status // 100 == 1:
            interim.append(response_of(status, headers, quirks))
            continue
        if quirks.http2_head_waits_for_body and not event.ends and not _is_ended_by_reset(status, later, quirks):
            is_body = status == NO_CONTENT and quirks.http2_frames_read_together
            is_end_awaited = quirks.http2_end_awaited and not is_body and _must_be_complete(status, headers, request)
            headers = _wait_for_body(headers, event if is_body else None, later, quirks, until_end=is_end_awaited)
            if is_end_awaited:
                _wait_for_end(later, None if request.method == "HEAD" else get("content-length", headers))
        elif quirks.http2_frames_read_together:
            _refuse_goaway(event.burst, later)
        return replace(response_of(status, headers, quirks), body=raw.body)
    raise MalformedError("http2-closed")


_CHALLENGES: Final = frozenset({401, 407})
_WITHOUT_CONTENT: Final = frozenset({204, 205, 304})
_INTERNAL_ERROR: Final = 2

_ENDS: Final[Mapping[str, MalformedSubject]] = {
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


def _ended_by(event: StreamEvent) -> MalformedError:
    name = _ERROR_NAMES[event.code] if event.code < len(_ERROR_NAMES) else f"error {event.code}"
    return MalformedError(_ENDS[event.kind], name)


# --- when the head counts ------------------------------------------------------------------------------------------


def _wait_for_second_head(later: tuple[StreamEvent, ...]) -> None:
    """Firefox takes a 101 for the final response if it ends the stream, or if another head follows."""
    if later and later[0].kind != "headers":
        raise _ended_by(later[0])


def _wait_for_body(
    headers: list[Header],
    begun: StreamEvent | None,
    later: tuple[StreamEvent, ...],
    quirks: HTTP2Quirks,
    *,
    until_end: bool,
) -> list[Header]:
    """The header lines once the body has begun, or the stream has ended.

    `begun` is the event that counts as the beginning of the body, if there is one already: the head of a 204.
    `until_end` says that the whole body is awaited, so that a GOAWAY after it is of no importance.
    """
    together = quirks.http2_frames_read_together
    ended = False
    for event in later:
        if begun is not None and not (together and event.burst == begun.burst):
            break
        match event.kind:
            case "goaway":
                is_over = ended and begun is not None and begun.kind == "data" and (until_end or not begun.size)
                if together and not is_over:
                    raise _ended_by(event)
                continue
            case "headers" if together and (begun is not None or event.ends):
                headers = headers + take_trailers(event, quirks, strict=begun is None)
            case "headers" if not event.ends:
                raise _ended_by(event)
            case "headers":
                check_names(event)
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


def _is_ended_by_reset(status: int, later: tuple[StreamEvent, ...], quirks: HTTP2Quirks) -> bool:
    """Whether the stream is reset directly behind the head, and the browser takes that for the end of the response."""
    is_reset = bool(later) and later[0].kind == "reset" and later[0].code == _INTERNAL_ERROR
    return is_reset and status in _WITHOUT_CONTENT and quirks.http2_reset_ends_no_content


def _must_be_complete(status: int, headers: list[Header], request: HTTPRequest) -> bool:
    """Whether WebKitGTK needs the whole response, as it sends another request after it."""
    return (
        request.purpose == "preflight"
        or status in _CHALLENGES
        or (status in REDIRECT_STATUSES and contains("Location", headers))
    )


def _wait_for_end(later: tuple[StreamEvent, ...], length: str | None) -> None:
    """The stream must end with DATA, or with trailers in place of a body: trailers behind a body are an error.

    The body must have the `length` that Content-Length says; that of a response to HEAD says nothing about it.
    """
    size = 0
    for number, event in enumerate(later):
        size += event.size
        if event.kind in {"closed", "error", "reset"} or (event.kind == "headers" and not (event.ends and not number)):
            raise _ended_by(event)
        if event.ends:
            if length is not None and int(length) != size:
                raise MalformedError("http2-content-length", length)
            return


def _refuse_goaway(burst: int, later: tuple[StreamEvent, ...]) -> None:
    for event in later:
        if event.kind == "goaway" and event.burst == burst:
            raise _ended_by(event)
