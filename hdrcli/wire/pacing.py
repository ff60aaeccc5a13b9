"""Requests again after an error of the connection, and requests no faster than a rate: transports over a transport."""

from __future__ import annotations

import asyncio
from typing import Final

from hdrcli.fetch import Failure, HTTPRequest, TransportFailure
from hdrcli.fetch.url import site_of
from hdrcli.records.exchange import Exchange, Received
from hdrcli.wire.transport import Transport

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing: https://www.rfc-editor.org/rfc/rfc9110.html#name-safe-methods."""

_TRANSIENT: Final = frozenset(
    {
        Failure.DNS,
        Failure.CONNECTION_REFUSED,
        Failure.CONNECTION_FAILED,
        Failure.CONNECTION_RESET,
        Failure.EMPTY_REPLY,
    }
)
_CONNECTING: Final = frozenset({"lookup", "connection", "handshake"})
"""The steps of an exchange in which a timeout is one of the connection."""

_MANY_SITES: Final = 10_000
"""Sites that are remembered; more only while their next request has to wait."""


class RetryingTransport:
    """Sends a safe request again, up to `retries` times, if no connection came about or it ended without a response.

    The first wait is `delay` seconds, each further one twice as long.
    """

    def __init__(self, transport: Transport, retries: int, *, delay: float = 0.5) -> None:
        self._transport = transport
        self._retries = retries
        self._delay = delay

    async def exchange(self, request: HTTPRequest) -> Received:
        """See `Transport`."""
        received = await self._transport.exchange(request)
        for retry in range(self._retries if request.method in _SAFE else 0):
            if not _is_transient(received):
                break
            await asyncio.sleep(self._delay * 2**retry)
            received = await self._transport.exchange(request)
        return received

    async def aclose(self) -> None:
        """See `Transport`."""
        await self._transport.aclose()


class RatedTransport:
    """Begins at most `rate` requests per second, evenly spaced: in all, or with `per_site` to each site."""

    def __init__(self, transport: Transport, rate: float, *, per_site: bool = False) -> None:
        self._transport = transport
        self._interval = 1 / rate
        self._per_site = per_site
        self._next: dict[str, float] = {}
        self._most = _MANY_SITES

    async def exchange(self, request: HTTPRequest) -> Received:
        """See `Transport`. The time limit of an exchange begins when it is sent."""
        now = asyncio.get_running_loop().time()
        site = site_of(request.url.host) if self._per_site else ""
        if len(self._next) >= self._most:
            self._next = {each: time for each, time in self._next.items() if time > now}
            self._most = max(_MANY_SITES, 2 * len(self._next))
        start = max(now, self._next.get(site, now))
        self._next[site] = start + self._interval
        if start > now:
            await asyncio.sleep(start - now)
        return await self._transport.exchange(request)

    async def aclose(self) -> None:
        """See `Transport`."""
        await self._transport.aclose()


def _is_transient(received: Received) -> bool:
    response = received.response if isinstance(received, Exchange) else received
    if not isinstance(response, TransportFailure):
        return False
    if response.failure is Failure.TIMEOUT:
        return response.subject in _CONNECTING
    # A subject says that the connection can't be made as it is wanted.
    return response.failure in _TRANSIENT and not (response.failure is Failure.CONNECTION_FAILED and response.subject)
