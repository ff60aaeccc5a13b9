"""One HTTP/1.1 connection, which carries one exchange after another.

Source: https://www.rfc-editor.org/rfc/rfc9112.html#section-9
"""

from __future__ import annotations

import asyncio
import socket
from typing import Final, cast

from hdrcli.fetch import HTTPRequest
from hdrcli.records.exchange import Received
from hdrcli.wire.answer import AnswerReader

Server = tuple[str, str, int, bool]
"""Scheme, host and port, and whether the connection may show a client certificate."""

_UNASKED_BODY_SECONDS: Final = 0.1
"""How long the rest of a body is waited for that nobody asked for."""


_QUICKACK: Final[int | None] = getattr(socket, "TCP_QUICKACK", None)


class StaleConnectionError(ConnectionError):
    """A connection that was kept ended before a byte of the answer came, as a server may end one at any time."""


class Connection(asyncio.Protocol):
    """Reads from the first moment on: a server may answer, and close, before it has read all of a request."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._early = b""
        self._is_lost = False
        self._loss: Exception | None = None
        self._reader: AnswerReader | None = None
        self._is_kept = False
        self._over: asyncio.Future[Received] | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_open(self) -> bool:
        """Whether it has not ended, as far as is known."""
        return not self._is_lost

    @property
    def is_free(self) -> bool:
        """Whether it can carry another exchange: the last request and its answer went over it as a whole."""
        if self._is_lost or self._transport is None or self._reader is None:
            return False
        return self._reader.leaves_connection and not self._transport.get_write_buffer_size()

    def exchange(self, request: HTTPRequest, deadline: float) -> asyncio.Future[Received]:
        """Send a request; its answer, with what comes of the body until the deadline (of the event loop's time).

        Fails with `OSError`, which `TimeoutError` is, too.
        """
        self._is_kept = self._reader is not None
        self._reader = AnswerReader(request)
        self._over = self._loop.create_future()
        self._wait_until(deadline)
        if self._transport is not None:
            self._transport.write(_words(request))
        if self._early:
            self.data_received(self._early)
        if self._is_lost:
            self.connection_lost(self._loss)
        return self._over

    def abort(self) -> None:
        """End the connection at once: an orderly TLS farewell would wait for a body without end."""
        self._is_lost = True
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        if self._reader is None or self._over is None:
            self._early += data
        elif self._over.done():
            self.abort()  # what nobody asked for belongs to no answer
        else:
            self._reader.feed(data)
            if self._reader.done:
                self._settle()
                return
            self._acknowledge()
            if self._reader.only_body_is_missing:
                self._wait_until(self._loop.time() + _UNASKED_BODY_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self._is_lost, self._loss = True, exc
        if self._reader is None or self._over is None or self._over.done():
            return
        if self._is_kept and not self._reader.began:
            exc = StaleConnectionError()
        # A reset is the failure, unless what came before it tells more: a TLS alert, for one.
        self._settle(None if self._reader.end() else exc)

    def _acknowledge(self) -> None:
        """Let the server go on at once: many hold back the body, 40 ms long, until the head is acknowledged.

        Linux does so unasked at a connection's beginning alone: https://www.rfc-editor.org/rfc/rfc9293.html#section-3.7.4
        """
        if _QUICKACK is not None and self._transport is not None:
            self._transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)

    def _wait_until(self, when: float) -> None:
        """Let the exchange end at this time at the latest."""
        if self._timer is not None:
            when = min(when, self._timer.when())
            self._timer.cancel()
        self._timer = self._loop.call_at(when, self._settle)

    def _settle(self, error: Exception | None = None) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._reader is None or self._over is None or self._over.done():
            return
        answer = self._reader.answer()
        if error is not None or answer is None:
            self._over.set_exception(error or TimeoutError())
        else:
            self._over.set_result(answer)


def _words(request: HTTPRequest) -> bytes:
    """The request as it goes over the wire."""
    lines = [
        f"{request.method} {request.url.target} HTTP/1.1",
        *(f"{name}: {value}" for name, value in request.headers),
        "\r\n",
    ]
    return "\r\n".join(lines).encode("latin-1") + (request.body or b"")
