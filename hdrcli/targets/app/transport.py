"""The transport to an app in process."""

from __future__ import annotations

import asyncio
import contextlib
from contextvars import copy_context
from functools import partial
from typing import Final

from hdrcli.fetch import Failure, HTTPRequest, HTTPResponse, TransportFailure
from hdrcli.records.exchange import Received
from hdrcli.targets.app.exceptions import Exceptions
from hdrcli.targets.app.hosting import Host
from hdrcli.targets.app.loading import LoadedApp
from hdrcli.wire import over_asgi
from hdrcli.wire.over_asgi import Message
from hdrcli.wire.transport import Transport

_CANCELLATION: Final = 1.0
"""Seconds that the app's tasks may take to end."""


class AppTransport:
    """Sends requests for `host_name` to the app, and all others, such as those of redirects, over the network."""

    def __init__(
        self, host: Host, loaded: LoadedApp, state: Message, host_name: str, network: Transport, *, timeout: float
    ) -> None:
        self._host = host
        self._loaded = loaded
        self._state = state
        self._host_name = host_name
        self._network = network
        self.endpoints: dict[tuple[str, str], object] = {}
        """The function behind each request, where Starlette has found it."""
        self.exceptions = Exceptions()
        self._running: set[asyncio.Task[None]] = set()
        self._timeout = timeout

    async def exchange(self, request: HTTPRequest) -> Received:
        """See `Transport`."""
        if request.url.host != self._host_name:
            return await self._network.exchange(request)
        try:
            return await self._host.run(self._respond(request), self._timeout)
        except TimeoutError:
            return TransportFailure(
                failure=Failure.TIMEOUT,
                subject="response",
                peer=request.url.authority,
                expected=f"{self._timeout:g} s",
            )

    async def aclose(self) -> None:
        """End the tasks of the app that still run, such as background tasks."""

        async def end() -> None:
            if self._running:
                await asyncio.wait(self._running, timeout=_CANCELLATION)
            for task in self._running:
                task.cancel()

        with contextlib.suppress(TimeoutError):
            await self._host.run(end(), 2 * _CANCELLATION)

    async def _respond(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        key = request.method, str(request.url)
        with self.exceptions.noting(*key) as note:
            if self._loaded.asgi is not None:
                scope = over_asgi.scope_of(request, self._state)
                response = await over_asgi.exchange(self._loaded.asgi, request, scope, self._running, note)
                self.endpoints[key] = scope.get("endpoint")
                return response
            from hdrcli.wire import over_wsgi

            assert self._loaded.wsgi is not None  # noqa: S101 -- it is one of the two
            call = partial(copy_context().run, over_wsgi.exchange, self._loaded.wsgi, request, note)
            return await asyncio.get_running_loop().run_in_executor(None, call)
