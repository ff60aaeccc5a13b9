"""Direct connections, http and https, which are reused for the next exchange when their last response allows it.

Theory of operation: `exchange` has one deadline, which covers all steps: name resolution, connection, TLS handshake,
and the response. Over HTTP/1.1 it takes an idle connection to the same server, or else opens one; afterwards the
connection goes back to `IdleConnections`, which closes it unless it is reusable. A reused connection may turn out to
have been closed by the server. The request is then sent again over a new connection, which is why only idempotent
methods are sent over reused ones.

An https server chooses the protocol in the TLS handshake (ALPN). The first exchange opens the connection while others
wait; if the server has chosen HTTP/2, all share that connection (`SharedConnections`), or else each has its own.

Errors become a `TransportFailure` here and nowhere else (`connection_failure`).
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from hdrcli.fetch import Failure, HTTPRequest, TransportFailure, TransportSubject
from hdrcli.fetch.failures import CertificateSubject, TimeoutSubject, TLSSubject
from hdrcli.records.exchange import Received
from hdrcli.structs import replace
from hdrcli.wire.addressing import BY_URL, Addressing
from hdrcli.wire.connecting import connect
from hdrcli.wire.connection import Connection, RequestRefusedError, ReusedConnectionClosedError, Server
from hdrcli.wire.idle import IdleConnections
from hdrcli.wire.look_ups import LookUps
from hdrcli.wire.shared import SharedConnections
from hdrcli.wire.tls import NO_CERTIFICATES, TLS, Certificates

if TYPE_CHECKING:
    from hdrcli.wire.http2.connection import HTTP2Connection

HTTP2 = Literal["auto", "required", "off"]
"""Whether https uses HTTP/2: where the server offers it, as browsers do; always, or else the exchange fails; never."""

_ALPN: Final[dict[HTTP2, tuple[str, ...]]] = {
    "auto": ("h2", "http/1.1"),
    "required": ("h2",),
    "off": ("http/1.1",),
}

_IDEMPOTENT: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"})
"""Methods that may be sent twice: https://www.rfc-editor.org/rfc/rfc9110.html#section-9.2.2"""

_KEEP_ALIVE: Final = 4.0
"""Less than the five seconds after which Node.js, uvicorn and others end an idle connection."""


class DirectTransport:
    """Speaks HTTP/1.1 and HTTP/2 over its own connections, within one event loop, until `aclose`.

    `timeout` is in seconds, for one exchange in total, and `connect_timeout` for its connection; `keep_alive` is how
    long a connection may wait for the next one.
    Raises `UsageError` for certificates that cannot be used.
    """

    def __init__(
        self,
        *,
        timeout: float,
        verify: bool,
        certificates: Certificates = NO_CERTIFICATES,
        keep_alive: float = _KEEP_ALIVE,
        http2: HTTP2 = "auto",
        connect_timeout: float | None = None,
        addressing: Addressing = BY_URL,
    ) -> None:
        self._timeout = timeout
        self._connect_timeout = connect_timeout
        self._addressing = addressing
        self._http2 = http2
        self._tls = TLS(verify=verify, certificates=certificates, alpn=_ALPN[http2])
        self._idle = IdleConnections(keep_alive)
        self._shared = SharedConnections(keep_alive)
        self._look_ups = LookUps()

    async def exchange(self, request: HTTPRequest) -> Received:
        """See `Transport`."""
        progress = _Progress(step="response", limit=self._timeout)
        deadline = asyncio.get_running_loop().time() + self._timeout
        try:
            return await self._send(request, deadline, progress)
        except TimeoutError:
            return TransportFailure(
                failure=Failure.TIMEOUT,
                subject=progress.step,
                peer=request.url.host if progress.step == "lookup" else self._peer(request),
                expected=f"{progress.limit:g} s",
            )
        except _HTTP2NotSpokenError:
            return TransportFailure(
                failure=Failure.CONNECTION_FAILED, subject="http2-required", peer=self._peer(request)
            )
        except (OSError, UnicodeError) as error:
            failure = connection_failure(self._peer(request), request.url.host, error)
            if failure.failure is Failure.CONNECTION_RESET and request.url.scheme == "https":
                # With TLS 1.3, a server may reject a missing client certificate after the handshake, and the reset may
                # arrive before its alert.
                return replace(failure, subject="client-certificate-perhaps-required")
            return failure

    async def aclose(self) -> None:
        """See `Transport`."""
        self._idle.close()
        self._shared.close()
        self._look_ups.close()

    def _peer(self, request: HTTPRequest) -> str:
        place = self._addressing.place(request.url)
        return f"{request.url.authority} (at {place})" if place else request.url.authority

    async def _send(self, request: HTTPRequest, deadline: float, progress: _Progress) -> Received:
        if self._http2 == "required" and request.url.scheme != "https":
            return TransportFailure(failure=Failure.CONNECTION_FAILED, subject="http2-over-http")
        connection = await self._connection(request, deadline, progress, may_be_idle=True)
        try:
            return await self._exchange_over(connection, request, deadline, may_refuse=True)
        except ReusedConnectionClosedError as error:
            if request.method not in _IDEMPOTENT and not isinstance(error, RequestRefusedError):
                raise
        connection = await self._connection(request, deadline, progress, may_be_idle=False)
        return await self._exchange_over(connection, request, deadline, may_refuse=False)

    async def _connection(
        self, request: HTTPRequest, deadline: float, progress: _Progress, *, may_be_idle: bool
    ) -> Connection | HTTP2Connection:
        """A connection for the request: shared with others over HTTP/2, of its own over HTTP/1.1."""
        server = _server(request)
        is_own = self._http2 == "off" or request.url.scheme != "https" or server in self._shared.without
        idle = self._idle_connection(request) if is_own and may_be_idle else None
        if idle is not None:
            return idle
        async with asyncio.timeout_at(deadline):
            if is_own:
                return await self._connect(request, progress)
            async with self._shared.opening(server):
                return self._shared.take(server) or await self._connect_with_alpn(request, progress)

    async def _connect_with_alpn(self, request: HTTPRequest, progress: _Progress) -> Connection | HTTP2Connection:
        connection = await self._connect(request, progress)
        server = _server(request)
        if connection.speaks_http2:
            from hdrcli.wire.http2.connection import HTTP2Connection

            shared = connection.hand_over(HTTP2Connection)
            self._shared.put(server, shared)
            return shared
        if self._http2 == "required":
            connection.abort()
            raise _HTTP2NotSpokenError
        self._shared.without.add(server)
        return connection

    def _idle_connection(self, request: HTTPRequest) -> Connection | None:
        connection = self._idle.take(_server(request))
        if connection is None or request.method in _IDEMPOTENT:
            return connection
        # The request could not be sent again. Nor can it wait for another connection: some servers serve one at a time.
        connection.abort()
        return None

    async def _exchange_over(
        self, connection: Connection | HTTP2Connection, request: HTTPRequest, deadline: float, *, may_refuse: bool
    ) -> Received:
        if not isinstance(connection, Connection):
            return await connection.exchange(request, deadline, may_refuse=may_refuse)
        try:
            return await connection.exchange(request, deadline)
        finally:
            self._idle.put(connection)

    async def _connect(self, request: HTTPRequest, progress: _Progress) -> Connection:
        try:
            async with asyncio.timeout(self._connect_timeout):
                return await self._connected(request, progress)
        except TimeoutError:
            progress.limit = self._connect_timeout or self._timeout
            raise

    async def _connected(self, request: HTTPRequest, progress: _Progress) -> Connection:
        url, is_secure = request.url, request.url.scheme == "https"
        progress.step = "lookup"
        addresses = await self._addressing.addresses(url, self._look_ups)
        progress.step = "connection"
        connected = await connect(addresses)
        progress.step = "handshake"
        _, connection = await asyncio.get_running_loop().create_connection(
            partial(Connection, _server(request)),
            sock=connected,
            ssl=self._tls.context(with_certificate=request.client_certificate) if is_secure else None,
            server_hostname=url.host.strip("[]") if is_secure else None,
        )
        progress.step = "response"
        return connection


