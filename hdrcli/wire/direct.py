"""Direct connections, http and https: one for each exchange, closed behind the head of the answer."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import ssl
from collections.abc import AsyncIterator
from typing import Final

from hdrcli.fetch import Failure, HTTPRequest, HTTPResponse, TransportFailure
from hdrcli.wire.head import HeadReader

_HAPPY_EYEBALLS_DELAY: Final = 0.25
"""Seconds until the next address is tried beside the first: https://www.rfc-editor.org/rfc/rfc8305.html#section-8"""
_CHUNK_SIZE: Final = 65536


class DirectTransport:
    """Speaks HTTP/1.1 over connections of its own. `timeout` is in seconds, for one exchange as a whole."""

    def __init__(self, *, timeout: float, verify: bool) -> None:
        self._timeout = timeout
        self._verify = verify
        self._tls: ssl.SSLContext | None = None

    async def exchange(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """See `Transport`."""
        host = request.url.authority
        phase = "accept the connection"
        try:
            async with asyncio.timeout(self._timeout), self._connection(request) as (reader, writer):
                phase = "answer"
                await _send(writer, request)
                return await _read_head(reader)
        except TimeoutError:
            return TransportFailure(
                failure=Failure.TIMEOUT,
                detail=f"{host} did not {phase} within {self._timeout:g} s.",
            )
        except (OSError, UnicodeError) as error:
            return connection_failure(request, error)

    async def aclose(self) -> None:
        """See `Transport`."""

    @contextlib.asynccontextmanager
    async def _connection(
        self,
        request: HTTPRequest,
    ) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        url = request.url
        host = url.host.strip("[]")
        reader, writer = await asyncio.open_connection(
            host,
            url.effective_port,
            ssl=self._tls_context() if url.scheme == "https" else None,
            happy_eyeballs_delay=_HAPPY_EYEBALLS_DELAY,
        )
        try:
            yield reader, writer
        finally:
            # Nobody reads on: an orderly TLS farewell would wait for a body without end.
            writer.transport.abort()

    def _tls_context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = _new_tls_context(verify=self._verify)
        return self._tls


async def _send(writer: asyncio.StreamWriter, request: HTTPRequest) -> None:
    lines = [
        f"{request.method} {request.url.target} HTTP/1.1",
        *(f"{name}: {value}" for name, value in request.headers),
    ]
    writer.write("".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1") + (request.body or b""))
    # A server may answer, and close, before it has read the whole body: its answer counts.
    with contextlib.suppress(ConnectionError):
        await writer.drain()


async def _read_head(reader: asyncio.StreamReader) -> HTTPResponse | TransportFailure:
    head_reader = HeadReader()
    while data := await reader.read(_CHUNK_SIZE):
        head = head_reader.feed(data)
        if head is not None:
            return head
    return head_reader.end()


def _new_tls_context(*, verify: bool) -> ssl.SSLContext:
    """The system's trust, or certifi's where the system has none that OpenSSL knows of."""
    if not verify:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        paths = ssl.get_default_verify_paths()
        cafile = None
        if paths.cafile is None and paths.capath is None:
            import certifi

            cafile = certifi.where()
        context = ssl.create_default_context(cafile=cafile)
    context.set_alpn_protocols(["http/1.1"])
    return context


def connection_failure(request: HTTPRequest, error: OSError | UnicodeError) -> TransportFailure:
    """What went wrong below HTTP, in the terms of who reads a CI log."""
    host = request.url.authority
    if isinstance(error, socket.gaierror | UnicodeError):
        return TransportFailure(failure=Failure.DNS, detail=f"The name {request.url.host} was not found.")
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = f"{error.verify_message.rstrip('.')}; --insecure accepts any certificate."
        return TransportFailure(failure=Failure.TLS, detail=f"The certificate of {host} is not trusted: {reason}")
    if isinstance(error, ssl.SSLError):
        hint = "; is it an http URL?" if error.reason == "WRONG_VERSION_NUMBER" else "."
        reason = (error.reason or "no reason given").lower().replace("_", " ")
        return TransportFailure(failure=Failure.TLS, detail=f"TLS with {host} failed: {reason}{hint}")
    # Several addresses that fail in different words come as one error without a number.
    if isinstance(error, ConnectionRefusedError) or f"[Errno {errno.ECONNREFUSED}]" in str(error):
        return TransportFailure(failure=Failure.CONNECTION_REFUSED, detail=f"{host} refused the connection.")
    if isinstance(error, ConnectionError):
        return TransportFailure(failure=Failure.CONNECTION_RESET, detail=f"{host} reset the connection.")
    return TransportFailure(
        failure=Failure.CONNECTION_FAILED,
        detail=f"{host} cannot be reached: {error.strerror or error}.",
    )
