"""Reads one HTTP/1.1 response from a connection, sans I/O: its head, then as much of its body as is of use.

Source: https://www.rfc-editor.org/rfc/rfc9112.html#name-message-format
"""

from __future__ import annotations

from typing import Final

from hdrcli.fetch import STANDARD, HTTPRequest, HTTPResponse
from hdrcli.fetch.headers import Header, values_of
from hdrcli.fetch.network import MISDIRECTED_REQUEST
from hdrcli.records.exchange import Exchange, RawHead
from hdrcli.wire.body import BodyReader, is_without_body
from hdrcli.wire.head import HeadReader
from hdrcli.wire.reading import read_response

_UNWANTED_BODY_SIZE: Final = 65536
"""Bytes that are read of a body that the request doesn't want. Servers log a fault when a client closes the connection
within a body, and a small body that is read to its end leaves the connection reusable."""

_EVENT_STREAM: Final = "text/event-stream"
_HTTP_1_1: Final = b"HTTP/1.1 "


class ResponseReader:
    """Takes the bytes that follow a request, in any portions, until `done`: more bytes would change nothing."""

    def __init__(self, request: HTTPRequest) -> None:
        self._request = request
        self._wanted = request.body_wanted
        self._head_reader = HeadReader()
        self._exchange: Exchange | None = None
        self._body: BodyReader | None = None
        self._closes = True
        self.has_begun = False
        """Whether any byte came."""
        self.done = False

    @property
    def is_optional(self) -> bool:
        """Whether the head is complete, and the request doesn't want the rest, or the rest may never end."""
        if self._exchange is None or not self._wanted:
            return self._exchange is not None
        response = self._exchange.response
        return isinstance(response, HTTPResponse) and is_event_stream(response.headers)

    @property
    def allows_reuse(self) -> bool:
        """Whether another exchange can follow: https://www.rfc-editor.org/rfc/rfc9112.html#section-9.3.

        A server that speaks HTTP/1.0 may keep a connection open, too; nothing here relies on it.
        """
        return self._body is not None and self._body.ended and not self._closes

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        if self._body is not None:
            self._body.feed(data)
            self.done = self._body.done
            return
        self.has_begun = True
        raw = self._head_reader.feed(data)
        if raw is None:
            return
        self._exchange = read_response(raw, self._request, STANDARD)
        head = self._exchange.response
        if isinstance(head, HTTPResponse):
            self._closes = _closes(raw, head)
            self._wanted = self._request.body_wanted_of(head.status)
            limit = max(self._wanted, _UNWANTED_BODY_SIZE)
            is_empty = is_without_body(self._request.method, head.status)
            self._body = BodyReader(head.headers, limit, is_empty=is_empty)
            self._body.feed(self._head_reader.body)
        self.done = self._body is None or self._body.done

    def end(self) -> bool:
        """Take the end of the connection. True if the bytes that came say more than that it ended with an error."""
        self.done = True
        if self._exchange is not None:
            return True
        says_more = self._head_reader.is_not_http
        self._exchange = read_response(self._head_reader.end(), self._request, STANDARD)
        return says_more

    def exchange(self) -> Exchange | None:
        """The exchange, with the part of the body that is wanted and came; None until the head is complete."""
        exchange, wanted = self._exchange, self._wanted
        if exchange is None or not isinstance(exchange.raw, RawHead) or self._body is None or not wanted:
            return exchange
        body = bytes(self._body.body[:wanted])
        response = exchange.response
        if isinstance(response, HTTPResponse):
            response = HTTPResponse(  # `replace` would take four times as long, for each response
                status=response.status, headers=response.headers, body=body, is_body_late=not self.done
            )
        raw = RawHead(heads=exchange.raw.heads, end=exchange.raw.end, body=body)
        return Exchange(request=exchange.request, response=response, interim=exchange.interim, raw=raw)


def is_event_stream(headers: tuple[Header, ...]) -> bool:
    """Whether a body comes in events, at any time: https://html.spec.whatwg.org/#server-sent-events."""
    return any(value.lower().startswith(_EVENT_STREAM) for value in values_of("Content-Type", headers))


def _closes(raw: RawHead, head: HTTPResponse) -> bool:
    """Whether the connection ends here: the server says so, or it is the wrong server.

    A request that met a 421 is sent again over a new connection.
    Sources: https://www.rfc-editor.org/rfc/rfc9112.html#section-9.6,
    https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
    """
    if head.status == MISDIRECTED_REQUEST or not raw.heads[-1].startswith(_HTTP_1_1):
        return True
    return any("close" in value.lower() for value in values_of("Connection", head.headers))
