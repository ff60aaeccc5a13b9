"""Direct connections, http and https: one for each exchange, closed behind the head of the answer and a small body."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from typing import Final

from hdrcli.fetch import Failure, HTTPRequest, HTTPResponse, TransportFailure
from hdrcli.fetch.url import is_ip_address, is_loopback
from hdrcli.wire.body import BodyReader
from hdrcli.wire.head import HeadReader

_BODY_SECONDS: Final = 0.1
_BODY_SIZE: Final = 65536
"""How long, and for how much, a body is waited for that nobody asked for."""

_HAPPY_EYEBALLS_DELAY: Final = 0.25
"""Seconds until the next address is tried beside the first: https://www.rfc-editor.org/rfc/rfc8305.html#section-8"""


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
        head = None
        try:
            async with (
                asyncio.timeout(self._timeout) as deadline,
                self._connection(request) as (transport, protocol),
            ):
                phase = "answer"
                transport.write(_words(request))
                head = await protocol.head
                if not request.body_wanted:
                    _hasten(deadline, _BODY_SECONDS)
                await protocol.end
        except TimeoutError:
            if head is None:
                detail = f"{host} did not {phase} within {self._timeout:g} s."
                return TransportFailure(failure=Failure.TIMEOUT, detail=detail)
        except (OSError, UnicodeError) as error:
            return connection_failure(host, request.url.host, error)
        if isinstance(head, HTTPResponse) and request.body_wanted:
            return replace(head, body=protocol.body)
        return head

    async def aclose(self) -> None:
        """See `Transport`."""

    @contextlib.asynccontextmanager
    async def _connection(self, request: HTTPRequest) -> AsyncIterator[tuple[asyncio.Transport, _ExchangeProtocol]]:
        url = request.url
        host = url.host.strip("[]")
        transport, protocol = await asyncio.get_running_loop().create_connection(
            partial(_ExchangeProtocol, request),
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


class _ExchangeProtocol(asyncio.Protocol):
    """Reads while the request is still being written: a server may answer, and close, before it has read it all.

    `head` is done when the head is in or cannot come any more, `end` when nothing of use can follow it: servers log a
    client that hangs up in the middle of a small body as a fault.
    """

    def __init__(self, request: HTTPRequest) -> None:
        loop = asyncio.get_running_loop()
        self._request = request
        self._reader = HeadReader()
        self._body: BodyReader | None = None
        self.head: asyncio.Future[HTTPResponse | TransportFailure] = loop.create_future()
        self.end: asyncio.Future[None] = loop.create_future()

    def data_received(self, data: bytes) -> None:
        if self._body is not None:
            self._body.feed(data)
        elif (head := self._reader.feed(data)) is not None:
            self._take(head)
            if self._body is not None:
                self._body.feed(self._reader.body)
        if self.head.done() and (self._body is None or self._body.done):
            self._finish()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.head.done():
            head = self._reader.end()
            # A reset is the failure, unless what came before it tells more: a TLS alert, for one.
            if exc is None or (isinstance(head, TransportFailure) and head.failure is Failure.INVALID_HTTP):
                self._take(head)
            else:
                self.head.set_exception(exc)
        self._finish()

    @property
    def body(self) -> bytes:
        """What came of the body, as far as it is wanted."""
        return b"" if self._body is None else bytes(self._body.body[: self._request.body_wanted])

    def _take(self, head: HTTPResponse | TransportFailure) -> None:
        if isinstance(head, HTTPResponse):
            limit = max(_BODY_SIZE, self._request.body_wanted)
            self._body = BodyReader(self._request.method, head, limit)
        self.head.set_result(head)

    def _finish(self) -> None:
        if not self.end.done():
            self.end.set_result(None)


def _hasten(deadline: asyncio.Timeout, seconds: float) -> None:
    """Let a deadline come within this time at the latest."""
    latest = asyncio.get_running_loop().time() + seconds
    when = deadline.when()
    deadline.reschedule(latest if when is None else min(when, latest))


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
