"""Runs fetches over a transport: sends what the engine yields, and hands back what each browser reads.

A service has one `Driver`, and each of its routes a `RouteDriver`. Requests that are equal are sent once in a route,
however many fetches yield them, so that a request with side effects has them once. What all routes of a service need,
such as its OpenAPI document, is sent once for the service.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection
from typing import Final, TypeVar

from hdrcli.fetch import STANDARD, HTTPRequest, HTTPResponse, Origin, UserAgent
from hdrcli.fetch.headers import Header
from hdrcli.fetch.network import Fetching
from hdrcli.fetch.preflight import permission
from hdrcli.fetch.safelist import SAFE_METHODS
from hdrcli.records.exchange import Exchange, Received, identity
from hdrcli.structs import replace
from hdrcli.wire.reading import is_read_alike, read_response
from hdrcli.wire.transport import Transport

T = TypeVar("T")
HeldRequests = tuple[HTTPRequest, HTTPRequest | None]
"""A request that was not sent; and if it is a preflight, the request that follows when the preflight allows it."""
OnRequest = Callable[[HTTPRequest, int], None]
"""Called with each request before it is sent, and with how many requests of the service that makes."""


_AGAIN: Final = 0
"""Stands for how many times a request was yielded, where it is sent whether or not it was."""


class Driver:
    """Sends the requests of one service, with the headers `added` those to its own `origins`."""

    def __init__(
        self,
        transport: Transport,
        on_request: OnRequest | None = None,
        *,
        added: tuple[Header, ...] = (),
        origins: Collection[Origin] = (),
    ) -> None:
        self._transport = transport
        self._on_request = on_request
        self._added = added
        self._origins = origins
        self._shared = _Memory(self)
        self.sent = 0
        """How many requests were sent."""

    def for_route(self, transport: Transport | None = None) -> RouteDriver:
        """A driver that remembers what is sent for one route, over a transport of its own if it has one."""
        return RouteDriver(_Memory(self, transport), self._shared, self._with_added)

    def _with_added(self, request: HTTPRequest) -> HTTPRequest:
        """The request with the headers that are sent to its origin. It may be made from one to another origin."""
        if not self._added:
            return request
        return replace(request, added=self._added if request.url.origin in self._origins else ())

    async def transmit(self, request: HTTPRequest, transport: Transport | None) -> Received:
        """Send a request, whether or not it was sent before, over this transport or else the service's."""
        self.sent += 1
        if self._on_request is not None:
            self._on_request(request, self.sent)
        return await (transport or self._transport).exchange(request)


class RouteDriver:
    """Sends the requests of one route, and numbers its exchanges from 1 in the order in which they are begun."""

    def __init__(self, own: _Memory, shared: _Memory, prepare: Callable[[HTTPRequest], HTTPRequest]) -> None:
        self._own = own
        self._shared = shared
        self._prepare = prepare
        self._numbers: dict[_Sent, int] = {}
        self._is_a_body_late = False

    async def run(
        self,
        fetching: Fetching[T],
        user_agent: UserAgent = STANDARD,
        holds: Callable[[HTTPRequest], bool] = lambda _: False,
        *,
        body_wanted: int = 0,
        error_body_wanted: int = 0,
    ) -> tuple[T | HeldRequests, tuple[Exchange, ...]]:
        """Run a fetch; its result, and every exchange it took, with the responses as `user_agent` reads them.

        A request that one fetch yields twice (a redirect to itself, a 421) is sent twice: the responses may differ.
        The fetch ends with the first request that `holds` says is not to be sent, unless it was sent for another fetch.
        `body_wanted` is how many bytes of bodies are of use, which the engine itself doesn't need; `error_body_wanted`
        is that of an error's body, for requests that can't be sent again to get it.
        """
        exchanges: list[Exchange] = []
        yielded: Counter[object] = Counter()
        try:
            request = self._prepare(next(fetching))
            while True:
                if body_wanted:
                    request = replace(request, body_wanted=body_wanted)
                if error_body_wanted and request.method not in SAFE_METHODS:
                    request = replace(request, error_body_wanted=error_body_wanted)
                key = identity(request)
                yielded[key] += 1
                if not self._own.has(key, yielded[key]) and holds(request):
                    return _held(fetching, request), tuple(exchanges)
                exchange = self._number(await self._own.send(request, (key, yielded[key])), user_agent)
                exchanges.append(exchange)
                request = self._prepare(fetching.send(exchange.response))
        except StopIteration as stop:
            return stop.value, tuple(exchanges)

    async def send(
        self, request: HTTPRequest, user_agent: UserAgent = STANDARD, *, for_service: bool = False, again: bool = False
    ) -> Exchange:
        """One request and its response; the same response for an equal request, unless it is to be sent `again`.

        `for_service` says that it may have been sent for another route of the service. After a body that did not come
        in time (an event stream has none until there is an event), the route's later responses come without theirs.
        """
        memory = self._shared if for_service else self._own
        if self._is_a_body_late:
            request = replace(request, body_wanted=0)
        sent = await memory.send(self._prepare(request), (identity(request), _AGAIN if again else 1))
        self._is_a_body_late |= sent.is_body_late
        return self._number(sent, user_agent)

    def received(self, exchange: Exchange, user_agent: UserAgent = STANDARD) -> Exchange:
        """An exchange of the service from before its routes were checked, as one of this route's."""
        return self._number(_Sent(exchange.request, exchange), user_agent)

    def _number(self, sent: _Sent, user_agent: UserAgent) -> Exchange:
        return sent.read_by(user_agent, self._numbers.setdefault(sent, len(self._numbers) + 1))


