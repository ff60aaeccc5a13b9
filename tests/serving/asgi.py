"""ASGI applications on uvicorn.

with Uvicorns() as uvicorns, uvicorns.serve(app) as served:
    check(Settings(targets=(served.url,)))
assert served.requests == ["GET /"]
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from sample_app import DEFAULT_EXPOSE_HEADERS
from sample_app.app import create_app
from tests.serving.loopback import DEADLINE

if TYPE_CHECKING:
    from fastapi import FastAPI

_HTTP: Final = "http"


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """An application that is served: `requests` are those it has seen, "GET /items", complete once the server ended.

    `behind` is the URL of the server that this one is a proxy for.
    """

    url: str
    behind: str = ""
    requests: list[str] = field(default_factory=list)


class Uvicorns:
    """Any number of uvicorns in one thread: each has its own app, its own port, and starts in milliseconds."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._running: list[Future[None]] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        for running in self._running:
            running.result(DEADLINE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(DEADLINE)
        self._loop.close()

    @contextmanager
    def serve(self, app: ASGIApp, *, server_header: bool = True) -> Iterator[Served]:
        """Serve the app: the socket listens at once, and uvicorn closes it when it ends, soon after the block."""
        listener = socket.create_server(("127.0.0.1", 0))
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # asyncio sets it only on sockets of its own
        served = Served(url=f"http://127.0.0.1:{listener.getsockname()[1]}")
        config = uvicorn.Config(_noting(app, served), ws="none", log_config=None, server_header=server_header)
        server = uvicorn.Server(config)
        self._running.append(asyncio.run_coroutine_threadsafe(server.serve(sockets=[listener]), self._loop))
        try:
            yield served
        finally:
            server.should_exit = True


Server = Callable[[Uvicorns], AbstractContextManager[Served]]
"""Serves one application while its block lasts."""


def on_uvicorn(app: ASGIApp, *, server_header: bool = True) -> Server:
    """An ASGI app, served by uvicorn itself."""
    return lambda uvicorns: uvicorns.serve(app, server_header=server_header)


@contextmanager
def uvicorn_server(app: ASGIApp) -> Iterator[str]:
    """Serve one app; its base URL."""
    with Uvicorns() as uvicorns, uvicorns.serve(app) as served:
        yield served.url


def sample_app(*, allow_origins: Sequence[str] = ("*",), allow_credentials: bool = False, cors: bool = True) -> FastAPI:
    return create_app(
        allow_origins=allow_origins,
        expose_headers=DEFAULT_EXPOSE_HEADERS,
        allow_credentials=allow_credentials,
        cors=cors,
    )


def _noting(app: ASGIApp, served: Served) -> ASGIApp:
    async def noting(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == _HTTP:
            query = scope["query_string"].decode()
            served.requests.append(f"{scope['method']} {scope['path']}{query and '?'}{query}")
        await app(scope, receive, send)

    return noting
