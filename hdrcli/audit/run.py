"""Audits a URL: tries the origins, as pages of a check."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Final

from hdrcli.audit.evidence import evidence_of, is_on_local_network
from hdrcli.audit.judging import Reading, all_can_read_with_cookies, anyone_can_read, judge, reading
from hdrcli.audit.planning import PlannedOrigin, can_have, plan, plan_named
from hdrcli.audit.probes import FIRST, OTHERS
from hdrcli.audit.result import Audit, Outcome
from hdrcli.checking.run import run
from hdrcli.checking.time_limit import TimeLimit
from hdrcli.fetch import HTTPResponse, NetworkError, Origin, parse_origin
from hdrcli.fetch.headers import values_of
from hdrcli.fetch.url import URL
from hdrcli.planning.callers import DEFAULT_BROWSERS
from hdrcli.planning.pages import parse_page
from hdrcli.planning.routes import Service, route_of, services_of
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import RouteRecord
from hdrcli.report.events import RouteChecked, ServiceChecked
from hdrcli.report.totals import failed_below_http
from hdrcli.reporters.phrases import failure_sentence
from hdrcli.settings import Settings
from hdrcli.stacks import ANY as ANY_STACK
from hdrcli.structs import replace
from hdrcli.wire.transport import Transport

_COOKIE: Final = "hdrcli-probe=1"
_MOST_FAILURES: Final = 3
"""Origins in a row without a response, after which a service that responded counts as lost: firewalls refuse some."""


def planned_for(url: URL, settings: Settings) -> tuple[tuple[PlannedOrigin, ...], tuple[PlannedOrigin, ...]]:
    """The origins to try first, and the others. Raises `UsageError` for an invalid `--origin`."""
    pages = tuple(map(parse_page, settings.origins))
    browsers = settings.browsers or DEFAULT_BROWSERS

    def has_browser(planned: PlannedOrigin) -> bool:
        return any(can_have(_page(planned), name) for name in browsers)

    first = filter(has_browser, plan(FIRST, url.origin, pages))
    return tuple(first), tuple(filter(has_browser, plan(OTHERS, url.origin, pages)))


class Trial:
    """The audit of one URL: `run` tries the origins, and `result` is what they come to, even if it was cancelled."""

    def __init__(self, url: URL, settings: Settings, network: Transport) -> None:
        """Raises `UsageError` as `planned_for`."""
        self.url = url
        self._settings = settings
        self._network = network
        self._first, self._others = planned_for(url, settings)
        self._routes: list[RouteRecord] = []
        self._services: list[ServiceChecked] = []
        self._readings: list[Reading] = []
        self._is_local = False
        self._was_time_up = False
        self.has_ended = False
        self._failures_in_a_row = 0
        self._goes_on = True
        self.tried: list[PlannedOrigin] = []

    @property
    def planned(self) -> int:
        """How many origins there are to try."""
        return len(self._first) + len(self._others)

    async def run(self) -> None:
        """Try the origins, until the time is up or nothing new can be found. Never raises for what the server does."""
        limit = TimeLimit(self._settings.max_time)
        for planned in self._first:
            await self._try(planned, limit)
        if not all_can_read_with_cookies(self._readings):
            named = plan_named(self._allowed_origins(), self.url.origin, self._pages(), (*self._first, *self._others))
            self._others = (*self._others, *named)
            for planned in self._others:
                await self._try(planned, limit)
        if any(each.without_cookies for each in self._readings):
            self._is_local = await is_on_local_network(
                self.url, by_proxy=bool(self._settings.proxy), seconds=self._settings.timeout
            )
        self._was_time_up = limit.was_reached
        self.has_ended = True

    async def _try(self, planned: PlannedOrigin, limit: TimeLimit) -> None:
        """Fetch the URL from a page at this origin: in a run of its own, so that its result is there at once."""
        if not self._goes_on:
            return
        settings = replace(
            self._settings,
            origins=(planned.origin,),
            credentials=("include",) if planned.probe.cookie else ("omit", "include"),
            cookies=(_COOKIE,) if planned.probe.cookie else (),
            probe=False,
        )
        route = None
        async for event in run(_only(self._service(settings)), settings, self._network, limit):
            if isinstance(event, RouteChecked):
                route = event.route
            elif isinstance(event, ServiceChecked):
                self._services.append(event)
        if route is None:
            self._goes_on = False
            return
        self._routes.append(route)
        if self._services[-1].requests:
            self.tried.append(planned)
        self._readings.append(reading(planned, _page(planned), route.fetches))
        self._failures_in_a_row = 0 if route.has_response else self._failures_in_a_row + 1
        is_lost = self._failures_in_a_row in {len(self._routes), _MOST_FAILURES}
        self._goes_on = not is_lost and not limit.forbids_more()

    def _service(self, settings: Settings) -> Service:
        (service,) = services_of([route_of(self.url, settings)], settings)
        home = {str(service.name), *(f"{scheme}://{self.url.host}" for scheme in ("http", "https"))}
        # Each request has a Host: so none is sent to a host that the user did not name.
        return replace(service, bound=frozenset({"host"}), home=frozenset(home))

    def result(self) -> Audit:
        """What the origins so far come to."""
        held = dict.fromkeys(str(fetch.request.url.origin) for route in self._routes for fetch in route.held)
        evidence = evidence_of(self._responses(), is_local=self._is_local)
        outcome = self._outcome()
        stacks = (service.stack for service in reversed(self._services) if service.stack is not ANY_STACK)
        pages = [page for page in self._settings.origins if page != "null"]
        return Audit(
            url=str(self.url.without_credentials()),
            outcome=outcome,
            problem="" if outcome == "audited" else self._problem(),
            stack=next(stacks, ANY_STACK),
            requests=sum(service.requests for service in self._services),
            planned=self.planned,
            tried=tuple(self.tried),
            public=anyone_can_read(self._readings) and not self._is_local,
            local=self._is_local,
            statuses=tuple(dict.fromkeys(response.status for response in self._responses())),
            private_data=evidence.private_data,
            redirects=tuple(held),
            findings=judge(self._readings, pages, evidence),
        )

    def _pages(self) -> tuple[Origin, ...]:
        return tuple(map(parse_page, self._settings.origins))

    def _exchanges(self) -> Iterator[Exchange]:
        return (exchange for route in self._routes for fetch in route.fetches for exchange in fetch.exchanges)

    def _allowed_origins(self) -> Iterator[str]:
        for exchange in self._exchanges():
            if isinstance(exchange.response, HTTPResponse):
                yield from values_of("Access-Control-Allow-Origin", exchange.response.headers)

    def _responses(self) -> Iterator[HTTPResponse]:
        """The responses that fetches end with."""
        fetches = (fetch for route in self._routes for fetch in route.fetches)
        return (fetch.response for fetch in fetches if fetch.response is not None)

    def _outcome(self) -> Outcome:
        is_cut_short = self._was_time_up or not self.has_ended
        if not sum(service.requests for service in self._services):
            return "incomplete" if is_cut_short else "invalid"
        if not any(route.has_response for route in self._routes):
            return "incomplete" if is_cut_short else "unreachable"
        has_all = not any(failed_below_http(fetch) for route in self._routes for fetch in route.fetches)
        return "audited" if self._goes_on and has_all and self.has_ended else "incomplete"

    def _problem(self) -> str:
        if not self.has_ended:
            return "The audit was interrupted."
        if self._was_time_up:
            return f"The time limit of {self._settings.max_time:g} s was reached."
        fetches = [fetch for route in self._routes for fetch in route.fetches]
        failures = (fetch.result for fetch in (*filter(failed_below_http, fetches), *fetches))
        return next((failure_sentence(each) for each in failures if isinstance(each, NetworkError)), "")


def _page(planned: PlannedOrigin) -> Origin:
    page = parse_origin(planned.origin)
    if page is None:
        raise AssertionError("a planned origin is one")
    return page


async def _only(service: Service) -> AsyncIterator[Service]:
    yield service
