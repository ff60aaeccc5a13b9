"""Any httpx transport as ours: an in-process ASGI app, a proxy, a recording.

Only `handle_async_request` is used, which puts on the wire just what it is given: the cookies, redirects and default
headers of an `httpx.Client` are what a browser must not have.
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


class HTTPXTransport:
    """Wraps an `httpx.AsyncBaseTransport`. `timeout` is in seconds, for one exchange as a whole.

    `proxy` is the host and port of a proxy that the transport goes through, for messages. Exceptions of an in-process
    app are its own affair: `httpx.ASGITransport(app, raise_app_exceptions=False)` makes them answers.
    """

    def __init__(self, transport: httpx.AsyncBaseTransport, *, timeout: float, proxy: str | None = None) -> None:
        self._transport = transport
        self._timeout = timeout
        self._proxy = proxy

    async def exchange(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """See `Transport`."""
        response = None
        body = bytearray()
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._transport.handle_async_request(_httpx_request(request))
                async with contextlib.aclosing(response):
                    await _read(response, body, request.body_wanted)
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
        except (httpx.TransportError, httpx.InvalidURL, OSError) as error:
            if response is None:
                return self._failure(request, error)
        return HTTPResponse(
            status=response.status_code,
            headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw),
            body=bytes(body),
            proxy=self._proxy,
            http_version="2" if response.extensions.get("http_version") == b"HTTP/2" else "1.1",
        )

    async def aclose(self) -> None:
        """See `Transport`."""
        await self._transport.aclose()

    def _failure(self, request: HTTPRequest, error: Exception) -> TransportFailure:
        peer, host, proxy = request.url.authority, request.url.host, self._proxy
        has_proxy = proxy is not None
        causes = list(_causes(error))
        for cause in causes:
            if isinstance(cause, ssl.SSLError):
                return connection_failure(peer, host, cause, proxy)
            if isinstance(cause, socket.gaierror | ConnectionError):
                return connection_failure(peer, host, cause, proxy, at_proxy=has_proxy)
        for cause in causes:
            if isinstance(cause, OSError):
                return connection_failure(peer, host, cause, proxy, at_proxy=has_proxy)
        if str(error) == _NO_ANSWER:
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


_NO_ANSWER: Final = "Server disconnected without sending a response."
"""httpcore's words: it has no class of its own for that."""


async def _read(response: httpx.Response, body: bytearray, wanted: int) -> None:
    """Add what comes of the body to `body`, until that holds as many bytes as are wanted."""
    if wanted:
        async for data in response.aiter_raw():
            body += data[: wanted - len(body)]
            if len(body) == wanted:
                break


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and what led to it, innermost last; groups of attempts (IPv6, IPv4) are opened."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        if isinstance(cause, BaseExceptionGroup):
            for attempt in cause.exceptions:
                yield from _causes(attempt)
        cause = cause.__cause__ or cause.__context__


def _httpx_request(request: HTTPRequest) -> httpx.Request:
    """Just these words: httpx would make the method upper-case, and add a Content-Length of its own."""
    wrapped = httpx.Request(
        request.method,
        str(request.url),
        headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers],
        stream=httpx.ByteStream(request.body or b""),
    )
    wrapped.method = request.method
    return wrapped
