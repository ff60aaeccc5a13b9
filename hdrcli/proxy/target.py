"""The proxy as a target: a service whose routes are known when a browser has requested them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence

from hdrcli.planning.routes import Route, Service
from hdrcli.proxy.exchanges import Exchanges
from hdrcli.proxy.server import ProxyServer, Upstream
from hdrcli.records.route import RouteRecord
from hdrcli.reporters.view import count
from hdrcli.wire.transport import Transport


class ProxyTarget:
    """See `hdrcli.targets.Target` and `hdrcli.planning.routes.Live`: it serves until `stop`.

    `listeners` are sockets that listen; `host` is the `Host` of requests that are passed on, None for their own.
    """

    def __init__(
        self,
        listeners: Sequence[socket.socket],
        upstream: Upstream,
        warn: Callable[[str], None],
        host: str | None = None,
    ) -> None:
        self._upstream = upstream
        self._exchanges = Exchanges(upstream.url, warn)
        self._server = ProxyServer(listeners, upstream, self._exchanges.take, host)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_stopped = False

    def stop(self) -> None:
        """End the proxy in order; from any thread, and from the handler of a signal."""
        self._is_stopped = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._exchanges.stop)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many requests each route stands for, by its source. It changes in the loop of the run."""
        return self._exchanges.counts

    async def services(self, network: Transport) -> AsyncGenerator[Service]:
        """See `Target`."""
        del network  # the proxy has connections of its own
        yield Service(name=str(self._upstream.url.origin), routes=(), live=self, probes=False)

    async def routes(self) -> AsyncGenerator[Route]:
        """See `Live`."""
        self._loop = asyncio.get_running_loop()
        if self._is_stopped:
            return
        try:
            async with self._server.running():
                async for route in self._exchanges.routes():
                    yield route
        finally:
            self._loop = None

    def takes(self, route: Route, record: RouteRecord) -> bool:
        """See `Live`."""
        return self._exchanges.takes(route, record)

    def limits(self) -> Iterator[str]:
        """See `Live`."""
        yield from self._exchanges.limits()
        if self._server.waiting:
            yield (
                f"{count(self._server.waiting, 'request')} had no response when the connection was closed or the proxy "
                "was stopped."
            )
        if self._server.unfollowed:
            yield (
                f"{count(self._server.unfollowed, 'connection')} forwarded without being judged: the bytes were not "
                "HTTP/1.1, or did not show where a message ends."
            )
