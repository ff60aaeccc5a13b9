"""Makes routes of the requests that pages send through the proxy.

Theory of operation. `take` is called with each request and its response. Those that belong together are put together,
as they are in a HAR: a preflight and the request that follows it, a redirect and the request that follows that. What
looks the same is counted only once: equal method, path, names in the query, page, browser, names of headers, status and
values of the CORS headers. Each new one is a route with a recording.

A preflight and a redirect are routes of their own, too, as nothing follows if the browser blocks the page there. If the
check of such a route finds that the browser goes on (`takes`), its record is dropped: the route that follows has it. If
that depends on the credentials mode, which the request does not show, what follows within a moment decides.

All that is kept has bounds: the routes, and the preflights and redirects that wait for what follows.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import Final, TypeVar

from hdrcli.fetch import Failure, NetworkError
from hdrcli.fetch.url import URL, is_loopback
from hdrcli.planning.routes import Route
from hdrcli.proxy.classifying import Sender, Unjudged, sender_of
from hdrcli.proxy.following import Answered
from hdrcli.proxy.requested import Requested, is_stored, requested_method, route_of
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.reporters.view import count, shown_path, shown_url
from hdrcli.structs import replace

MOST_ROUTES: Final = 1000
_MOST_WAITING: Final = 200
_MOST_HOPS: Final = 20
"""Redirects that a browser follows: https://fetch.spec.whatwg.org/#http-redirect-fetch."""

_SHOWN_AWAY: Final = 10

_MOMENT: Final = 3.0
"""Seconds in which a browser sends the request that a preflight allows, or follows a redirect."""

K = TypeVar("K")
V = TypeVar("V")


