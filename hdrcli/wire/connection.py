"""One HTTP/1.1 connection, which carries one exchange after another.

Theory of operation
-------------------
A `Connection` is an asyncio protocol. The event loop calls it with bytes and with the connection's end; it has no task
of its own. It owns the socket's transport, and a `ResponseReader` for the exchange that is under way; who opened it
(`DirectTransport`) decides what is sent, and where an idle connection waits (`IdleConnections`).

A connection is *fresh* (no exchange yet: `_reader` is None), *busy* (`_result` is a pending future), *idle* (`_result`
is done) or *closed*. `exchange` makes it busy: it writes the request and returns the future. The future gets its result
when the reader is `done` (more bytes would change nothing), when the connection ends, or when the deadline passes with
a complete head. It fails with `TimeoutError` when the deadline passes without one, and with the error that ended the
connection when that says more than the bytes do.

- A server may respond, and close, before it has read the request, even before it is written: the first bytes that come
  while the connection is fresh wait in `_early`, and the socket is not read on until there is a request. Bytes that
  come while the connection is idle belong to no response: the connection ends.
- A *reused* connection that ends before the first byte of a response is no fault of the server's, which may close an
  idle connection at any time. The future then fails with `ReusedConnectionClosedError`, and the request can be sent
  again.
- There is a deadline, which is only ever brought forward within an exchange: when the head is complete and the request
  wants no body, the rest gets `UNWANTED_BODY_SECONDS`. There is one timer, which stays when the exchange ends, as most
  connections carry another one: it looks at the deadline of that moment, and is set again if that is later. A server
  that always has bytes ready must not delay the end: the event loop handles sockets before timers. The clock is
  therefore also read where bytes arrive.
- Everything that is held is bounded: by `HeadReader` (the heads), `BodyReader` (the body and the bytes around it), and
  the one portion in `_early`.

Source: https://www.rfc-editor.org/rfc/rfc9112.html#section-9
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Final, TypeVar, cast

from hdrcli.fetch import HTTPRequest
from hdrcli.records.exchange import Received
from hdrcli.wire.response import ResponseReader

P = TypeVar("P", bound=asyncio.Protocol)

Server = tuple[str, str, int, bool]
"""Scheme, host and port, and whether the connection may show a client certificate."""

UNWANTED_BODY_SECONDS: Final = 0.1
"""How long the connection waits for the rest of a body that the request doesn't want."""


_QUICKACK: Final[int | None] = getattr(socket, "TCP_QUICKACK", None)


class ReusedConnectionClosedError(ConnectionError):
    """A reused connection ended before the first byte of the response, as a server may end one at any time."""


class RequestRefusedError(ReusedConnectionClosedError):
    """The server says that it has not processed the request, whatever its method."""


class Connection(asyncio.Protocol):
    """See the theory of operation above."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._early = b""
        self._is_closed = False
        self._loss: Exception | None = None
        self._reader: ResponseReader | None = None
        self._is_reused = False
        self._result: asyncio.Future[Received] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._deadline = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the connection has not ended, as far as is known."""
        return not self._is_closed

    @property
    def is_reusable(self) -> bool:
        """Whether it can carry another exchange: the last request and its response went over it completely."""
        if self._is_closed or self._transport is None or self._reader is None:
            return False
        return self._reader.allows_reuse and not self._transport.get_write_buffer_size()

    def exchange(self, request: HTTPRequest, deadline: float) -> asyncio.Future[Received]:
        """Send a request; returns its response with the part of the body that comes before the deadline.

        The deadline is in the event loop's time. Fails with `OSError`, of which `TimeoutError` is one.
        """
        self._is_reused = self._reader is not None
        self._reader = ResponseReader(request)
        self._result = self._loop.create_future()
        self._deadline = deadline
        self._set_timer()
        if self._transport is not None:
            self._transport.write(_serialized(request))
        if self._early and self._transport is not None:
            self._transport.resume_reading()
            self.data_received(self._early)
        if self._is_closed:
            self.connection_lost(self._loss)
        return self._result

    def abort(self) -> None:
        """End the connection at once: an orderly end of TLS would wait for the end of a body that may have none."""
        self._is_closed = True
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is not None:
            self._transport.abort()

    @property
    def speaks_http2(self) -> bool:
        """Whether the server has chosen HTTP/2 in the TLS handshake: https://www.rfc-editor.org/rfc/rfc7301.html."""
        secured = None if self._transport is None else self._transport.get_extra_info("ssl_object")
        return secured is not None and secured.selected_alpn_protocol() == "h2"

    def hand_over(self, successor: Callable[[asyncio.Transport], P]) -> P:
        """Give the connection, on which nothing was sent yet, to another protocol, with the bytes that have come."""
        if self._transport is None:
            raise ConnectionResetError
        protocol = successor(self._transport)
        self._transport.set_protocol(protocol)
        if self._early:
            self._transport.resume_reading()
            protocol.data_received(self._early)
        if self._is_closed:
            protocol.connection_lost(self._loss)
        return protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        if self._reader is None or self._result is None:
            self._early += data
            if self._transport is not None:
                self._transport.pause_reading()
        elif self._result.done():
            self.abort()  # bytes that no request is waiting for belong to no response
        else:
            self._reader.feed(data)
            if self._reader.done or self._loop.time() >= self._deadline:
                self._finish()
                return
            self._acknowledge()
            if self._reader.is_optional:
                self._deadline = min(self._deadline, self._loop.time() + UNWANTED_BODY_SECONDS)
                self._set_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self._is_closed, self._loss = True, exc
        if self._reader is None or self._result is None or self._result.done():
            return
        if self._is_reused and not self._reader.has_begun:
            exc = ReusedConnectionClosedError()
        # A reset is the failure, unless the bytes before it say more: a TLS alert, for one.
        self._finish(None if self._reader.end() else exc)

    def _acknowledge(self) -> None:
        """Send the TCP acknowledgement now: many servers hold the body back, for 40 ms, until the head is acknowledged.

        Linux does so by itself only at the beginning of a connection:
        https://www.rfc-editor.org/rfc/rfc9293.html#section-3.7.4
        """
        if _QUICKACK is not None and self._transport is not None:
            connection = self._transport.get_extra_info("socket")
            if connection.proto == socket.IPPROTO_TCP:
                connection.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)

    def _set_timer(self) -> None:
        """Look at the deadline when it passes, or earlier if there is an earlier timer."""
        if self._timer is not None:
            if self._timer.when() <= self._deadline:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(self._deadline, self._look_at_deadline)

    def _look_at_deadline(self) -> None:
        self._timer = None
        if self._result is None or self._result.done():
            return
        if self._loop.time() < self._deadline:
            self._set_timer()
        else:
            self._finish()

    def _finish(self, error: Exception | None = None) -> None:
        if self._reader is None or self._result is None or self._result.done():
            return
        exchange = self._reader.exchange()
        if error is not None or exchange is None:
            self._result.set_exception(error or TimeoutError())
        else:
            self._result.set_result(exchange)


def _serialized(request: HTTPRequest) -> bytes:
    """The request's bytes: https://www.rfc-editor.org/rfc/rfc9112.html#name-message-format."""
    lines = [
        f"{request.method} {request.url.target} HTTP/1.1",
        *(f"{name}: {value}" for name, value in request.sent_headers),
        "\r\n",
    ]
    return "\r\n".join(lines).encode("latin-1") + (request.body or b"")
