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
import contextlib
import socket
import ssl
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from hdrcli.fetch import Failure, HTTPRequest, TransportFailure
from hdrcli.records.exchange import Received
from hdrcli.wire.connecting import connect, resolve
from hdrcli.wire.connection import Connection, RequestRefusedError, ReusedConnectionClosedError, Server
from hdrcli.wire.idle import IdleConnections
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

    `timeout` is in seconds, for one exchange in total; `keep_alive` is how long a connection may wait for the next one.
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
    ) -> None:
        self._timeout = timeout
        self._http2 = http2
        self._tls = TLS(verify=verify, certificates=certificates, alpn=_ALPN[http2])
        self._idle = IdleConnections(keep_alive)
        self._shared = SharedConnections(keep_alive)

    async def exchange(self, request: HTTPRequest) -> Received:
        """See `Transport`."""
        progress = _Progress(overdue=f"{request.url.authority} did not answer")
        deadline = asyncio.get_running_loop().time() + self._timeout
        try:
            return await self._send(request, deadline, progress)
        except TimeoutError:
            detail = f"{progress.overdue} within {self._timeout:g} s."
            return TransportFailure(failure=Failure.TIMEOUT, detail=detail)
        except _HTTP2NotSpokenError:
            detail = f"{request.url.authority} does not speak HTTP/2, which --http2 demands."
            return TransportFailure(failure=Failure.CONNECTION_FAILED, detail=detail)
        except (OSError, UnicodeError) as error:
            failure = connection_failure(request.url.authority, request.url.host, error)
            if failure.failure is Failure.CONNECTION_RESET and request.url.scheme == "https":
                # With TLS 1.3 a server says so after the handshake, and the reset may overtake its alert.
                return replace(failure, detail=f"{failure.detail} Does it demand a client certificate? {_SHOW_ONE}")
            return failure

    async def aclose(self) -> None:
        """See `Transport`."""
        self._idle.close()
        self._shared.close()

    async def _send(self, request: HTTPRequest, deadline: float, progress: _Progress) -> Received:
        server = _server(request)
        if self._http2 == "required" and request.url.scheme != "https":
            raise _HTTP2NotSpokenError
        if self._http2 == "off" or request.url.scheme != "https" or server in self._shared.without:
            return await self._send_over_http1(request, deadline, progress)
        connection = await self._shared_connection(request, deadline, progress)
        if isinstance(connection, Connection):
            return await self._exchange_over(connection, request, deadline)
        try:
            return await connection.exchange(request, deadline, may_refuse=True)
        except ReusedConnectionClosedError as error:
            if request.method not in _IDEMPOTENT and not isinstance(error, RequestRefusedError):
                raise
        connection = await self._shared_connection(request, deadline, progress)
        if isinstance(connection, Connection):
            return await self._exchange_over(connection, request, deadline)
        return await connection.exchange(request, deadline)

    async def _shared_connection(
        self, request: HTTPRequest, deadline: float, progress: _Progress
    ) -> Connection | HTTP2Connection:
        """The HTTP/2 connection to the server; or a new HTTP/1.1 connection, if that is what the server chooses."""
        server = _server(request)
        async with asyncio.timeout_at(deadline), self._shared.opening(server):
            shared = self._shared.take(server)
            if shared is not None:
                return shared
            connection = await self._connect(request, progress)
            progress.overdue = f"{request.url.authority} did not answer"
            if not connection.speaks_http2:
                if self._http2 == "required":
                    connection.abort()
                    raise _HTTP2NotSpokenError
                self._shared.without.add(server)
                return connection
            from hdrcli.wire.http2.connection import HTTP2Connection

            shared = connection.hand_over(HTTP2Connection)
            self._shared.put(server, shared)
            return shared

    async def _send_over_http1(self, request: HTTPRequest, deadline: float, progress: _Progress) -> Received:
        url = request.url
        connection = self._idle.take(_server(request))
        if connection is not None and request.method not in _IDEMPOTENT:
            # It could not be sent again. Nor can it wait for another connection: some servers serve one at a time.
            connection.abort()
        elif connection is not None:
            with contextlib.suppress(ReusedConnectionClosedError):
                return await self._exchange_over(connection, request, deadline)
        async with asyncio.timeout_at(deadline):
            connection = await self._connect(request, progress)
        progress.overdue = f"{url.authority} did not answer"
        return await self._exchange_over(connection, request, deadline)

    async def _exchange_over(self, connection: Connection, request: HTTPRequest, deadline: float) -> Received:
        try:
            return await connection.exchange(request, deadline)
        finally:
            self._idle.put(connection)

    async def _connect(self, request: HTTPRequest, progress: _Progress) -> Connection:
        url, is_secure = request.url, request.url.scheme == "https"
        progress.overdue = f"The name {url.host} was not resolved"
        addresses = await resolve(url.host, url.effective_port)
        progress.overdue = f"{url.authority} did not accept the connection"
        connected = await connect(addresses)
        progress.overdue = f"{url.authority} did not finish the TLS handshake"
        _, connection = await asyncio.get_running_loop().create_connection(
            partial(Connection, _server(request)),
            sock=connected,
            ssl=self._tls.context(with_certificate=request.client_certificate) if is_secure else None,
            server_hostname=url.host.strip("[]") if is_secure else None,
        )
        return connection


