"""Checks one route: makes its fetches, judges its headers, sends its probes."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from hdrcli.checking.writes import WriteGuard, writes
from hdrcli.fetch import (
    USER_AGENTS,
    Failure,
    FetchParams,
    FilteredResponse,
    HTTPRequest,
    NetworkContext,
    NetworkError,
    Origin,
    TransportFailure,
    UserAgent,
    fetch,
    new_request,
)
from hdrcli.fetch.request import CredentialsMode, Request
from hdrcli.planning.callers import callers_of, cookie_store, request_init
from hdrcli.planning.probes import PROBES, plan_comparison
from hdrcli.planning.probes.probe import PlannedProbe, Planning
from hdrcli.planning.routes import Route, Service
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import Caller, FetchRecord, HeldFetch, Probe, RouteRecord, SkippedBrowser
from hdrcli.records.verdict import HeaderRecord
from hdrcli.settings import Settings
from hdrcli.verdict.exposure import judge_headers
from hdrcli.verdict.plain import is_plain
from hdrcli.wire.driver import Driver, RouteDriver

if TYPE_CHECKING:
    from hdrcli.browsers.page import RealBrowser


class RouteChecker:
    """Checks the routes of one service."""

    def __init__(
        self, settings: Settings, service: Service, driver: Driver, browsers: Mapping[str, RealBrowser]
    ) -> None:
        self._settings = settings
        self._service = service
        self._driver = driver
        self._browsers = browsers
        self._callers: dict[str, tuple[tuple[Caller, ...], tuple[SkippedBrowser, ...]]] = {}

    async def check(self, route: Route) -> RouteRecord:
        """Make the fetches of a route, judge its headers, and send its probes."""
        driver = self._driver.for_route()
        callers, skipped = self._callers_of(route)
        made, held = await self._fetch_for_all(route, callers, driver)
        fetches = self._with_quirks(route, made)
        headers = judge_headers(fetches)
        probes = tuple([probe async for probe in self._probe(fetches, headers, driver)])
        if self._browsers and (self._settings.repeat_writes or not writes(route.method)):
            fetches = tuple([await self._in_browser(route, fetch) for fetch in fetches])
        return RouteRecord(
            method=route.method,
            url=str(route.url.without_credentials()),
            fetches=fetches,
            headers=headers,
            probes=probes,
            skipped=skipped,
            source=route.source,
            held=held,
            preflight_only=route.preflight_only,
        )

    async def _fetch_for_all(
        self, route: Route, callers: tuple[Caller, ...], driver: RouteDriver
    ) -> tuple[tuple[FetchRecord, ...], tuple[HeldFetch, ...]]:
        """The fetches of all callers in order, and those that were held, so that one write is sent.

        The first caller that is not only for comparison sends it; fetches with an equal request share its response. A
        fetch that is plain is simulated once, and serves all browsers.
        """
        guard = WriteGuard(self._settings, preflight_only=route.preflight_only)
        made: dict[Caller, FetchRecord | HeldFetch] = {}
        plain: dict[tuple[Origin, CredentialsMode], FetchRecord] = {}
        for caller in sorted(callers, key=lambda caller: caller.for_comparison):
            alike = plain.get((caller.page, caller.credentials))
            if alike is not None:
                made[caller] = alike.with_caller(caller)
                continue
            record = made[caller] = await self._fetch(route, caller, driver, guard)
            if isinstance(record, FetchRecord) and is_plain(record, sets_headers=bool(route.headers)):
                plain[caller.page, caller.credentials] = record
        in_order = [made[caller] for caller in callers]
        return (
            tuple(fetch for fetch in in_order if isinstance(fetch, FetchRecord)),
            tuple(fetch for fetch in in_order if isinstance(fetch, HeldFetch)),
        )

    def _callers_of(self, route: Route) -> tuple[tuple[Caller, ...], tuple[SkippedBrowser, ...]]:
        origin = str(route.url.origin)
        if origin not in self._callers:
            self._callers[origin] = callers_of(self._settings, route.url)
        return self._callers[origin]

    async def _fetch(
        self, route: Route, caller: Caller, driver: RouteDriver, guard: WriteGuard
    ) -> FetchRecord | HeldFetch:
        request, context = self._begin(route, caller, USER_AGENTS[caller.browser])
        result: FilteredResponse | NetworkError
        exchanges: tuple[Exchange, ...] = ()
        dropped: tuple[str, ...] = ()
        if isinstance(request, NetworkError):
            result = request
        else:
            dropped = request.dropped_header_names
            fetching = fetch(FetchParams(request=request, context=context))
            ended, exchanges = await driver.run(fetching, context.user_agent, guard.for_fetch())
            if isinstance(ended, HTTPRequest):
                return HeldFetch(caller=caller, exchanges=exchanges, request=ended)
            result = ended
        return FetchRecord(
            caller=caller,
            exchanges=exchanges,
            result=result,
            dropped_header_names=dropped,
            cookies=context.cookies.initial_verdicts,
            set_cookies=tuple(context.cookies.set_verdicts),
        )

    def _begin(
        self, route: Route, caller: Caller, user_agent: UserAgent
    ) -> tuple[Request | NetworkError, NetworkContext]:
        settings = self._settings
        context = NetworkContext(
            user_agent=user_agent,
            cookies=cookie_store(settings, route.url, user_agent, time.time()),
            clock=time.monotonic,
            has_client_certificate=settings.cert is not None,
        )
        return new_request(request_init(settings, route, caller.credentials), caller.page, user_agent), context

    def _with_quirks(self, route: Route, fetches: tuple[FetchRecord, ...]) -> tuple[FetchRecord, ...]:
        if all(fetch.browser == fetches[0].browser for fetch in fetches) or _all_alike(fetches):
            return fetches
        from hdrcli.verdict.quirks import with_quirks

        def begin(record: FetchRecord, user_agent: UserAgent) -> tuple[Request | NetworkError, NetworkContext]:
            return self._begin(route, record.caller, user_agent)

        return with_quirks(fetches, begin)

    async def _probe(
        self, fetches: tuple[FetchRecord, ...], headers: tuple[HeaderRecord, ...], driver: RouteDriver
    ) -> AsyncIterator[Probe]:
        if not fetches:
            return
        # The browser that reads the response which the probes are compared with.
        reader = USER_AGENTS[next((fetch for fetch in fetches if fetch.response is not None), fetches[0]).browser]

        async def send(probe: PlannedProbe) -> Probe:
            document = self._service.document
            if probe.kind != "openapi":
                exchange = await driver.send(probe.request, reader)
            elif document is not None and document.request.url.origin == probe.request.url.origin:
                exchange = driver.received(document, reader)
            else:
                exchange = await driver.send(probe.request, reader, for_service=True)
            return Probe(kind=probe.kind, origin=probe.origin, exchange=exchange)

        planning = Planning(fetches, headers)
        for planned in chain.from_iterable(module.plan(planning) for module in PROBES if self._settings.probe):
            probe = await send(planned)
            planning.sent.append(probe)
            yield probe
            if _has_timed_out(probe):
                break  # each further one may take as long
        if self._service.compared is not None:
            for planned in plan_comparison(fetches, self._service.compared):
                yield await send(planned)

    async def _in_browser(self, route: Route, record: FetchRecord) -> FetchRecord:
        """The fetch, with what the real browser does of the same name."""
        real = self._browsers.get(record.browser)
        if real is None:
            return record
        settings = self._settings
        init = request_init(settings, route, record.credentials)
        timeout = settings.timeout * max(1, len(record.exchanges))  # the setting is for one exchange
        stored = cookie_store(settings, route.url, USER_AGENTS[record.browser], time.time()).content
        # Playwright and WebDriver BiDi store a cookie where every page's fetches have it.
        cookies = [cookie for cookie in stored if cookie.is_in_partition_of(record.page)]
        return replace(record, in_browser=await real.fetch(record.page, init, cookies, timeout))


def _has_timed_out(probe: Probe) -> bool:
    """Whether the route did not respond in time; the OpenAPI document is not the route's."""
    response = probe.exchange.response
    return probe.kind != "openapi" and isinstance(response, TransportFailure) and response.failure is Failure.TIMEOUT


def _all_alike(fetches: tuple[FetchRecord, ...]) -> bool:
    return all(fetch.result == fetches[0].result for fetch in fetches)
