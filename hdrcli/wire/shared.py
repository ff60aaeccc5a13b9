"""The HTTP/2 connections of a transport: one for each server, shared by all of its exchanges."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from hdrcli.wire.connection import Server

if TYPE_CHECKING:
    from hdrcli.wire.http2.connection import HTTP2Connection

_MAX_CONNECTIONS: Final = 64
_MOST_SERVERS: Final = 10_000
"""Servers that are remembered: a list may have a million."""


class SharedConnections:
    """A small number of connections; one that has been idle for `seconds` is not used again."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._by_server: dict[Server, HTTP2Connection] = {}
        self._opening: dict[Server, asyncio.Lock] = {}
        self.without: set[Server] = set()
        """Servers that have chosen HTTP/1.1."""

    def opening(self, server: Server) -> asyncio.Lock:
        """To be held while a connection is taken or opened: one handshake shows which protocol the server chooses."""
        if server not in self._opening and len(self._opening) >= _MOST_SERVERS:
            self._opening = {each: lock for each, lock in self._opening.items() if lock.locked()}
            self.without.clear()
        return self._opening.setdefault(server, asyncio.Lock())

    def take(self, server: Server) -> HTTP2Connection | None:
        """The connection to the server, if there is one that takes requests."""
        connection = self._by_server.get(server)
        if connection is None:
            return None
        is_old = connection.is_idle and time.monotonic() - connection.idle_since >= self._seconds
        if connection.is_reusable and not is_old:
            return connection
        del self._by_server[server]
        if connection.is_idle:
            connection.abort()
        return None

    def put(self, server: Server, connection: HTTP2Connection) -> None:
        """Share a new connection; idle ones make room."""
        self._by_server[server] = connection
        if len(self._by_server) > _MAX_CONNECTIONS:
            for other in [
                other for other, known in self._by_server.items() if known.is_idle and known is not connection
            ]:
                self._by_server.pop(other).abort()

    def close(self) -> None:
        """End all of them."""
        for connection in self._by_server.values():
            connection.abort()
        self._by_server.clear()
