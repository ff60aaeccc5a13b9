"""The lifecycle of a server on a raw socket, and ports of the loopback interface.

Theory of operation: one thread accepts until a byte arrives on `_wake`, one thread serves each connection. Leaving the
block wakes the acceptor, shuts all open connections down, so that no thread stays in recv() or send(), and joins them.
"""

from __future__ import annotations

import random
import selectors
import socket
import ssl
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pytest

DEADLINE: Final = 120
"""Seconds after which a test fails rather than hangs: more than a browser takes to start on a busy machine."""


class LoopbackServer(ABC):
    """Accepts connections as soon as it exists, and serves them within a `with` block."""

    def __init__(
        self, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None, unix_socket: Path | None = None
    ) -> None:
        if unix_socket is None:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            self._listener = socket.create_server((host, 0), family=family, backlog=128)
        else:
            self._listener = socket.socket(socket.AF_UNIX)
            self._listener.bind(str(unix_socket))
            self._listener.listen(128)
        self._tls = tls
        self._wake, self._woken = socket.socketpair()
        self._open: dict[int, socket.socket] = {}
        self._lock = threading.Lock()
        self._workers: list[threading.Thread] = []
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self.stopped = threading.Event()
        self.port = 0 if unix_socket else int(self._listener.getsockname()[1])
        self.origin = f"http{'s' if tls else ''}://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def connections(self) -> int:
        """How many were accepted so far."""
        return len(self._workers)

    @abstractmethod
    def serve(self, number: int, connection: socket.socket) -> None:
        """Serve the connection of this number, from 0; the caller closes it. An OSError says that the client left."""

    @contextmanager
    def secured(self, number: int, connection: socket.socket, tls: ssl.SSLContext) -> Iterator[ssl.SSLSocket]:
        """The connection with TLS on it, which is shut down when the server stops."""
        with tls.wrap_socket(connection, server_side=True) as secured:
            self._hold(number, secured)
            yield secured

    def __enter__(self) -> Self:
        self._acceptor.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopped.set()
        self._wake.send(b"\0")
        self._acceptor.join()
        for each in (self._listener, self._wake, self._woken):
            each.close()
        with self._lock:
            still_open = list(self._open.values())
        for connection in still_open:
            with suppress(OSError):  # closed already
                connection.shutdown(socket.SHUT_RDWR)
        for worker in self._workers:
            worker.join(DEADLINE)

    def _accept(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while all(key.fileobj is self._listener for key, _ in selector.select()):
                connection, _ = self._listener.accept()
                number = len(self._workers)
                self._hold(number, connection)
                worker = threading.Thread(target=self._serve, args=(number, connection), daemon=True)
                self._workers.append(worker)
                worker.start()

    def _serve(self, number: int, connection: socket.socket) -> None:
        connection.settimeout(DEADLINE)
        try:
            with connection, suppress(OSError):
                if self._tls is None:
                    self.serve(number, connection)
                else:
                    with self.secured(number, connection, self._tls) as secured:
                        self.serve(number, secured)
        finally:
            with self._lock:
                del self._open[number]

    def _hold(self, number: int, connection: socket.socket) -> None:
        with self._lock:
            self._open[number] = connection


def free_port() -> int:
    """A port on which nothing listens, and which the system gives to no one else before the caller uses it.

    Systems give out ports from 32768 (Linux) or 49152.
    """
    while True:
        with suppress(OSError), socket.create_server(("127.0.0.1", random.randrange(20_000, 32_768))) as listener:  # noqa: S311
            return int(listener.getsockname()[1])


@contextmanager
def full_port() -> Iterator[int]:
    """A port that neither accepts connections nor refuses them: its queue is full."""
    with ExitStack() as stack, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(16):
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0.1)
            try:
                waiting.connect(listener.getsockname())
            except TimeoutError:
                break
        else:
            pytest.skip("this system queues connections without end")
        yield int(listener.getsockname()[1])


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True
