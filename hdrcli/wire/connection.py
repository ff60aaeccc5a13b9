"""One HTTP/1.1 connection, which carries one exchange after another.

Source: https://www.rfc-editor.org/rfc/rfc9112.html#section-9
"""

from __future__ import annotations

import asyncio
import socket
from typing import Final, cast

from hdrcli.fetch import HTTPRequest, HTTPResponse, TransportFailure
from hdrcli.wire.answer import AnswerReader

Server = tuple[str, str, int]
"""Scheme, host and port."""

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
        self._over: asyncio.Future[None] | None = None
        self._patience: asyncio.TimerHandle | None = None

    @property
    def answer(self) -> HTTPResponse | TransportFailure | None:
        """What the last request met, as far as it has come: a head counts even if its body stays away."""
        return None if self._reader is None else self._reader.answer()

    @property
    def is_free(self) -> bool:
        """Whether it can carry another exchange: the last request and its answer went over it as a whole."""
        if self._is_lost or self._transport is None or self._reader is None:
            return False
        return self._reader.leaves_connection and not self._transport.get_write_buffer_size()

    def exchange(self, request: HTTPRequest) -> asyncio.Future[None]:
        """Send a request; done when nothing of use can follow in `answer`. Fails with `OSError`."""
        self._is_kept = self._reader is not None
        self._reader = AnswerReader(request)
        self._over = self._loop.create_future()
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
                self._finish()
                return
            self._acknowledge()
            if self._reader.only_body_is_missing and self._patience is None:
                self._patience = self._loop.call_later(_UNASKED_BODY_SECONDS, self._finish)

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self._is_lost, self._loss = True, exc
        if self._reader is None or self._over is None or self._over.done():
            return
        if self._is_kept and not self._reader.began:
            exc = StaleConnectionError()
        # A reset is the failure, unless what came before it tells more: a TLS alert, for one.
        if self._reader.end() or exc is None:
            self._finish()
        else:
            self._over.set_exception(exc)

    def _acknowledge(self) -> None:
        """Let the server go on at once: many hold back the body, 40 ms long, until the head is acknowledged.

        Linux does so unasked at a connection's beginning alone: https://www.rfc-editor.org/rfc/rfc9293.html#section-3.7.4
        """
        if _QUICKACK is not None and self._transport is not None:
            self._transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)

    def _finish(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
        if self._over is not None and not self._over.done():
            self._over.set_result(None)


def _words(request: HTTPRequest) -> bytes:
    """The request as it goes over the wire."""
    lines = [
        f"{request.method} {request.url.target} HTTP/1.1",
        *(f"{name}: {value}" for name, value in request.headers),
        "\r\n",
    ]
    return "\r\n".join(lines).encode("latin-1") + (request.body or b"")
