"""Plays a fetch over a transport: what the engine yields is sent, what comes back is sent in."""

from __future__ import annotations

from typing import TypeVar

from hdrcli.fetch import HTTPRequest, HTTPResponse, TransportFailure
from hdrcli.fetch.network import Fetching
from hdrcli.model import Exchange
from hdrcli.wire.transport import Transport

T = TypeVar("T")


class Driver:
    """Sends each HTTP request once, however many fetches word it alike."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._answers: dict[object, HTTPResponse | TransportFailure] = {}

    async def play(self, fetching: Fetching[T]) -> tuple[T, tuple[Exchange, ...]]:
        """The fetch's result, and every exchange it took."""
        exchanges: list[Exchange] = []
        try:
            request = next(fetching)
            while True:
                exchange = await self.ask(request)
                exchanges.append(exchange)
                request = fetching.send(exchange.response)
        except StopIteration as stop:
            return stop.value, tuple(exchanges)

    async def ask(self, request: HTTPRequest) -> Exchange:
        """One request and its answer; the same answer for the same words."""
        words = (request.method, request.url, request.headers, request.body, request.new_connection)
        if words not in self._answers:
            self._answers[words] = await self._transport.exchange(request)
        return Exchange(request=request, response=self._answers[words])
