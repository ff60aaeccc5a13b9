"""Plays a fetch over a transport: what the engine yields is sent, what comes back is sent in.

The seam is `httpx.AsyncBaseTransport.handle_async_request`, which puts on the wire just what it is given. No
`httpx.Client`: its cookies, authentication, redirects and default headers are what a browser must not have.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Generator
from typing import Final, TypeVar

import httpx

from hdrcli.fetch import Failure, HTTPRequest, HTTPResponse, TransportFailure
from hdrcli.fetch.network import Fetching
from hdrcli.model import Exchange

T = TypeVar("T")


class Driver:
    """Sends each HTTP request once, however many fetches word it alike.

    `timeout` is in seconds, for one exchange from the look-up of the name to the end of the answer's head. Bodies are
    never read. Close with `aclose`.
    """

    def __init__(self, transport: httpx.AsyncBaseTransport, *, timeout: float) -> None:
        self._transport = transport
        self._timeout = timeout
        self._answers: dict[object, HTTPResponse | TransportFailure] = {}

    async def play(self, fetching: Fetching[T]) -> tuple[T, tuple[Exchange, ...]]:
        """The fetch's result, and every exchange it took."""
        exchanges: list[Exchange] = []
        try:
            request = next(fetching)
            while True:
                response = await self._answer(request)
                exchanges.append(Exchange(request=request, response=response))
                request = fetching.send(response)
        except StopIteration as stop:
            return stop.value, tuple(exchanges)

    async def _answer(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        words = (request.method, str(request.url), request.headers, request.body)
        if words not in self._answers:
            self._answers[words] = await self._send(request)
        return self._answers[words]

    async def _send(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._transport.handle_async_request(self._wire_request(request))
                await response.aclose()
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return self._failure(request, error)
        return HTTPResponse(
            status=response.status_code,
            headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw),
        )

    def _wire_request(self, request: HTTPRequest) -> httpx.Request:
        url = request.url
        return httpx.Request(
            request.method,
            f"{url.scheme}://{url.authority}",
            headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers],
            content=request.body,
            # The URL standard's own request target: httpx would escape other characters than browsers do.
            extensions={"target": url.target.encode("ascii")},
        )

    def _failure(self, request: HTTPRequest, error: Exception) -> TransportFailure:
        host = request.url.authority
        causes = list(_causes(error))
        if any(isinstance(cause, TimeoutError | httpx.TimeoutException) for cause in causes):
            return TransportFailure(
                failure=Failure.TIMEOUT,
                detail=f"{host} sent no complete answer within {self._timeout:g} s.",
            )
        for cause in causes:
            if isinstance(cause, socket.gaierror):
                return TransportFailure(failure=Failure.DNS, detail=f"The name {request.url.host} was not found.")
            if isinstance(cause, ssl.SSLError):
                reason = getattr(cause, "verify_message", "") or cause.reason or str(cause)
                return TransportFailure(failure=Failure.TLS, detail=f"TLS with {host} failed: {reason}.")
            if isinstance(cause, ConnectionRefusedError):
                return TransportFailure(failure=Failure.CONNECTION_REFUSED, detail=f"{host} refused the connection.")
            if isinstance(cause, ConnectionError):
                return TransportFailure(failure=Failure.CONNECTION_RESET, detail=f"{host} reset the connection.")
        return _other_failure(host, error)


_EMPTY_REPLY: Final = "Server disconnected without sending a response."


def _other_failure(host: str, error: Exception) -> TransportFailure:
    if isinstance(error, httpx.RemoteProtocolError) and str(error) == _EMPTY_REPLY:
        return TransportFailure(failure=Failure.EMPTY_REPLY, detail=f"{host} closed the connection without an answer.")
    if isinstance(error, httpx.ConnectError | httpx.InvalidURL):
        return TransportFailure(failure=Failure.CONNECTION_FAILED, detail=f"{host} cannot be reached: {error}.")
    if isinstance(error, httpx.ReadError | httpx.WriteError | httpx.CloseError):
        return TransportFailure(failure=Failure.CONNECTION_RESET, detail=f"{host} reset the connection.")
    if isinstance(error, httpx.LocalProtocolError):
        return TransportFailure(failure=Failure.INVALID_HTTP, detail=f"This request cannot be sent: {error}.")
    return TransportFailure(failure=Failure.INVALID_HTTP, detail=f"The answer of {host} is not valid HTTP: {error}.")


def _causes(error: BaseException) -> Generator[BaseException, None, None]:
    """An error and all that led to it, also those that a group of attempts (IPv6, IPv4) holds."""
    seen: set[int] = set()
    queue: list[BaseException | None] = [error]
    while queue:
        current = queue.pop(0)
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        queue += [current.__cause__, current.__context__]
        if isinstance(current, BaseExceptionGroup):
            queue += current.exceptions


class NetworkTransport(httpx.AsyncBaseTransport):
    """httpx's own transport, one for http and one for https, each made when it is first needed.

    A TLS context costs more than all the rest of a check; http URLs never pay for it.
    """

    def __init__(self, *, verify: bool) -> None:
        self._verify = verify
        self._by_scheme: dict[str, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request over a connection of its scheme."""
        scheme = request.url.scheme
        if scheme not in self._by_scheme:
            context = _no_tls() if scheme == "http" else httpx.create_ssl_context(verify=self._verify, trust_env=True)
            self._by_scheme[scheme] = httpx.AsyncHTTPTransport(verify=context)
        return await self._by_scheme[scheme].handle_async_request(request)

    async def aclose(self) -> None:
        """Close every connection."""
        for transport in self._by_scheme.values():
            await transport.aclose()


def _no_tls() -> ssl.SSLContext:
    """A context without certificates: httpx wants one, and http never uses it."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
