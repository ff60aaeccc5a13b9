"""Passes the bytes of one connection on, in both directions, until both have ended.

Theory of operation. Each direction is a loop that reads a portion, shows it to the follower, and writes it; it reads on
when the portion is written, so that a slow reader slows the writer down, and no more than a portion is held. An end is
passed on as an end, a reset as a reset.

- When the client has gone, so has the reason for the connection to the service: it is reset.
- When the service stops reading, as one that refuses an upload, its response may still come: that direction goes on.
- When there is no response to the first request of a connection, the client gets a 502 that says why. Later, the end is
  passed on as it is, as browsers expect it there: they send a request again over a new connection.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from enum import Enum, auto
from typing import Final

from hdrcli.fetch import Failure, TransportFailure
from hdrcli.proxy.channels import Channel
from hdrcli.proxy.following import Follower
from hdrcli.verdict.failures import transport_sentence

Connect = Callable[[], Awaitable[Channel | TransportFailure]]

_LINGERING_SECONDS: Final = 2.0
"""How long a client may go on sending, so that it gets the response that says why it was refused."""


class _End(Enum):
    """How a direction ended. After some ends, the other direction goes on."""

    ENDED = auto()
    NOT_READ = auto()
    """The service does not read on."""
    OVER = auto()
    CLIENT_GONE = auto()
    SERVICE_FAILED = auto()


class Relay:
    """The connection of a client, and the one to the service that `connect` opens for it."""

    def __init__(self, client: Channel, connect: Connect, follower: Follower) -> None:
        self._client = client
        self._connect = connect
        self._follower = follower
        self._has_client_ended = False

    async def run(self) -> None:
        """Pass everything on, then close both connections. Raises nothing but for a cancellation."""
        is_complete = False
        try:
            with contextlib.suppress(OSError):
                is_complete = await self._serve()
        finally:
            self._client.close(reset=not is_complete)

    async def _serve(self) -> bool:
        """Returns whether the client got all that there is."""
        first = await self._client.read()
        if not first:
            return True
        passed = self._follower.sent(first)
        upstream = await self._connect()
        if isinstance(upstream, TransportFailure):
            while first and not (self._follower.waiting or self._follower.is_lost):
                first = await self._client.read()
                self._follower.sent(first)
            await self._refuse(upstream)
            return True
        is_complete = False
        try:
            is_complete = await self._pass_both(upstream, passed)
        finally:
            upstream.close(reset=not is_complete)
        return is_complete

    async def _pass_both(self, upstream: Channel, first: bytes) -> bool:
        up = asyncio.create_task(self._pass_up(upstream, first))
        down = asyncio.create_task(self._pass_down(upstream))
        pending = {up, down}
        try:
            while pending:
                done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                ends = {task.result() for task in done}
                if ends & {_End.CLIENT_GONE, _End.SERVICE_FAILED}:
                    return False
                if _End.OVER in ends:
                    return True
            if up.result() is _End.NOT_READ:
                await self._linger()
            return True
        finally:
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)

    async def _pass_up(self, upstream: Channel, data: bytes) -> _End:
        while True:
            try:
                await upstream.write(data)
            except OSError:
                return _End.NOT_READ
            try:
                received = await self._client.read()
            except OSError:
                return _End.CLIENT_GONE
            if not received:
                break
            data = self._follower.sent(received)
        if not upstream.end():
            self._has_client_ended = True
        return _End.OVER if self._is_over else _End.ENDED

    async def _pass_down(self, upstream: Channel) -> _End:
        while not self._is_over:
            failure = Failure.EMPTY_REPLY
            data = b""
            try:
                data = await upstream.read()
            except OSError:
                failure = Failure.CONNECTION_RESET
            if not data:
                return await self._end_down(failure)
            self._follower.received(data)
            try:
                await self._client.write(data)
            except OSError:
                return _End.CLIENT_GONE
        return _End.OVER

    async def _end_down(self, failure: Failure) -> _End:
        if not self._follower.has_response and self._follower.waiting:
            await self._refuse(TransportFailure(failure=failure))
            return _End.OVER
        self._follower.ended()
        if failure is Failure.CONNECTION_RESET:
            return _End.SERVICE_FAILED
        self._client.end()
        return _End.ENDED

    @property
    def _is_over(self) -> bool:
        """Whether the client's end, which could not be passed on, was the last that the service needed to know."""
        return self._has_client_ended and self._follower.is_idle

    async def _refuse(self, failure: TransportFailure) -> None:
        """Send the response that says why the service gave none: https://www.rfc-editor.org/rfc/rfc9110#status.502."""
        request = self._follower.failed(failure)
        text = f"hdrcli proxy: no response from the service. {transport_sentence(failure)}\n".encode()
        head = (
            "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Content-Length: {len(text)}\r\nConnection: close\r\n\r\n"
        )
        is_head = request is not None and request.method == "HEAD"
        with contextlib.suppress(OSError):  # the client has gone
            await self._client.write(head.encode() + (b"" if is_head else text))
            self._client.end()
            await self._linger()

    async def _linger(self) -> None:
        with contextlib.suppress(OSError):  # of which TimeoutError is one
            async with asyncio.timeout(_LINGERING_SECONDS):
                while await self._client.read():
                    pass
