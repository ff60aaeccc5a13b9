"""Direct connections, http and https, which are kept for the next exchange where the answer leaves no doubt."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from dataclasses import dataclass
from functools import partial
from typing import Final

from hdrcli.fetch import Failure, HTTPRequest, HTTPResponse, TransportFailure
from hdrcli.fetch.url import URL
from hdrcli.wire.connecting import connect, resolve
from hdrcli.wire.connection import Connection, StaleConnectionError
from hdrcli.wire.idle import IdleConnections
from hdrcli.wire.tls import new_tls_context

_IDEMPOTENT: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"})
"""What may be sent twice: https://www.rfc-editor.org/rfc/rfc9110.html#section-9.2.2"""

_KEEP_ALIVE: Final = 4.0
"""Less than the five seconds after which Node.js, uvicorn and others end an idle connection."""


Answer = HTTPResponse | TransportFailure


class DirectTransport:
    """Speaks HTTP/1.1 over connections of its own, within one event loop until `aclose`.

    `timeout` is in seconds, for one exchange as a whole, `keep_alive` how long a connection may wait for the next one.
    """

    def __init__(self, *, timeout: float, verify: bool, keep_alive: float = _KEEP_ALIVE) -> None:
        self._timeout = timeout
        self._verify = verify
        self._tls: ssl.SSLContext | None = None
        self._idle = IdleConnections(keep_alive)

    async def exchange(self, request: HTTPRequest) -> Answer:
        """See `Transport`."""
        progress = _Progress(overdue=f"{request.url.authority} did not answer")
        deadline = asyncio.get_running_loop().time() + self._timeout
        try:
            return await self._ask(request, deadline, progress)
        except TimeoutError:
            detail = f"{progress.overdue} within {self._timeout:g} s."
            return TransportFailure(failure=Failure.TIMEOUT, detail=detail)
        except (OSError, UnicodeError) as error:
            return connection_failure(request.url.authority, request.url.host, error)

    async def aclose(self) -> None:
        """See `Transport`."""
        self._idle.close()

    async def _ask(self, request: HTTPRequest, deadline: float, progress: _Progress) -> Answer:
        url = request.url
        connection = self._idle.take((url.scheme, url.host, url.effective_port))
        if connection is not None and request.method not in _IDEMPOTENT:
            # It could not be sent again. Nor beside it: some servers serve one connection after the other.
            connection.abort()
        elif connection is not None:
            with contextlib.suppress(StaleConnectionError):
                return await self._send(request, connection, deadline)
        async with asyncio.timeout_at(deadline):
            connection = await self._connect(url, progress)
        progress.overdue = f"{url.authority} did not answer"
        return await self._send(request, connection, deadline)

    async def _send(self, request: HTTPRequest, connection: Connection, deadline: float) -> Answer:
        try:
            return await connection.exchange(request, deadline)
        finally:
            self._idle.put(connection)

    async def _connect(self, url: URL, progress: _Progress) -> Connection:
        server = (url.scheme, url.host, url.effective_port)
        progress.overdue = f"The name {url.host} was not resolved"
        addresses = await resolve(url.host, url.effective_port)
        progress.overdue = f"{url.authority} did not accept the connection"
        connected = await connect(addresses)
        progress.overdue = f"{url.authority} did not finish the TLS handshake"
        _, connection = await asyncio.get_running_loop().create_connection(
            partial(Connection, server),
            sock=connected,
            ssl=self._tls_context() if url.scheme == "https" else None,
            server_hostname=url.host.strip("[]") if url.scheme == "https" else None,
        )
        return connection

    def _tls_context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = new_tls_context(verify=self._verify)
        return self._tls


@dataclass(slots=True)
class _Progress:
    """How far an exchange has come: `overdue` is what to say if time runs out now."""

    overdue: str


def connection_failure(peer: str, host: str, error: OSError | UnicodeError) -> TransportFailure:
    """What went wrong below HTTP with `peer`, whose name to look up is `host`, in the terms of who reads a CI log."""
    if isinstance(error, socket.gaierror | UnicodeError):
        return TransportFailure(failure=Failure.DNS, detail=f"The name {host} was not found.")
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = f"{error.verify_message.rstrip('.')}; --insecure accepts any certificate."
        return TransportFailure(failure=Failure.TLS, detail=f"The certificate of {peer} is not trusted: {reason}")
    if isinstance(error, ssl.SSLError):
        hint = "; is it an http URL?" if error.reason == "WRONG_VERSION_NUMBER" else "."
        reason = (error.reason or "no reason given").lower().replace("_", " ")
        return TransportFailure(failure=Failure.TLS, detail=f"TLS with {peer} failed: {reason}{hint}")
    if isinstance(error, ConnectionRefusedError):
        return TransportFailure(failure=Failure.CONNECTION_REFUSED, detail=f"{peer} refused the connection.")
    if isinstance(error, ConnectionError):
        return TransportFailure(failure=Failure.CONNECTION_RESET, detail=f"{peer} reset the connection.")
    return TransportFailure(
        failure=Failure.CONNECTION_FAILED,
        detail=f"{peer} cannot be reached: {error.strerror or error}.",
    )
