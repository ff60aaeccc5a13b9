"""One HTTP/2 connection, which carries many exchanges at a time.

Theory of operation
-------------------
Like `hdrcli.wire.connection.Connection`, this is an asyncio protocol without a task of its own; it takes over the
socket from one when the TLS handshake has chosen HTTP/2. It owns the socket's transport, a `Session`, which knows
the protocol, and an `_Awaited` for each response under way. After each portion of bytes it sends what the session
has to say, and then looks at every awaited response: one that is done, or whose time is up, is finished. Frames that
arrive together are therefore recorded together, which matters to WebKitGTK (see `hdrcli.wire.http2.reading`).

Each exchange has one timer, which only ever moves forward, as over HTTP/1.1; the clock is also read where bytes arrive.
An exchange whose time is up resets its stream. If the server has sent nothing at all since the request, the connection
takes no more requests; nor does it after a 421, as the request is then sent again over a new connection:
https://fetch.spec.whatwg.org/#http-network-or-cache-fetch

Requests beyond the server's MAX_CONCURRENT_STREAMS wait in `_waiting`. A request that the server has not processed
(it refused the stream, or went away) fails with `RequestRefusedError`, and can be sent again over a new connection;
one on a reused connection that the server closes without a word fails with `ReusedConnectionClosedError`, as over
HTTP/1.1.

Source: https://www.rfc-editor.org/rfc/rfc9113.html#section-5
"""

from __future__ import annotations

import asyncio
import time
from typing import Final

from msgspec import Struct

from hdrcli.fetch import HTTPRequest, HTTPResponse
from hdrcli.fetch.network import MISDIRECTED_REQUEST
from hdrcli.records.exchange import Received
from hdrcli.wire.connection import UNWANTED_BODY_SECONDS, RequestRefusedError, ReusedConnectionClosedError
from hdrcli.wire.http2.session import Session
from hdrcli.wire.http2.stream import StreamReader

_MAX_UNSENT: Final = 1024 * 1024
"""Bytes that a server may leave unread of what we reply to its frames."""
_MAX_UNCLAIMED: Final = 256 * 1024
"""Bytes that may come while no response is awaited."""


class _Awaited(Struct):
    """A response under way."""

    stream: int
    reader: StreamReader
    result: asyncio.Future[Received]
    timer: asyncio.TimerHandle
    may_refuse: bool
    is_first: bool
    sent_at: int


class HTTP2Connection(asyncio.Protocol):
    """See the theory of operation above."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport = transport
        self._session = Session()
        self._awaited: dict[int, _Awaited] = {}
        self._waiting: list[asyncio.Future[None]] = []
        self._portions = 0
        self._unclaimed = 0
        self._is_closed = False
        self._takes_no_more = False
        self._loss: Exception | None = None
        self.idle_since = time.monotonic()
        """When the last response was finished."""
        self._flush()

    @property
    def is_reusable(self) -> bool:
        """Whether it can carry another exchange, as far as is known."""
        return not (self._is_closed or self._takes_no_more) and self._session.takes_streams

    @property
    def is_idle(self) -> bool:
        """Whether no exchange is under way."""
        return not self._awaited and not self._waiting

    async def exchange(self, request: HTTPRequest, deadline: float, *, may_refuse: bool) -> Received:
        """Send a request; returns its response with the part of the body that comes before the deadline.

        The deadline is in the event loop's time. Fails with `OSError`, of which `TimeoutError` is one; with
        `may_refuse`, a request that the server has not processed fails with `ReusedConnectionClosedError`.
        """
        async with asyncio.timeout_at(deadline):
            await self._wait_for_stream()
        if not self.is_reusable:
            raise RequestRefusedError
        reader = StreamReader(request)
        is_first = self._portions == 0 and not self._awaited
        stream = self._session.request(request, reader)
        result: asyncio.Future[Received] = self._loop.create_future()
        timer = self._loop.call_at(deadline, self._finish, stream)
        self._awaited[stream] = _Awaited(stream, reader, result, timer, may_refuse, is_first, self._portions)
        self._flush()
        try:
            return await result
        finally:
            self._forget(stream)

    def abort(self) -> None:
        """End the connection at once: an orderly end of TLS would wait for the server's."""
        self._is_closed = True
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        self._portions += 1
        if not self._awaited:
            self._unclaimed += len(data)
            if self._unclaimed > _MAX_UNCLAIMED:
                self.abort()
                return
        self._session.receive(data)
        self._flush()
        now = self._loop.time()
        for awaited in list(self._awaited.values()):
            if awaited.reader.done or now >= awaited.timer.when():
                self._finish(awaited.stream)
            elif awaited.reader.is_optional:
                self._hurry(awaited, now + UNWANTED_BODY_SECONDS)
        self._wake()
        if self._session.failed:
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self._is_closed, self._loss = True, exc
        self._session.end()
        for stream in list(self._awaited):
            self._finish(stream)
        self._wake()

    async def _wait_for_stream(self) -> None:
        while self.is_reusable and len(self._awaited) >= self._session.max_streams:
            turn = self._loop.create_future()
            self._waiting.append(turn)
            try:
                await turn
            finally:
                if turn in self._waiting:
                    self._waiting.remove(turn)

    def _wake(self) -> None:
        """Let as many requests go on as there are free streams, or all if they must look for another connection."""
        free = self._session.max_streams - len(self._awaited) if self.is_reusable else len(self._waiting)
        for turn in self._waiting[: max(free, 0)]:
            if not turn.done():
                turn.set_result(None)
        del self._waiting[: max(free, 0)]

    def _hurry(self, awaited: _Awaited, when: float) -> None:
        if when < awaited.timer.when():
            awaited.timer.cancel()
            awaited.timer = self._loop.call_at(when, self._finish, awaited.stream)

    def _finish(self, stream: int) -> None:
        """End an exchange with what has come."""
        awaited = self._awaited[stream]
        awaited.timer.cancel()
        if awaited.result.done():
            return
        reader = awaited.reader
        exchange = reader.exchange()
        if awaited.may_refuse and reader.is_refused:
            awaited.result.set_exception(RequestRefusedError())
        elif awaited.may_refuse and self._is_closed and not (reader.has_response or awaited.is_first):
            awaited.result.set_exception(ReusedConnectionClosedError())
        elif exchange is None:
            self._takes_no_more |= awaited.sent_at == self._portions
            awaited.result.set_exception(TimeoutError())
        elif not reader.has_response and self._loss is not None:
            awaited.result.set_exception(self._loss)
        else:
            response = exchange.response
            self._takes_no_more |= isinstance(response, HTTPResponse) and response.status == MISDIRECTED_REQUEST
            awaited.result.set_result(exchange)

    def _forget(self, stream: int) -> None:
        self._awaited.pop(stream).timer.cancel()
        self._session.forget(stream)
        self._unclaimed = 0
        self.idle_since = time.monotonic()
        self._flush()
        if not (self.is_reusable or self._awaited):
            self.abort()
        self._wake()

    def _flush(self) -> None:
        if self._session.outgoing and not self._is_closed:
            self._transport.write(bytes(self._session.outgoing))
            self._session.outgoing.clear()
            if self._transport.get_write_buffer_size() > _MAX_UNSENT and not self._awaited:
                self.abort()
