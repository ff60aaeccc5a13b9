"""Idle connections, which wait for another exchange."""

from __future__ import annotations

import time
from typing import Final

from hdrcli.wire.connection import Connection, Server

_MAX_IDLE: Final = 64


class IdleConnections:
    """A small number of connections, each for `seconds` at most: the last one in is the first one out."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._waiting: list[tuple[float, Connection]] = []

    def put(self, connection: Connection) -> None:
        """Let a connection wait if it is reusable, or else end it; the one that has waited longest makes room."""
        if not connection.is_reusable:
            connection.abort()
            return
        self._waiting.append((time.monotonic(), connection))
        if len(self._waiting) > _MAX_IDLE:
            self._waiting.pop(0)[1].abort()

    def take(self, server: Server) -> Connection | None:
        """A connection to the server that is still open, if there is one."""
        for index in range(len(self._waiting) - 1, -1, -1):
            if self._waiting[index][1].server == server:
                since, connection = self._waiting.pop(index)
                if connection.is_open and time.monotonic() - since < self._seconds:
                    return connection
                connection.abort()
        return None

    def close(self) -> None:
        """End all of them."""
        while self._waiting:
            self._waiting.pop()[1].abort()