def _server(request: HTTPRequest) -> Server:
    url = request.url
    return url.scheme, url.host, url.effective_port, request.client_certificate


class _HTTP2NotSpokenError(OSError):
    """HTTP/2 is required, and the server doesn't speak it."""


class _Progress(Struct):
    """How far an exchange has come: the step that takes too long if the time runs out now, and its limit in seconds."""

    step: TimeoutSubject
    limit: float


_CERTIFICATE_SUBJECTS: Final[Mapping[int, CertificateSubject]] = {
    18: "unknown-authority",  # self-signed
    19: "unknown-authority",  # a self-signed one in the chain
    20: "unknown-authority",  # the issuer is not known
    21: "unknown-authority",  # the same, for the first one of the chain
    62: "other-name",
    64: "other-name",  # another IP address
}
"""By the code of https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/."""
_TLS_SUBJECTS: Final[Mapping[str, TLSSubject]] = {
    "wrong version number": "plain-http",
    "alert certificate required": "client-certificate-required",
    "alert handshake failure": "client-certificate-perhaps-required",
    "alert no application protocol": "http2-required",
    "alert unknown ca": "client-certificate-not-trusted",
}
"""By the end of OpenSSL's reason."""


def connection_failure(
    peer: str, host: str, error: OSError | UnicodeError, proxy: str | None = None, *, at_proxy: bool = False
) -> TransportFailure:
    """The failure of a connection to `peer`, whose name is `host`; `proxy` and `at_proxy` as in `TransportFailure`."""
    failure, seen = Failure.CONNECTION_FAILED, ""
    subject: TransportSubject = ""
    if isinstance(error, socket.gaierror | UnicodeError):
        failure, peer = Failure.DNS, host
    elif isinstance(error, ssl.SSLCertVerificationError):
        failure, seen = Failure.CERTIFICATE, error.verify_message.rstrip(".")
        subject = _CERTIFICATE_SUBJECTS.get(error.verify_code, "")
    elif isinstance(error, ssl.SSLError):
        failure, seen = Failure.TLS, (error.reason or "no reason given").lower().replace("_", " ")
        subject = next((known for reason, known in _TLS_SUBJECTS.items() if seen.endswith(reason)), "")
    elif isinstance(error, ConnectionRefusedError):
        failure = Failure.CONNECTION_REFUSED
    elif isinstance(error, ConnectionError):
        failure = Failure.CONNECTION_RESET
    else:
        seen = error.strerror or str(error)
    return TransportFailure(failure=failure, subject=subject, peer=peer, proxy=proxy, at_proxy=at_proxy, seen=seen)
