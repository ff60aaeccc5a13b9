"""Direct connections, http and https, which are reused for the next exchange when their last response allows it.

Theory of operation: `exchange` has one deadline, which covers all steps: name resolution, connection, TLS handshake,
and the response. It takes an idle connection to the same server, or else opens one; afterwards the connection goes back
to `IdleConnections`, which closes it unless it is reusable. A reused connection may turn out to have been closed by the
server. The request is then sent again over a new connection, which is why only idempotent methods are sent over reused
ones. Errors become a `TransportFailure` here and nowhere else (`connection_failure`).
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Literal

from hdrcli.fetch import Failure, HTTPRequest, TransportFailure, TransportSubject
from hdrcli.records.exchange import Received
from hdrcli.wire.connecting import connect, resolve
from hdrcli.wire.connection import Connection, ReusedConnectionClosedError, Server
from hdrcli.wire.idle import IdleConnections
from hdrcli.wire.tls import NO_CERTIFICATES, TLS, Certificates

_IDEMPOTENT: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"})
"""Methods that may be sent twice: https://www.rfc-editor.org/rfc/rfc9110.html#section-9.2.2"""

_KEEP_ALIVE: Final = 4.0
"""Less than the five seconds after which Node.js, uvicorn and others end an idle connection."""


class DirectTransport:
    """Speaks HTTP/1.1 over its own connections, within one event loop, until `aclose`.

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
    ) -> None:
        self._timeout = timeout
        self.tls = TLS(verify=verify, certificates=certificates)
        self._idle = IdleConnections(keep_alive)

    async def exchange(self, request: HTTPRequest) -> Received:
        """See `Transport`."""
        progress = _Progress(step="response")
        deadline = asyncio.get_running_loop().time() + self._timeout
        try:
            return await self._send(request, deadline, progress)
        except TimeoutError:
            return TransportFailure(
                failure=Failure.TIMEOUT,
                subject=progress.step,
                peer=request.url.host if progress.step == "lookup" else request.url.authority,
                expected=f"{self._timeout:g} s",
            )
        except (OSError, UnicodeError) as error:
            failure = connection_failure(request.url.authority, request.url.host, error)
            if failure.failure is Failure.CONNECTION_RESET and request.url.scheme == "https":
                # With TLS 1.3, a server may reject a missing client certificate after the handshake, and the reset may
                # arrive before its alert.
                return replace(failure, subject="client-certificate-perhaps-required")
            return failure

    async def aclose(self) -> None:
        """See `Transport`."""
        self._idle.close()

    async def _send(self, request: HTTPRequest, deadline: float, progress: _Progress) -> Received:
        connection = self._idle.take(_server(request))
        if connection is not None and request.method not in _IDEMPOTENT:
            # It could not be sent again. Nor can it wait for another connection: some servers serve one at a time.
            connection.abort()
        elif connection is not None:
            with contextlib.suppress(ReusedConnectionClosedError):
                return await self._exchange_over(connection, request, deadline)
        async with asyncio.timeout_at(deadline):
            connection = await self._connect(request, progress)
        progress.step = "response"
        return await self._exchange_over(connection, request, deadline)

    async def _exchange_over(self, connection: Connection, request: HTTPRequest, deadline: float) -> Received:
        try:
            return await connection.exchange(request, deadline)
        finally:
            self._idle.put(connection)

    async def _connect(self, request: HTTPRequest, progress: _Progress) -> Connection:
        url, is_secure = request.url, request.url.scheme == "https"
        progress.step = "lookup"
        addresses = await resolve(url.host, url.effective_port)
        progress.step = "connection"
        connected = await connect(addresses)
        progress.step = "handshake"
        _, connection = await asyncio.get_running_loop().create_connection(
            partial(Connection, _server(request)),
            sock=connected,
            ssl=self.tls.context(with_certificate=request.client_certificate) if is_secure else None,
            server_hostname=url.host.strip("[]") if is_secure else None,
        )
        return connection


def _server(request: HTTPRequest) -> Server:
    url = request.url
    return url.scheme, url.host, url.effective_port, request.client_certificate


@dataclass(slots=True)
class _Progress:
    """How far an exchange has come: the step that takes too long if the time runs out now."""

    step: Literal["lookup", "connection", "handshake", "response"]


_CERTIFICATE_SUBJECTS: Final[Mapping[int, TransportSubject]] = {
    18: "unknown-authority",  # self-signed
    19: "unknown-authority",  # a self-signed one in the chain
    20: "unknown-authority",  # the issuer is not known
    21: "unknown-authority",  # the same, for the first one of the chain
    62: "other-name",
    64: "other-name",  # another IP address
}
"""By the code of https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/."""
_TLS_SUBJECTS: Final[Mapping[str, TransportSubject]] = {
    "wrong version number": "plain-http",
    "alert certificate required": "client-certificate-required",
    "alert handshake failure": "client-certificate-perhaps-required",
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
