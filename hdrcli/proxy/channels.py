"""Connections whose two directions are independent: sockets, and TLS on them.

A socket is used without a transport of asyncio. Such a transport ends both directions when one fails, and with them
loses a response that has come, as that of a service that refuses an upload and closes. It also has buffers of its own;
here, a write waits until the system has taken all bytes.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
from contextlib import closing
from typing import Final, Protocol

from hdrcli.wire.connecting import connect, resolve
from hdrcli.wire.look_ups import LookUps

PORTION: Final = 64 * 1024
"""The most bytes that are read at once."""

_RESET: Final = struct.pack("ii", 1, 0)
"""Not to linger: https://man7.org/linux/man-pages/man7/socket.7.html, SO_LINGER."""


class Channel(Protocol):
    """A connection. All methods raise `OSError` when it fails."""

    async def read(self) -> bytes:
        """The next bytes; none at the end of the other side's."""
        ...

    async def write(self, data: bytes) -> None:
        """Send these bytes, and wait until others may follow."""
        ...

    def end(self) -> bool:
        """End this side's bytes; returns False where that would end the other side's, too, and nothing was done."""
        ...

    def close(self, *, reset: bool = False) -> None:
        """Close it: in order, or with a reset, which tells the other side that something is missing."""
        ...


class SocketChannel:
    """See `Channel`: a connected socket that does not block."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._loop = asyncio.get_running_loop()
        with contextlib.suppress(OSError):  # a Unix socket, or one that has been closed
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    async def read(self) -> bytes:
        """See `Channel`."""
        return await self._loop.sock_recv(self._socket, PORTION)

    async def write(self, data: bytes) -> None:
        """See `Channel`."""
        await self._loop.sock_sendall(self._socket, data)

    def end(self) -> bool:
        """See `Channel`."""
        with contextlib.suppress(OSError):  # the other side has closed it
            self._socket.shutdown(socket.SHUT_WR)
        return True

    def close(self, *, reset: bool = False) -> None:
        """See `Channel`."""
        if reset:
            with contextlib.suppress(OSError):
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._socket.close()


class TLSChannel:
    """See `Channel`: TLS, whose two directions end together in asyncio."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self) -> bytes:
        """See `Channel`."""
        return await self._reader.read(PORTION)

    async def write(self, data: bytes) -> None:
        """See `Channel`."""
        self._writer.write(data)
        await self._writer.drain()

    def end(self) -> bool:
        """See `Channel`."""
        return False

    def close(self, *, reset: bool = False) -> None:
        """See `Channel`."""
        if not reset:
            self._writer.close()
        self._writer.transport.abort()  # without waiting until the other side has agreed to the end


async def open_channel(host: str, port: int, tls: ssl.SSLContext | None) -> Channel:
    """A connection to a host, with TLS if there is a context for it. Raises `OSError` or `UnicodeError`."""
    with closing(LookUps()) as look_ups:
        connected = await connect(await resolve(host, port, look_ups))
    if tls is None:
        return SocketChannel(connected)
    try:
        reader, writer = await asyncio.open_connection(
            sock=connected, ssl=tls, server_hostname=host.strip("[]"), limit=PORTION
        )
    except BaseException:
        connected.close()
        raise
    return TLSChannel(reader, writer)