def _held(fetching: Fetching[T], request: HTTPRequest) -> HeldRequests:
    """End a fetch that has yielded a request; if that is a preflight, also what it would yield then."""
    try:
        return request, fetching.send(permission(request)) if request.purpose == "preflight" else None
    except StopIteration:
        return request, None
    finally:
        fetching.close()


class _Memory:
    """The requests that were sent, by what makes them equal and by how many times they were yielded."""

    def __init__(self, driver: Driver, transport: Transport | None = None) -> None:
        self._driver = driver
        self._transport = transport
        self._sent: dict[tuple[object, int], _Sent] = {}
        self._sending: dict[tuple[object, int], asyncio.Event] = {}

    def has(self, identity: object, times: int) -> bool:
        """Whether the request was sent."""
        return (identity, times) in self._sent

    async def send(self, request: HTTPRequest, key: tuple[object, int]) -> _Sent:
        """Send the request, unless it was sent before or is being sent.

        A response whose body was not wanted does not serve a request that wants the body.
        """
        while key in self._sending:
            await self._sending[key].wait()
        known = self._sent.get(key)
        if known is not None and known.request.body_wanted >= request.body_wanted:
            return known
        ended = self._sending[key] = asyncio.Event()
        try:
            known = self._sent[key] = _Sent(request, await self._driver.transmit(request, self._transport))
        finally:
            del self._sending[key]
            ended.set()
        return known


class _Sent:
    """A request that was sent, and how browsers read what was received: one exchange where they agree."""

    def __init__(self, request: HTTPRequest, received: Received) -> None:
        self.request = request
        self._received = received
        self._exchanges: dict[tuple[str, int], Exchange] = {}

    @property
    def is_body_late(self) -> bool:
        """Whether the time was up before all of the wanted body came."""
        response = self._received.response if isinstance(self._received, Exchange) else self._received
        return isinstance(response, HTTPResponse) and response.is_body_late

    def read_by(self, user_agent: UserAgent, number: int) -> Exchange:
        key = user_agent.name, number
        if key not in self._exchanges:
            read = self._read(user_agent)
            exchange = Exchange(  # `replace` would take four times as long, for each request
                request=read.request, response=read.response, interim=read.interim, raw=read.raw, number=number
            )
            alike = (known for known in self._exchanges.values() if known == exchange)
            self._exchanges[key] = next(alike, exchange)
        return self._exchanges[key]

    def _read(self, user_agent: UserAgent) -> Exchange:
        if not isinstance(self._received, Exchange):
            return Exchange(request=self.request, response=self._received)
        if self._received.raw is None or user_agent is STANDARD or is_read_alike(self._received):
            return self._received
        return read_response(self._received.raw, self.request, user_agent)
