"""The proxy's server: accepts connections on loopback, and connects each to the service."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from functools import partial
from typing import Final

from hdrcli.fetch import Failure, TransportFailure
from hdrcli.fetch.url import URL
from hdrcli.proxy.channels import Channel, SocketChannel, open_channel
from hdrcli.proxy.following import Answered, Follower
from hdrcli.proxy.relay import Relay
from hdrcli.settings import Settings
from hdrcli.wire.direct import connection_failure
from hdrcli.wire.tls import TLS, Certificates

_CONNECT_SECONDS: Final = 10.0
_PAUSE_SECONDS: Final = 0.1
"""... after a connection could not be accepted: the system has no file descriptor left."""


class Upstream:
    """Connects to the service at `url`. Raises `UsageError` for certificates that cannot be used."""

    def __init__(self, url: URL, settings: Settings) -> None:
        self.url = url
        self._seconds = settings.connect_timeout or _CONNECT_SECONDS
        tls = TLS(verify=settings.verify, certificates=Certificates(cacert=settings.cacert))
        self._tls = tls.context(with_certificate=False) if url.scheme == "https" else None

    async def connect(self) -> Channel | TransportFailure:
        """A connection, or why there is none."""
        url = self.url
        try:
            async with asyncio.timeout(self._seconds):
                return await open_channel(url.host, url.effective_port, self._tls)
        except TimeoutError:
            return TransportFailure(
                failure=Failure.TIMEOUT, subject="connection", peer=url.authority, expected=f"{self._seconds:g} s"
            )
        except (OSError, UnicodeError) as error:
            return connection_failure(url.authority, url.host, error)


class ProxyServer:
    """Serves on sockets that listen, from `running` on; `report` takes each request with its response.

    `unfollowed` counts the connections whose bytes were passed on without being judged, `waiting` the requests that had
    no response when their connection ended.
    """

    def __init__(
        self,
        listeners: Sequence[socket.socket],
        upstream: Upstream,
        report: Callable[[Answered], None],
        host: str | None = None,
    ) -> None:
        self._listeners = listeners
        self._upstream = upstream
        self._report = report
        self._host = host
        self._tasks: set[asyncio.Task[None]] = set()
        self.unfollowed = 0
        self.waiting = 0

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve for the duration of the block; connections that are still open end with it."""
        for listener in self._listeners:
            listener.setblocking(False)
            self._begin(self._accept(listener))
        try:
            yield
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                accepted, _ = await loop.sock_accept(listener)
            except OSError:
                await asyncio.sleep(_PAUSE_SECONDS)
                continue
            # A task that is cancelled before its first step closes nothing.
            self._begin(self._serve(accepted)).add_done_callback(partial(_close, accepted))

    async def _serve(self, accepted: socket.socket) -> None:
        follower = Follower(self._report, self._host)
        try:
            await Relay(SocketChannel(accepted), self._upstream.connect, follower).run()
        finally:
            self.unfollowed += follower.is_lost
            self.waiting += follower.waiting


def _close(accepted: socket.socket, _: asyncio.Task[None]) -> None:
    accepted.close()
