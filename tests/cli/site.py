"""A server on loopback that answers with just the bytes it is given, and remembers what it was asked."""

from __future__ import annotations

import queue
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from tests.cli.program import DEADLINE

PAGE: Final = "http://localhost:3000"
"""The page that asks unless told otherwise."""
OPEN_TO_PAGE: Final = (f"Access-Control-Allow-Origin: {PAGE}", "Access-Control-Allow-Credentials: true")


def answer(*lines: str, status: str = "200 OK") -> bytes:
    """The bytes of an answer with these header lines and no body."""
    head = [f"HTTP/1.1 {status}", *lines, "Content-Length: 0", "Connection: close", "", ""]
    return "\r\n".join(head).encode("latin-1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A request as it arrived: `lines` are its header lines, as they are."""

    method: str
    target: str
    lines: tuple[str, ...]
    body: bytes

    def values(self, name: str) -> list[str]:
        """The values of the header lines of this name, in order."""
        pairs = [line.partition(": ") for line in self.lines]
        return [value for known, _, value in pairs if known.lower() == name.lower()]


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = False  # all are joined
    allow_reuse_address = True


Answer = bytes | None | Callable[[Seen], bytes | None]
"""None is an answer that never comes."""


class Site:
    """Answers by "/path" or, for preflights and the like, "METHOD /path"."""

    def __init__(self, answers: Mapping[str, Answer], *, tls: ssl.SSLContext | None = None) -> None:
        site = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):  # who asked has gone
                    site._handle(self.request)

        self.requests: list[Seen] = []
        self._answers = dict(answers)
        self._tls = tls
        self._arrivals: queue.SimpleQueue[Seen] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Its origin."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def wait_for_request(self) -> Seen:
        """The next request that nobody waited for so far, as soon as it is there."""
        return self._arrivals.get(timeout=DEADLINE)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handle(self, connection: socket.socket) -> None:
        connection.settimeout(DEADLINE)
        if self._tls is not None:
            with self._tls.wrap_socket(connection, server_side=True) as secured:
                self._answer(secured)
        else:
            self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        seen = _read_request(connection)
        if seen is None:
            connection.sendall(answer(status="400 Bad Request"))
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):  # closing at once could cost the client the last bytes
                pass
            return
        self.requests.append(seen)
        self._arrivals.put(seen)
        path = seen.target.partition("?")[0]
        found = self._answers.get(f"{seen.method} {path}", self._answers.get(path, answer(status="404 Not Found")))
        if callable(found):
            found = found(seen)
        if found is None:
            self._stopped.wait()
        else:
            connection.sendall(found)


def _read_request(connection: socket.socket) -> Seen | None:
    with connection.makefile("rb") as stream:
        if not stream.peek(1)[:1].isupper():
            return None  # no method: TLS, or nothing at all
        start = stream.readline().decode("latin-1").split()
        lines = tuple(line.decode("latin-1").removesuffix("\r\n") for line in iter(stream.readline, b"\r\n") if line)
        seen = Seen(method=start[0], target=start[1], lines=lines, body=b"")
        length = sum(map(int, seen.values("Content-Length")))
        return Seen(method=start[0], target=start[1], lines=lines, body=stream.read(length))
