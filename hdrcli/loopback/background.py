"""uvicorn in a thread, on sockets that listen already."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from socket import socket
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from uvicorn import Config, Server

SHUTDOWN_SECONDS: Final = 1


class Background:
    """Holds sockets, and serves on them from `start` on. A context manager, which stops it and closes them."""

    def __init__(self, sockets: Sequence[socket]) -> None:
        self._sockets = list(sockets)
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port of all sockets."""
        return int(self._sockets[0].getsockname()[1])

    def start(self, config: Config) -> None:
        """Serve; requests that came before have waited until now."""
        from uvicorn import Server

        self._server = Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": self._sockets}, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(2 * SHUTDOWN_SECONDS)
        for each in self._sockets:
            each.close()
