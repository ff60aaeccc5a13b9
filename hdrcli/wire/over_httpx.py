"""Any httpx transport as ours: an in-process ASGI app, a proxy, a recording.

Only `handle_async_request` is used, which puts on the wire just what it is given: the cookies, redirects and default
headers of an `httpx.Client` are what a browser must not have.
"""

from __future__ import annotations

import asyncio

import httpx

from hdrcli.fetch import Failure, HTTPRequest, HTTPResponse, TransportFailure
from hdrcli.wire.direct import connection_failure


class HTTPXTransport:
    """Wraps an `httpx.AsyncBaseTransport`. `timeout` is in seconds, for one exchange as a whole."""

    def __init__(self, transport: httpx.AsyncBaseTransport, *, timeout: float) -> None:
        self._transport = transport
        self._timeout = timeout

    async def exchange(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """See `Transport`."""
        host = request.url.authority
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._transport.handle_async_request(_httpx_request(request))
                await response.aclose()
        except TimeoutError:
            detail = f"{host} did not answer within {self._timeout:g} s."
            return TransportFailure(failure=Failure.TIMEOUT, detail=detail)
        except (httpx.TransportError, httpx.InvalidURL, OSError) as error:
            return _failure(request, error)
        return HTTPResponse(
            status=response.status_code,
            headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw),
        )

    async def aclose(self) -> None:
        """See `Transport`."""
        await self._transport.aclose()


def _httpx_request(request: HTTPRequest) -> httpx.Request:
    return httpx.Request(
        request.method,
        str(request.url),
        headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers],
        content=request.body,
    )


def _failure(request: HTTPRequest, error: Exception) -> TransportFailure:
    host = request.url.authority
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError):
            return connection_failure(request, cause)
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.RemoteProtocolError | httpx.LocalProtocolError):
        return TransportFailure(failure=Failure.INVALID_HTTP, detail=f"The answer of {host} is not valid: {error}.")
    return TransportFailure(failure=Failure.CONNECTION_FAILED, detail=f"{host} cannot be reached: {error}.")
