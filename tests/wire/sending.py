"""Small ways to send a request over a transport."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from hdrcli.fetch import STANDARD, HTTPRequest, HTTPResponse, TransportFailure, parse_url
from hdrcli.fetch.headers import Header
from hdrcli.records.exchange import Exchange, RawHead, Received
from hdrcli.wire.reading import read_response
from hdrcli.wire.transport import Transport


def http_request(
    url: str,
    *,
    method: str = "GET",
    headers: Sequence[Header] = (),
    body: bytes | None = None,
) -> HTTPRequest:
    """A request with `Host` and these headers."""
    parsed = parse_url(url)
    assert parsed is not None
    length = () if body is None else (("Content-Length", str(len(body))),)
    return HTTPRequest(
        purpose="request",
        method=method,
        url=parsed,
        headers=(("Host", parsed.authority), *length, *headers),
        body=body,
    )


def exchange(transport: Transport, request: HTTPRequest) -> HTTPResponse | TransportFailure:
    """One exchange in an event loop of its own, read as the standard has it; the transport is closed afterwards."""

    async def send() -> HTTPResponse | TransportFailure:
        try:
            return read(await transport.exchange(request), request)
        finally:
            await transport.aclose()

    return asyncio.run(send())


def read(received: Received | RawHead, request: HTTPRequest) -> HTTPResponse | TransportFailure:
    """What a transport hands over, read as the standard has it."""
    if isinstance(received, RawHead):
        received = read_response(received, request, STANDARD)
    return received.response if isinstance(received, Exchange) else received
