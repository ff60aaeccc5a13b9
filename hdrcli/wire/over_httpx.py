"""Any httpx transport as ours: an in-process ASGI app, a proxy, a recording.

Only `handle_async_request` is used, which sends exactly the request that it is given: an `httpx.Client` would add
cookies, follow redirects and set default headers, all of which the engine decides.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Iterator
from typing import Final

import httpx

from hdrcli.fetch import Failure, HTTPRequest, HTTPResponse, TransportFailure
from hdrcli.wire.direct import connection_failure
from hdrcli.wire.proxies import Proxy


class HTTPXTransport:
    """Wraps an `httpx.AsyncBaseTransport`. `timeout` is in seconds, for one exchange in total.

    `connect_timeout` is for its connection only, within that. `proxy` is the proxy that the transport uses, for
    messages. Exceptions of an in-process app are not handled: `httpx.ASGITransport(app, raise_app_exceptions=False)`
    turns them into responses.
    """

    def __init__(
        self,
        transport: httpx.AsyncBaseTransport,
        *,
        timeout: float,
        proxy: Proxy | None = None,
        connect_timeout: float | None = None,
    ) -> None:
        self._transport = transport
        self._timeout = timeout
        self._connect_timeout = connect_timeout
        self._proxy_address = None if proxy is None else proxy.address
        self._proxy = None if proxy is None else f"{proxy.address} (named by {proxy.variable})"

    async def exchange(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """See `Transport`."""
        response = None
        body = bytearray()
        is_late = False
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._transport.handle_async_request(_httpx_request(request, self._connect_timeout))
                async with contextlib.aclosing(response):
                    await _read(response, body, request.body_wanted_of(response.status_code))
        except TimeoutError:
            if response is None:
                return TransportFailure(
                    failure=Failure.TIMEOUT,
                    subject="response",
                    peer=request.url.authority,
                    proxy=self._proxy,
                    at_proxy=self._proxy is not None,
                    expected=f"{self._timeout:g} s",
                )
            is_late = True
        except (httpx.TransportError, httpx.InvalidURL, OSError) as error:
            if response is None:
                return self._failure(request, error)
        return HTTPResponse(
            status=response.status_code,
            headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw),
            body=bytes(body),
            is_body_late=is_late,
            proxy=self._proxy_address,
        )

    async def aclose(self) -> None:
        """See `Transport`."""
        await self._transport.aclose()

    def _failure(self, request: HTTPRequest, error: Exception) -> TransportFailure:
        peer, host, proxy = request.url.authority, request.url.host, self._proxy
        has_proxy = proxy is not None
        if self._connect_timeout is not None and isinstance(error, httpx.ConnectTimeout):
            return TransportFailure(
                failure=Failure.TIMEOUT,
                subject="connection",
                peer=peer,
                proxy=proxy,
                at_proxy=has_proxy,
                expected=f"{self._connect_timeout:g} s",
            )
        causes = list(_causes(error))
        for cause in causes:
            if isinstance(cause, ssl.SSLError):
                return connection_failure(peer, host, cause, proxy)
            if isinstance(cause, socket.gaierror | ConnectionError):
                return connection_failure(peer, host, cause, proxy, at_proxy=has_proxy)
        for cause in causes:
            if isinstance(cause, OSError):
                return connection_failure(peer, host, cause, proxy, at_proxy=has_proxy)
        if str(error) == _NO_RESPONSE:
            return TransportFailure(failure=Failure.EMPTY_REPLY, peer=peer, proxy=proxy)
        if isinstance(error, httpx.RemoteProtocolError):
            return TransportFailure(failure=Failure.INVALID_HTTP, peer=peer, proxy=proxy, seen=str(error))
        if isinstance(error, httpx.LocalProtocolError):
            return TransportFailure(failure=Failure.INVALID_HTTP, subject="refused-header", peer=peer, proxy=proxy)
        return TransportFailure(
            failure=Failure.CONNECTION_FAILED,
            subject="proxy-tunnel" if isinstance(error, httpx.ProxyError) else "",
            peer=peer,
            proxy=proxy,
            at_proxy=has_proxy,
            seen=str(error),
        )


_NO_RESPONSE: Final = "Server disconnected without sending a response."
"""httpcore's message: it has no class for that."""


async def _read(response: httpx.Response, body: bytearray, wanted: int) -> None:
    """Append to `body` the data that comes, until it holds as many bytes as are wanted."""
    if wanted:
        async for data in response.aiter_raw():
            body += data[: wanted - len(body)]
            if len(body) == wanted:
                break


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and its causes, innermost last; groups of attempts (IPv6, IPv4) are flattened."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        if isinstance(cause, BaseExceptionGroup):
            for attempt in cause.exceptions:
                yield from _causes(attempt)
        cause = cause.__cause__ or cause.__context__


def _httpx_request(request: HTTPRequest, connect_timeout: float | None) -> httpx.Request:
    """Exactly this request: httpx would make the method upper-case, and add a Content-Length."""
    wrapped = httpx.Request(
        request.method,
        str(request.url),
        headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.sent_headers],
        stream=httpx.ByteStream(request.body or b""),
        extensions={} if connect_timeout is None else {"timeout": {"connect": connect_timeout}},
    )
    wrapped.method = request.method
    return wrapped