def _server(request: HTTPRequest) -> Server:
    url = request.url
    return url.scheme, url.host, url.effective_port, request.client_certificate


class _HTTP2NotSpokenError(OSError):
    """HTTP/2 is required, and the server doesn't speak it."""


@dataclass(slots=True)
class _Progress:
    """How far an exchange has come: `overdue` is the message for a timeout now."""

    overdue: str


_UNKNOWN_AUTHORITY: Final = "; --cacert trusts its authority, --insecure accepts any certificate."
_OTHER_NAME: Final = " (browsers look at subjectAltName alone); --insecure accepts any certificate."
_CERTIFICATE_HINTS: Final = {
    18: _UNKNOWN_AUTHORITY,  # a self-signed one
    19: _UNKNOWN_AUTHORITY,  # one in the chain
    20: _UNKNOWN_AUTHORITY,  # its issuer is unknown
    21: _UNKNOWN_AUTHORITY,  # the same, where it is the first of the chain
    62: _OTHER_NAME,
    64: _OTHER_NAME,  # another IP address
}
"""By the code of https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/."""
_SHOW_ONE: Final = "--cert names one, which browsers show in fetches with credentials alone."
_TLS_HINTS: Final = {
    "wrong version number": "; is it an http URL?",
    "alert certificate required": f": it demands a client certificate; {_SHOW_ONE}",
    "alert handshake failure": f"; does it demand a client certificate? {_SHOW_ONE}",
    "alert no application protocol": ": it does not speak HTTP/2, which --http2 demands.",
    "alert unknown ca": ": it does not trust the client certificate of --cert.",
}


def connection_failure(peer: str, host: str, error: OSError | UnicodeError) -> TransportFailure:
    """An error below HTTP in the connection with `peer`, as a failure for readers of a CI log.

    `host` is the name that was looked up, as it stands in "The name ... was not found".
    """
    if isinstance(error, socket.gaierror | UnicodeError):
        return TransportFailure(failure=Failure.DNS, detail=f"The name {host} was not found.")
    if isinstance(error, ssl.SSLCertVerificationError):
        hint = _CERTIFICATE_HINTS.get(error.verify_code, "; --insecure accepts any certificate.")
        reason = f"{error.verify_message.rstrip('.')}{hint}"
        return TransportFailure(failure=Failure.TLS, detail=f"The certificate of {peer} is not trusted: {reason}")
    if isinstance(error, ssl.SSLError):
        reason = (error.reason or "no reason given").lower().replace("_", " ")
        hint = next((hint for words, hint in _TLS_HINTS.items() if reason.endswith(words)), ".")
        return TransportFailure(failure=Failure.TLS, detail=f"TLS with {peer} failed: {reason}{hint}")
    if isinstance(error, ConnectionRefusedError):
        return TransportFailure(failure=Failure.CONNECTION_REFUSED, detail=f"{peer} refused the connection.")
    if isinstance(error, ConnectionError):
        return TransportFailure(failure=Failure.CONNECTION_RESET, detail=f"{peer} reset the connection.")
    return TransportFailure(
        failure=Failure.CONNECTION_FAILED,
        detail=f"{peer} cannot be reached: {error.strerror or error}.",
    )
