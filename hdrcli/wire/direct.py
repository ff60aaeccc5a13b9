"""Direct connections, http and https: one for each exchange, closed behind the head of the answer and a small body."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import ssl
from collections.abc import AsyncIterator
from typing import Final

from hdrcli.fetch import STANDARD, Failure, HTTPRequest, HTTPResponse, TransportFailure
from hdrcli.fetch.url import is_ip_address, is_loopback
from hdrcli.model import RawHead, Received
from hdrcli.wire.head import HeadReader, is_whole
from hdrcli.wire.reading import read_answer

_BODY_SECONDS: Final = 0.1
_BODY_SIZE: Final = 65536
_HAPPY_EYEBALLS_DELAY: Final = 0.25
"""Seconds until the next address is tried beside the first: https://www.rfc-editor.org/rfc/rfc8305.html#section-8"""


class DirectTransport:
    """Speaks HTTP/1.1 over connections of its own. `timeout` is in seconds, for one exchange as a whole."""

    def __init__(self, *, timeout: float, verify: bool) -> None:
        self._timeout = timeout
        self._verify = verify
        self._tls: ssl.SSLContext | None = None

    async def exchange(self, request: HTTPRequest) -> Received:
        """See `Transport`."""
        host = request.url.authority
        phase = "accept the connection"
        try:
            async with asyncio.timeout(self._timeout), self._connection(request) as (transport, protocol):
                phase = "answer"
                transport.write(_words(request))
                head = await protocol.head
                await protocol.wait_for_the_end(request)
                return head
        except TimeoutError:
            return TransportFailure(
                failure=Failure.TIMEOUT,
                detail=f"{host} did not {phase} within {self._timeout:g} s.",
            )
        except (OSError, UnicodeError) as error:
            return connection_failure(host, request.url.host, error)

    async def aclose(self) -> None:
        """See `Transport`."""

    @contextlib.asynccontextmanager
    async def _connection(self, request: HTTPRequest) -> AsyncIterator[tuple[asyncio.Transport, _HeadProtocol]]:
        url = request.url
        host = url.host.strip("[]")
        transport, protocol = await asyncio.get_running_loop().create_connection(
            _HeadProtocol,
            # Browsers ask no resolver for it: https://www.rfc-editor.org/rfc/rfc6761.html#section-6.3
            "localhost" if is_loopback(host) and not is_ip_address(host) and ":" not in host else host,
            url.effective_port,
            ssl=self._tls_context() if url.scheme == "https" else None,
            server_hostname=host if url.scheme == "https" else None,
            happy_eyeballs_delay=_HAPPY_EYEBALLS_DELAY,
        )
        try:
            yield transport, protocol
        finally:
            # Nobody reads on: an orderly TLS farewell would wait for a body without end.
            transport.abort()

    def _tls_context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = new_tls_context(verify=self._verify)
        return self._tls


class _HeadProtocol(asyncio.Protocol):
    """Reads while the request is still being written: a server may answer, and close, before it has read it all."""

    def __init__(self) -> None:
        self._reader = HeadReader()
        self._body = b""
        self._received = asyncio.Event()
        self._closed = False
        self.head: asyncio.Future[RawHead] = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        self._received.set()
        if self.head.done():
            self._body += data
            return
        head = self._reader.feed(data)
        if head is not None:
            self._body = self._reader.body
            self.head.set_result(head)

    def connection_lost(self, exc: Exception | None) -> None:
        self._closed = True
        self._received.set()
        if self.head.done():
            return
        # A reset is the failure, unless what came before it tells more: a TLS alert, for one.
        if exc is None or self._reader.is_no_http:
            self.head.set_result(self._reader.end())
        else:
            self.head.set_exception(exc)

    async def wait_for_the_end(self, request: HTTPRequest) -> None:
        """Take in a small body, a moment long: servers log a client that hangs up in the middle as a fault."""
        head = read_answer(self.head.result(), request, STANDARD).response
        if not isinstance(head, HTTPResponse):
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_BODY_SECONDS):
                while not (self._closed or len(self._body) > _BODY_SIZE or is_whole(request.method, head, self._body)):
                    self._received.clear()
                    await self._received.wait()


def _words(request: HTTPRequest) -> bytes:
    """The request as it goes over the wire."""
    lines = [
        f"{request.method} {request.url.target} HTTP/1.1",
        *(f"{name}: {value}" for name, value in request.headers),
    ]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1") + (request.body or b"")


def new_tls_context(*, verify: bool) -> ssl.SSLContext:
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
    # Several addresses that fail in different words come as one error without a number.
    if isinstance(error, ConnectionRefusedError) or f"[Errno {errno.ECONNREFUSED}]" in str(error):
        return TransportFailure(failure=Failure.CONNECTION_REFUSED, detail=f"{peer} refused the connection.")
    if isinstance(error, ConnectionError):
        return TransportFailure(failure=Failure.CONNECTION_RESET, detail=f"{peer} reset the connection.")
    return TransportFailure(
        failure=Failure.CONNECTION_FAILED,
        detail=f"{peer} cannot be reached: {error.strerror or error}.",
    )
