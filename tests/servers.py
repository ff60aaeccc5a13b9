"""Small real servers on loopback, and small ways to ask them.

with RawServer(b"HTTP/1.1 200 OK\\r\\n\\r\\n") as server:
    answer = exchange(DirectTransport(timeout=10, verify=True), http_request(server.url))
assert server.requests == [b"GET / HTTP/1.1\\r\\n..."]
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

import uvicorn

from hdrcli.fetch import STANDARD, HTTPRequest, HTTPResponse, TransportFailure, parse_url
from hdrcli.fetch.headers import Header
from hdrcli.inspection import check
from hdrcli.records.exchange import Exchange, RawHead, Received
from hdrcli.records.route import RouteRecord
from hdrcli.settings import Settings
from hdrcli.wire.reading import read_response
from hdrcli.wire.transport import Transport
from sample_app import DEFAULT_EXPOSE_HEADERS
from sample_app.app import create_app

if TYPE_CHECKING:
    from fastapi import FastAPI

DEADLINE: Final = 30
"""Seconds after which a test fails rather than hangs."""


class RawServer(socketserver.ThreadingTCPServer):
    """Gives the n-th request the n-th answer, later ones the last; closes behind it, and notes what was asked."""

    daemon_threads = False
    request_queue_size = 64

    def __init__(self, *answers: bytes, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, 0), socketserver.BaseRequestHandler)
        self.requests: list[bytes] = []
        self._answers = answers
        self._tls = tls
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, args=[0.01], daemon=True)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        host = self.server_address[0]
        assert isinstance(host, str)
        return f"http{'s' if self._tls else ''}://{f'[{host}]' if ':' in host else host}:{self.port}/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()

    def finish_request(self, request: object, client_address: object) -> None:
        """Serve one connection, which is to say one request."""
        del client_address
        assert isinstance(request, socket.socket)
        request.settimeout(DEADLINE)
        with contextlib.suppress(OSError):  # a client may refuse the certificate, or go away
            if self._tls is None:
                self._serve(request)
            else:
                with self._tls.wrap_socket(request, server_side=True) as secured:
                    self._serve(secured)

    def _serve(self, connection: socket.socket) -> None:
        request = read_request(connection)
        if not request:
            return
        with self._lock:
            answer = self._answers[min(len(self.requests), len(self._answers) - 1)]
            self.requests.append(request)
        connection.sendall(answer)


def read_request(connection: socket.socket) -> bytes:
    """One request, as long as its Content-Length says; nothing if the connection ends before."""
    request = b""
    while b"\r\n\r\n" not in request:
        received = connection.recv(65536)
        if not received:
            return b""
        request += received
    head, _, body = request.partition(b"\r\n\r\n")
    lengths = [int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    missing = sum(lengths[:1]) - len(body)
    while missing > 0 and (received := connection.recv(65536)):
        request += received
        missing -= len(received)
    return request


def sample_app(*, allow_origins: Sequence[str] = ("*",), allow_credentials: bool = False) -> FastAPI:
    return create_app(
        allow_origins=allow_origins,
        expose_headers=DEFAULT_EXPOSE_HEADERS,
        allow_credentials=allow_credentials,
    )


@contextlib.contextmanager
def uvicorn_server(app: FastAPI) -> Iterator[str]:
    """Serve the app in a thread; its base URL. The socket listens at once: the first request waits for the app."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", ws="none", log_config=None))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(DEADLINE)


def free_port() -> int:
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


def http_request(
    url: str,
    *,
    method: str = "GET",
    headers: Sequence[Header] = (),
    body: bytes | None = None,
) -> HTTPRequest:
    """A request with `Host` and these headers."""
    parsed = parse_url(url)
    assert parsed is not None
    length = () if body is None else (("Content-Length", str(len(body))),)
    return HTTPRequest(
        purpose="request",
        method=method,
        url=parsed,
        headers=(("Host", parsed.authority), *length, *headers),
        body=body,
    )


def exchange(transport: Transport, request: HTTPRequest) -> HTTPResponse | TransportFailure:
    """One exchange in an event loop of its own, read as the standard has it; the transport is closed behind it."""

    async def ask() -> HTTPResponse | TransportFailure:
        try:
            return read(await transport.exchange(request), request)
        finally:
            await transport.aclose()

    return asyncio.run(ask())


def read(received: Received | RawHead, request: HTTPRequest) -> HTTPResponse | TransportFailure:
    """What a transport hands over, read as the standard has it."""
    if isinstance(received, RawHead):
        received = read_response(received, request, STANDARD)
    return received.response if isinstance(received, Exchange) else received


def route_of(*lines: bytes, settings: Settings, same_origin: bool = False) -> RouteRecord:
    """Check a server that gives the n-th request the n-th of these heads: header lines, or a whole head.

    The pages are those of `settings`, or else the server's own.
    """
    heads = [head if head.startswith(b"HTTP/") else b"HTTP/1.1 200 OK\r\n" + head for head in lines]
    with RawServer(*(head + b"\r\n\r\n" for head in heads)) as server:
        origins = (server.url,) if same_origin else settings.origins
        (route,) = check(replace(settings, urls=(server.url,), origins=origins)).routes
    return route
