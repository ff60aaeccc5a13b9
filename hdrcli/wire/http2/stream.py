"""Records one HTTP/2 stream, sans I/O: its header blocks, and as much of its body as is of use.

It has the same properties as `hdrcli.wire.response.ResponseReader`, its counterpart for HTTP/1.1.
"""

from __future__ import annotations

from typing import Final

from hdrcli.fetch import STANDARD, HTTPRequest, HTTPResponse
from hdrcli.records.exchange import Exchange, RawStream, StreamEvent
from hdrcli.structs import replace
from hdrcli.wire.head import MAX_HEADS
from hdrcli.wire.http2.block import size_of
from hdrcli.wire.http2.reading import read_stream
from hdrcli.wire.response import is_event_stream

WINDOW: Final = 65535
"""Bytes of a body that a server may send unless more are granted. An unwanted body is granted no more:
https://www.rfc-editor.org/rfc/rfc9113.html#section-6.9.2"""

MAX_HEAD_SIZE: Final = 1024 * 1024
"""Size of all header blocks of a response, counted as SETTINGS_MAX_HEADER_LIST_SIZE does: no browser reads more."""

REFUSED_STREAM: Final = 7
"""https://www.rfc-editor.org/rfc/rfc9113.html#section-8.7"""

_SAYS_SOMETHING: Final = frozenset({"data", "reset", "goaway", "error"})
_INTERIM: Final = "1"
_STATUS_LENGTH: Final = 3


class StreamReader:
    """Takes what comes on a stream until `done`: more would change nothing."""

    def __init__(self, request: HTTPRequest) -> None:
        self._request = request
        self._wanted = request.body_wanted
        self._events: list[StreamEvent] = []
        self._body = bytearray()
        self._head_size = 0
        self._heads = 0
        self._too_large = False
        self._has_head = False
        self._is_event_stream = False
        self._uncounted = 0
        self.done = False

    @property
    def has_response(self) -> bool:
        """Whether anything came that says more than the end of the connection."""
        return bool(self._heads) or self._too_large or any(event.kind in _SAYS_SOMETHING for event in self._events)

    @property
    def is_refused(self) -> bool:
        """Whether the server has refused the stream without processing the request."""
        return [event.code for event in self._events if event.kind == "reset"] == [REFUSED_STREAM] and not self._heads

    @property
    def is_optional(self) -> bool:
        """Whether the head is complete, and the request doesn't want the rest, or the rest may never end."""
        return self._has_head and (not self._wanted or self._is_event_stream)

    @property
    def wants_more(self) -> bool:
        """Whether more of the body is wanted than the server may send unasked."""
        return len(self._body) < self._wanted

    def headers(self, fields: tuple[tuple[str, str], ...], continuations: int, burst: int, *, ends: bool) -> None:
        """Take a header block."""
        self._heads += 1
        self._head_size += size_of(fields)
        if self._heads > MAX_HEADS or self._head_size > MAX_HEAD_SIZE:
            self.done = True
            self._too_large = not self._has_head  # trailers without end change nothing
            return
        is_interim = any(name == ":status" and value.startswith(_INTERIM) for name, value in fields)
        if not (self._has_head or is_interim):
            self._has_head, self._is_event_stream = True, is_event_stream(fields)
            self._wanted = self._request.body_wanted_of(_status(fields))
        self._add(StreamEvent(kind="headers", burst=burst, fields=fields, continuations=continuations, ends=ends))

    def data(self, data: bytes, burst: int, *, ends: bool) -> None:
        """Take bytes of the body; those that nobody wants are counted and dropped."""
        limit = max(self._wanted, WINDOW)
        self._body += data[: limit - len(self._body)]
        last = self._events[-1] if self._events else None
        size = len(data)
        if last is not None and last.kind == "data" and last.burst == burst:
            size += last.size
            self._events.pop()
        elif last is not None and last.kind == "data" and not ends:
            self._uncounted += size
            self.done = self.done or len(self._body) >= limit
            return  # a body in many portions is one event, but for its end
        if ends:
            size += self._uncounted
        self._add(StreamEvent(kind="data", burst=burst, size=size, ends=ends))
        self.done = self.done or len(self._body) >= limit

    def event(self, event: StreamEvent) -> None:
        """Take something that ends the stream, or GOAWAY."""
        self._add(event)
        if event.kind != "goaway":
            self.done = True

    def too_large(self) -> None:
        """Take note of a header block that is too large to be decoded."""
        self._too_large = self.done = True

    def exchange(self) -> Exchange | None:
        """The exchange, with the part of the body that is wanted and came; None until the head is complete."""
        if not (self.done or self._has_head):
            return None
        body = bytes(self._body[: self._wanted])
        raw = RawStream(events=tuple(self._events), too_large=self._too_large, body=body)
        exchange = read_stream(raw, self._request, STANDARD)
        response = exchange.response
        if self._wanted and isinstance(response, HTTPResponse):
            response = replace(response, is_body_late=not self.done)
        return replace(exchange, response=response)

    def _add(self, event: StreamEvent) -> None:
        self._events.append(event)
        self.done = self.done or event.ends


def _status(fields: tuple[tuple[str, str], ...]) -> int:
    """The status of a header block; 0 if it is malformed, as `hdrcli.wire.http2.block` finds out."""
    text = next((value for name, value in fields if name == ":status"), "")
    return int(text) if len(text) == _STATUS_LENGTH and text.isascii() and text.isdecimal() else 0
