"""Plays a fetch over a transport: what the engine yields is sent, what comes back is read and sent in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from operator import itemgetter
from typing import TypeVar

from hdrcli.fetch import STANDARD, HTTPRequest, UserAgent
from hdrcli.fetch.network import Fetching
from hdrcli.records.exchange import Exchange, Received
from hdrcli.wire.reading import is_read_alike, read_response
from hdrcli.wire.transport import Transport

T = TypeVar("T")
Tell = Callable[[str], None]
"""Takes what is being done, for who waits for it."""


class Driver:
    """Sends each HTTP request once, however many fetches word it alike: what may change something changes it once."""

    def __init__(self, transport: Transport, tell: Tell | None = None) -> None:
        """`tell` gets each request, in words, before it is sent."""
        self._transport = transport
        self._tell = tell
        self._sent: dict[tuple[object, int], _Sent] = {}

    async def play(self, fetching: Fetching[T], user_agent: UserAgent = STANDARD) -> tuple[T, tuple[Exchange, ...]]:
        """The fetch's result, and every exchange it took, answers read as `user_agent` does.

        What one fetch asks twice (a redirect to itself, a 421) is sent twice: the answers may differ.
        """
        exchanges: list[Exchange] = []
        asked: Counter[object] = Counter()
        try:
            request = next(fetching)
            while True:
                words = _words(request)
                asked[words] += 1
                exchange = await self.ask(request, user_agent, asked[words])
                exchanges.append(exchange)
                request = fetching.send(exchange.response)
        except StopIteration as stop:
            return stop.value, tuple(exchanges)

    async def ask(self, request: HTTPRequest, user_agent: UserAgent = STANDARD, time: int = 1) -> Exchange:
        """One request and its answer; the same answer for the same words, asked for the same time.

        An answer whose body was not asked for is no answer to who wants the body, too.
        """
        key = (_words(request), time)
        known = self._sent.get(key)
        if known is None or known.request.body_wanted < request.body_wanted:
            if self._tell is not None:
                self._tell(f"{request.method} {request.url}, request {len(self._sent) + 1}")
            known = self._sent[key] = _Sent(request, await self._transport.exchange(request))
        return known.read_by(user_agent)


class _Sent:
    """A request that was sent, and what browsers make of what was received: one exchange where they agree."""

    def __init__(self, request: HTTPRequest, received: Received) -> None:
        self.request = request
        self._received = received
        self._exchanges: dict[str, Exchange] = {}

    def read_by(self, user_agent: UserAgent) -> Exchange:
        if user_agent.name not in self._exchanges:
            exchange = self._read(user_agent)
            alike = (known for known in self._exchanges.values() if known == exchange)
            self._exchanges[user_agent.name] = next(alike, exchange)
        return self._exchanges[user_agent.name]

    def _read(self, user_agent: UserAgent) -> Exchange:
        if not isinstance(self._received, Exchange):
            return Exchange(request=self.request, response=self._received)
        if self._received.raw is None or user_agent is STANDARD or is_read_alike(self._received):
            return self._received
        return read_response(self._received.raw, self.request, user_agent)


def _words(request: HTTPRequest) -> object:
    """What makes a request another one. By which codings it accepts, browsers differ more than services do.

    The order of headers of different names says nothing: https://www.rfc-editor.org/rfc/rfc9110.html#section-5.3
    """
    told = [(name, value) for name, value in request.headers if name != "Accept-Encoding" or value == "identity"]
    headers = tuple(sorted(told, key=itemgetter(0)))
    return request.method, request.url, headers, request.body, request.client_certificate
