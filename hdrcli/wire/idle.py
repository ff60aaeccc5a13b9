"""Idle connections, which wait for another exchange."""

from __future__ import annotations

import time
from typing import Final

from hdrcli.wire.connection import Connection, Server

MAX_IDLE: Final = 256


class IdleConnections:
    """A bounded number of connections, each for `seconds` at most: of one server's, the last in is the first out."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._waiting: dict[Server, list[tuple[float, Connection]]] = {}
        self._count = 0

    def put(self, connection: Connection) -> None:
        """Let a connection wait if it is reusable, or else end it. The oldest one of some server makes room."""
        if not connection.is_reusable:
            connection.abort()
            return
        self._waiting.setdefault(connection.server, []).append((time.monotonic(), connection))
        self._count += 1
        if self._count > MAX_IDLE:
            self._pop(next(iter(self._waiting)), 0)[1].abort()

    def take(self, server: Server) -> Connection | None:
        """A connection to the server that is still open, if there is one."""
        while server in self._waiting:
            since, connection = self._pop(server, -1)
            if connection.is_open and time.monotonic() - since < self._seconds:
                return connection
            connection.abort()
        return None

    def close(self) -> None:
        """End all of them."""
        for server in list(self._waiting):
            while server in self._waiting:
                self._pop(server, -1)[1].abort()

    def _pop(self, server: Server, index: int) -> tuple[float, Connection]:
        waiting = self._waiting[server]
        self._count -= 1
        popped = waiting.pop(index)
        if not waiting:
            del self._waiting[server]
        return popped