class Exchanges:
    """See the theory of operation, and `hdrcli.planning.routes.Live`.

    `upstream` is the URL of the service. `warn` gets a sentence for each place past the proxy that a redirect leads to.
    """

    def __init__(self, upstream: URL, warn: Callable[[str], None]) -> None:
        self._upstream = upstream
        self._warn = warn
        self._queue: asyncio.Queue[Route | None] = asyncio.Queue()
        self._preflights: OrderedDict[tuple[str, URL, str], Requested] = OrderedDict()
        self._redirected: OrderedDict[tuple[URL, tuple[str, ...]], Requested] = OrderedDict()
        self._undecided: dict[str, tuple[Route, asyncio.TimerHandle]] = {}
        self._away: dict[str, None] = {}
        self._sources: dict[object, str] = {}
        """The route of requests that look the same, by what they look like."""
        self._requested_by: dict[str, Requested] = {}
        self._not_reported: dict[str, Unjudged | None] = {}
        self._unjudged: Counter[Unjudged] = Counter()
        self.counts: Counter[str] = Counter()
        """How many requests each route stands for, by its source."""

    def take(self, answered: Answered) -> None:
        """Take a request with its response."""
        sender = sender_of(answered.request)
        if isinstance(sender, Unjudged):
            self._unjudged[sender] += 1
            return
        requested = self._requested(answered, sender)
        if is_stored(requested):
            self._unjudged[Unjudged.STORED] += 1
            return
        self._await_next(requested)
        source = self._sources.get(requested.identity)
        if source is None and len(self._sources) == MOST_ROUTES:
            self._unjudged[Unjudged.TOO_MANY] += 1
            return
        if source is None:
            source = self._sources[requested.identity] = f"request {len(self._sources) + 1}"
            self._requested_by[source] = requested
            self._queue.put_nowait(route_of(requested, source))
        self.counts[source] += 1

    def stop(self) -> None:
        """End the routes, after those that have come."""
        self._queue.put_nowait(None)

    async def routes(self) -> AsyncGenerator[Route]:
        """See `Live`."""
        while (route := await self._queue.get()) is not None:
            yield route
        for source in tuple(self._undecided):
            self._decide(source)
        while not self._queue.empty():
            if (route := self._queue.get_nowait()) is not None:
                yield route

    def takes(self, route: Route, record: RouteRecord) -> bool:
        """See `Live`."""
        goes_on = any(not held.caller.for_comparison for held in record.held) or any(
            _is_missing(fetch) for fetch in record.fetches if not fetch.caller.for_comparison
        )
        if not goes_on:
            return True
        requested = self._requested_by[route.source]
        leads_away = requested.next_url is not None and requested.next_url.origin != requested.url.origin
        self._not_reported[route.source] = Unjudged.AWAY if leads_away else None
        is_blocked_in_a_mode = any(
            fetch.outcome == "network-error" and not _is_missing(fetch) for fetch in record.fetches
        )
        if is_blocked_in_a_mode and not leads_away:
            timer = asyncio.get_running_loop().call_later(_MOMENT, self._decide, route.source)
            self._undecided[route.source] = route, timer
        return False

    def limits(self) -> Iterator[str]:
        """See `Live`."""
        unjudged = self._unjudged.copy()
        judged = [source for source in self.counts if source not in self._not_reported]
        for source, kind in self._not_reported.items():
            if kind is not None:
                unjudged[kind] += self.counts[source]
        requests = count(sum(self.counts[source] for source in judged), "request")
        yield f"Judged: {requests} that scripts of pages sent to another origin, as {count(len(judged), 'route')}."
        if unjudged:
            kinds = ", ".join(f"{number:,} {kind}" for kind, number in unjudged.items())
            yield f"Forwarded, but not judged: {count(unjudged.total(), 'request')} ({kinds})."
        yield from self._away

    def _requested(self, answered: Answered, sender: Sender) -> Requested:
        """The request with what belongs to it."""
        request = answered.request
        method = requested_method(answered)
        if method is not None:
            requested = Requested(sender=sender, chain=(), preflights=(answered,))
            _put(self._preflights, (sender.page, request.url, method), requested)
            return requested
        permitted = self._preflights.get((sender.page, request.url, request.method))
        own = () if permitted is None else permitted.preflights
        if permitted is not None:
            permitted.is_followed = True
        before = self._redirected.pop((request.url, sender.browsers), None)
        if before is None or sender.page not in {before.sender.page, "null"}:
            return Requested(sender=sender, chain=(answered,), preflights=own)
        before.is_followed = True
        chain, preflights = (*before.chain, answered), (*before.preflights, *own)
        return Requested(sender=before.sender, chain=chain, preflights=preflights)

    def _await_next(self, requested: Requested) -> None:
        """If the browser is redirected, expect its next request; warn if that will not come to the proxy."""
        url = requested.next_url
        if url is None:
            return
        if url.origin == requested.chain[-1].request.url.origin:
            if len(requested.chain) <= _MOST_HOPS:
                _put(self._redirected, (url, requested.sender.browsers), requested)
        elif _is_same_service(url, self._upstream) and len(self._away) < _SHOWN_AWAY:
            path, target = shown_path(str(requested.chain[-1].request.url)), shown_url(str(replace(url, query="")))
            sentence = (
                f"A redirect leads past the proxy: {requested.method} {path} to {target}. The service writes its own "
                "address into Location; with a path only, browsers stay at the proxy."
            )
            if sentence not in self._away:
                self._away[sentence] = None
                self._warn(sentence)

    def _decide(self, source: str) -> None:
        """If nothing followed, the browser has blocked the page: for the mode in which it does."""
        route, timer = self._undecided.pop(source)
        timer.cancel()
        if not self._requested_by[source].is_followed:
            del self._not_reported[source]
            self._queue.put_nowait(replace(route, credentials=("include",)))


def _is_missing(fetch: FetchRecord) -> bool:
    """Whether a fetch ended because the proxy has not seen what it would have sent next."""
    return isinstance(fetch.result, NetworkError) and fetch.result.failure is Failure.NOT_RECORDED


def _is_same_service(url: URL, upstream: URL) -> bool:
    """Whether a URL leads to the service itself, under any name of this machine."""
    hosts_alike = url.host == upstream.host or (is_loopback(url.host) and is_loopback(upstream.host))
    return hosts_alike and (url.scheme, url.effective_port) == (upstream.scheme, upstream.effective_port)


def _put(kept: OrderedDict[K, V], key: K, value: V) -> None:
    """Keep a value as the latest, and no more than a bound."""
    kept.pop(key, None)
    kept[key] = value
    if len(kept) > _MOST_WAITING:
        kept.popitem(last=False)
