"""Checks one route: makes its fetches, judges its headers, sends its probes."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Final

from hdrcli.checking.time_limit import TimeLimit
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
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.request import CredentialsMode, Request
from hdrcli.planning.callers import callers_of, cookie_store, request_init
from hdrcli.planning.probes import PROBES, plan_comparison, plan_repetition
from hdrcli.planning.probes.probe import BODY_SIZE, PlannedProbe, Planning
from hdrcli.planning.routes import ARGUMENT, Route, Service
from hdrcli.records.exchange import Exchange
from hdrcli.records.location import Raised
from hdrcli.records.route import Caller, FetchRecord, HeldFetch, Probe, RouteRecord, SkippedBrowser, is_enumerated
from hdrcli.settings import Settings
from hdrcli.structs import replace
from hdrcli.verdict.exposure import judge_headers
from hdrcli.verdict.plain import is_over_http2, is_plain
from hdrcli.wire.driver import Driver, RouteDriver

if TYPE_CHECKING:
    from hdrcli.browsers.page import RealBrowser


_PROBED_TIMEOUTS: Final = 2.5
"""No probe is begun when a route takes longer than so many timeouts: a server may let each request take almost one."""


class RouteChecker:
    """Checks the routes of one service."""

    def __init__(
        self,
        settings: Settings,
        service: Service,
        driver: Driver,
        browsers: Mapping[str, RealBrowser],
        limit: TimeLimit,
    ) -> None:
        self._settings = settings
        self._service = service
        self._driver = driver
        self._browsers = browsers
        self._limit = limit
        self._callers: dict[object, tuple[tuple[Caller, ...], tuple[SkippedBrowser, ...]]] = {}

    async def check(self, route: Route) -> RouteRecord | None:
        """Make the fetches of a route, judge its headers, and send its probes.

        If the time limit is reached before all fetches are made, the result is None; after that, the rest is omitted.
        """
        if self._limit.forbids_more():
            return None
        driver = self._driver.for_route(route.transport)
        callers, skipped = self._callers_of(route)
        end_of_probes = time.monotonic() + _PROBED_TIMEOUTS * self._settings.timeout
        made = None
        async with self._limit.ending():
            made = await self._fetch_for_all(route, callers, driver)
        if made is None:
            return None
        fetches = list(self._with_quirks(route, made[0]))
        planning = Planning(tuple(fetches), judge_headers(tuple(fetches)), finds_page=self._finds_page(route))
        has_all_probes = False
        async with self._limit.ending():
            has_all_probes = await self._probe(planning, driver, end_of_probes)
            if self._browsers and self._service.probes and (self._settings.repeat_writes or not writes(route.method)):
                for index, fetch in enumerate(fetches):
                    fetches[index] = await self._in_browser(route, fetch)
        return RouteRecord(
            method=route.method,
            url=str(route.url.without_credentials()),
            fetches=tuple(fetches),
            headers=planning.headers,
            probes=tuple(planning.sent),
            has_all_probes=has_all_probes,
            skipped=skipped,
            source=route.source,
            held=made[1],
            page_headers=route.headers,
            body=route.body,
            preflight_only=route.preflight_only,
            expectations=route.expectations,
            step=route.step,
            raised=self._raised(made[0]),
        )

    def _finds_page(self, route: Route) -> bool:
        """Whether it is a URL that the user named on the command line, or the first route of a service's document."""
        return route.source == ARGUMENT or (is_enumerated(route.source) and list(self._service.routes[:1]) == [route])

    def _raised(self, fetches: Sequence[FetchRecord]) -> Raised | None:
        """What the fetches' requests raised first in the service."""
        source = self._service.source
        if source is None:
            return None
        requests = dict.fromkeys(
            (each.request.method, str(each.request.url)) for fetch in fetches for each in fetch.exchanges
        )
        return next(filter(None, (source.exception(*request) for request in requests)), None)

    async def _fetch_for_all(
        self, route: Route, callers: tuple[Caller, ...], driver: RouteDriver
    ) -> tuple[tuple[FetchRecord, ...], tuple[HeldFetch, ...]]:
        """The fetches of all callers in order, and those that were held, so that one write is sent.

        The first caller that is not only for comparison sends it; fetches with an equal request share its response. A
        fetch that is plain is simulated once, and serves all browsers.
        """
        guard = WriteGuard(self._settings_of(route), preflight_only=route.preflight_only)
        made: dict[Caller, FetchRecord | HeldFetch] = {}
        plain: dict[tuple[Origin, CredentialsMode, bool], FetchRecord] = {}
        for caller in sorted(callers, key=lambda caller: caller.for_comparison):
            adds_header = USER_AGENTS[caller.browser].http2.http2_header_added
            alike = plain.get((caller.page, caller.credentials, adds_header))
            if alike is not None:
                made[caller] = alike.with_caller(caller)
                continue
            record = made[caller] = await self._fetch(route, caller, driver, guard)
            if isinstance(record, FetchRecord) and is_plain(
                record,
                sets_headers=bool(route.headers),
                is_page_public=self._settings.page_address_space == "public",
            ):
                for each in {adds_header} if is_over_http2(record) else {True, False}:
                    plain[caller.page, caller.credentials, each] = record
        in_order = [made[caller] for caller in callers]
        return (
            tuple(fetch for fetch in in_order if isinstance(fetch, FetchRecord)),
            tuple(fetch for fetch in in_order if isinstance(fetch, HeldFetch)),
        )

    def _callers_of(self, route: Route) -> tuple[tuple[Caller, ...], tuple[SkippedBrowser, ...]]:
        key = route.url.origin, route.pages, route.cookies, route.credentials, route.browsers
        if key not in self._callers:
            self._callers[key] = callers_of(self._settings_of(route), route.url)
        return self._callers[key]

    def _settings_of(self, route: Route) -> Settings:
        """The settings, with the route's own where they name none. A request that was recorded is not sent again."""
        settings = self._settings
        if not (route.pages or route.cookies or route.credentials or route.browsers or route.transport):
            return settings
        return replace(
            settings,
            origins=settings.origins or route.pages,
            cookies=(*route.cookies, *settings.cookies),
            credentials=settings.credentials or route.credentials,
            browsers=settings.browsers or route.browsers,
            repeat_writes=settings.repeat_writes or route.transport is not None,
        )

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
            params = FetchParams(request=request, context=context)
            if route.has_permission:
                params.preflight_cache.permit(request, context.user_agent.preflight, context.clock())
            fetching = fetch(params)
            holds = guard.for_fetch()
            ended, exchanges = await driver.run(
                fetching,
                context.user_agent,
                lambda sent: bool(self._kept_headers(route, sent)) or holds(sent),
                body_wanted=route.body_wanted,
                error_body_wanted=BODY_SIZE,
            )
            if isinstance(ended, tuple):
                held, following = ended
                kept = self._kept_headers(route, held)
                return HeldFetch(
                    caller=caller, exchanges=exchanges, request=held, following=following, kept_headers=kept
                )
            result = ended
        return FetchRecord(
            caller=caller,
            exchanges=exchanges,
            result=result,
            dropped_header_names=dropped,
            cookies=context.cookies.initial_verdicts,
            set_cookies=tuple(context.cookies.set_verdicts),
        )

    def _kept_headers(self, route: Route, request: HTTPRequest) -> tuple[str, ...]:
        """The headers of a request that its origin must not get: a route or a redirect leads away from home."""
        home = self._service.home or {str(route.url.origin)}
        if not self._service.bound or str(request.url.origin) in home:
            return ()
        return tuple(name for name, _ in request.headers if byte_lowercase(name) in self._service.bound)

    def _begin(
        self, route: Route, caller: Caller, user_agent: UserAgent
    ) -> tuple[Request | NetworkError, NetworkContext]:
        settings = self._settings_of(route)
        context = NetworkContext(
            user_agent=user_agent,
            cookies=cookie_store(settings, route.url, user_agent, time.time()),
            clock=time.monotonic,
            has_client_certificate=settings.cert is not None,
            page_address_space=settings.page_address_space,
        )
        return new_request(request_init(settings, route, caller.credentials), caller.page, user_agent), context

    def _with_quirks(self, route: Route, fetches: tuple[FetchRecord, ...]) -> tuple[FetchRecord, ...]:
        if all(fetch.browser == fetches[0].browser for fetch in fetches) or _all_alike(fetches):
            return fetches
        from hdrcli.verdict.quirks import with_quirks

        def begin(record: FetchRecord, user_agent: UserAgent) -> tuple[Request | NetworkError, NetworkContext]:
            return self._begin(route, record.caller, user_agent)

        return with_quirks(fetches, begin)

    async def _probe(self, planning: Planning, driver: RouteDriver, end: float) -> bool:
        """Send the probes that `planning` then has; returns whether all were sent that there are.

        After one that has timed out, no other is sent, as each may take as long; nor is any after `end`.
        """
        if not planning.fetches:
            return True
        is_complete = True
        is_probed = self._settings.probe and self._service.probes
        for planned in chain.from_iterable(module.plan(planning) for module in PROBES if is_probed):
            is_complete = time.monotonic() < end and not _has_timed_out(planning.sent)
            if not is_complete:
                break
            await self._send(planned, planning, driver)
        for planned in plan_repetition(planning):
            await self._send(planned, planning, driver)
        if self._service.compared is not None:
            for planned in plan_comparison(planning.fetches, self._service.compared):
                await self._send(planned, planning, driver)
        return is_complete

    async def _send(self, planned: PlannedProbe, planning: Planning, driver: RouteDriver) -> None:
        fetches = planning.fetches
        # The browser that reads the response which the probes are compared with.
        reader = USER_AGENTS[next((fetch for fetch in fetches if fetch.response is not None), fetches[0]).browser]
        document = self._service.document
        if planned.kind != "openapi":
            exchange = await driver.send(planned.request, reader, again=planned.kind == "repeated")
        elif document is not None and document.request.url.origin == planned.request.url.origin:
            exchange = driver.received(document, reader)
        else:
            exchange = await driver.send(planned.request, reader, for_service=True)
        planning.sent.append(Probe(kind=planned.kind, origin=planned.origin, exchange=exchange))

    async def _in_browser(self, route: Route, record: FetchRecord) -> FetchRecord:
        """The fetch, with what the real browser does of the same name."""
        real = self._browsers.get(record.browser)
        if real is None:
            return record
        settings = self._settings_of(route)
        init = request_init(settings, route, record.credentials)
        timeout = settings.timeout * max(1, len(record.exchanges))  # the setting is for one exchange
        stored = cookie_store(settings, route.url, USER_AGENTS[record.browser], time.time()).content
        # Playwright and WebDriver BiDi store a cookie where every page's fetches have it.
        cookies = [cookie for cookie in stored if cookie.is_in_partition_of(record.page)]
        return replace(record, in_browser=await real.fetch(record.page, init, cookies, timeout))


def _has_timed_out(probes: Sequence[Probe]) -> bool:
    """Whether the route did not respond to the last probe in time; the OpenAPI document is not the route's."""
    if not probes or probes[-1].kind == "openapi":
        return False
    response = probes[-1].exchange.response
    return isinstance(response, TransportFailure) and response.failure is Failure.TIMEOUT


def _all_alike(fetches: tuple[FetchRecord, ...]) -> bool:
    return all(fetch.result == fetches[0].result for fetch in fetches)
