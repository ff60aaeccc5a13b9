"""Plays a fetch over a transport: what the engine yields is sent, what comes back is sent in."""

from __future__ import annotations

from collections import Counter
from typing import TypeVar

from hdrcli.fetch import HTTPRequest
from hdrcli.fetch.network import Fetching
from hdrcli.model import Exchange
from hdrcli.wire.transport import Transport

T = TypeVar("T")


class Driver:
    """Sends each HTTP request once, however many fetches word it alike."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._exchanges: dict[tuple[object, int], Exchange] = {}

    async def play(self, fetching: Fetching[T]) -> tuple[T, tuple[Exchange, ...]]:
        """The fetch's result, and every exchange it took.

        What one fetch asks twice (a redirect to itself, a 421) is sent twice: the answers may differ.
        """
        exchanges: list[Exchange] = []
        asked: Counter[object] = Counter()
        try:
            request = next(fetching)
            while True:
                words = _words(request)
                asked[words] += 1
                exchange = await self.ask(request, asked[words])
                exchanges.append(exchange)
                request = fetching.send(exchange.response)
        except StopIteration as stop:
            return stop.value, tuple(exchanges)

    async def ask(self, request: HTTPRequest, time: int = 1) -> Exchange:
        """One request and its answer; the same answer for the same words, asked for the same time.

        An answer whose body was not asked for is no answer to who wants the body, too.
        """
        key = (_words(request), time)
        known = self._exchanges.get(key)
        if known is None or known.request.body_wanted < request.body_wanted:
            response = await self._transport.exchange(request)
            known = self._exchanges[key] = Exchange(request=request, response=response)
        return known


def _words(request: HTTPRequest) -> object:
    return request.method, request.url, request.headers, request.body
