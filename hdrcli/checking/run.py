"""Checks services: routes in, events out.

A run takes one service after the other. Routes of a service are checked at once, at most `concurrency` of them, each by
a task of its own that sends one request at a time: so there are never more connections to the service than that.
Routes end in any order; a bounded buffer puts them back into theirs, so that a run reports the same whatever is checked
at once, and memory does not grow with the number of routes. What a route found is then handed on as an event and
forgotten, except for what the service's findings need.

When the time limit is reached, no more routes are begun, and those that are being checked end. One whose fetches are
made is reported with the probes that were sent until then; the others are only counted.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable, Iterator, Mapping
from contextlib import aclosing
from itertools import takewhile
from typing import TYPE_CHECKING

from hdrcli.checking.ordering import in_order, in_sequence, one_by_one
from hdrcli.checking.route import RouteChecker
from hdrcli.checking.time_limit import TimeLimit
from hdrcli.fetch import (
    HTTPRequest,
    HTTPResponse,
)
from hdrcli.planning.routes import Live, Service
from hdrcli.planning.sent_headers import sent_headers
from hdrcli.records.errors import UsageError
from hdrcli.records.route import RouteRecord
from hdrcli.report.events import (
    Event,
    FindingsSoFar,
    RequestSent,
    RouteChecked,
    RunEnded,
    ServiceChecked,
    ServiceStarted,
)
from hdrcli.report.locations import with_locations
from hdrcli.report.totals import Tally
from hdrcli.rules import ServiceFindings, selected
from hdrcli.rules.finding import Finding
from hdrcli.settings import Settings
from hdrcli.stacks import Recogniser, Stack, stack_by_name
from hdrcli.structs import Record, replace
from hdrcli.verdict.expectations import expected_of, unmet_expectations
from hdrcli.wire.driver import Driver
from hdrcli.wire.transport import Transport

if TYPE_CHECKING:
    from hdrcli.browsers.page import RealBrowser
    from hdrcli.report.baseline import Baseline
    from hdrcli.report.client import ClientTally


async def run(
    services: AsyncIterable[Service],
    settings: Settings,
    transport: Transport,
    limit: TimeLimit,
    *,
    browsers: Mapping[str, RealBrowser] | None = None,
    baseline: Baseline | None = None,
    on_request: Callable[[RequestSent], None] | None = None,
) -> AsyncGenerator[Event]:
    """Check services one after the other, over `transport` unless they have their own, and yield what happens.

    `browsers` are the real browsers that make their fetches, too; `baseline` is saved at the end if the settings want
    it. RequestSent events are yielded nowhere, but passed to `on_request` before the request is sent: a consumer of
    events may be slower than the network.
    """
    tally = Tally(settings)
    checker = _ServiceChecker(settings, transport, limit, browsers or {}, baseline, on_request, tally)
    async for service in _opened_in_time(services, limit):
        if limit.forbids_more():
            tally.add_unchecked(len(service.routes))
            continue
        async with aclosing(checker.check(service)) as happening:
            async for event in happening:
                yield event
    stale = 0 if baseline is None or settings.baseline_prune else baseline.stale
    problem = ""
    if baseline is not None and (settings.baseline_update or settings.baseline_prune):
        try:
            baseline.save(update=settings.baseline_update, prune=settings.baseline_prune)
        except UsageError as error:  # the reports are still to be written
            problem = str(error)
    yield RunEnded(totals=tally.totals(is_time_up=limit.was_reached, stale=stale, baseline_problem=problem))


class _ServiceChecker(Record, frozen=True):
    """Checks the services of a run."""

    settings: Settings
    transport: Transport
    limit: TimeLimit
    browsers: Mapping[str, RealBrowser]
    baseline: Baseline | None
    on_request: Callable[[RequestSent], None] | None
    tally: Tally

    async def check(self, service: Service) -> AsyncGenerator[Event]:
        """Check one service."""
        limit, settings = self.limit, service.settings or self.settings
        yield ServiceStarted(service=service.name, routes=len(service.routes))
        origins = {route.url.origin for route in service.routes} if settings.send else ()
        driver = Driver(
            service.transport or self.transport,
            self._sending(service.name),
            added=sent_headers(settings),
            origins=origins,
        )
        checker = RouteChecker(settings, service, driver, self.browsers, limit)
        checked = _CheckedService(self, service, driver)
        async with aclosing(self._records(service, checker)) as records:
            async for route in records:
                if route is not None:
                    yield checked.add(route)
                    if service.live is not None:
                        yield checked.so_far()
        yield checked.end()

    def _records(self, service: Service, checker: RouteChecker) -> AsyncGenerator[RouteRecord | None]:
        if service.live is not None:
            return _live_records(service.live, checker)
        if service.sequence is not None:
            return in_sequence(checker.check, service.sequence.routes())
        settings, limit = service.settings or self.settings, self.limit
        begun = takewhile(lambda _: not limit.forbids_more(), service.routes)
        if settings.concurrency == 1 and not self.browsers:  # drivers of browsers may hold a cancellation back
            return one_by_one(checker.check, begun)
        return in_order(checker.check, begun, settings.concurrency)

    def _sending(self, service: str) -> Callable[[HTTPRequest, int], None] | None:
        on_request = self.on_request
        if on_request is None:
            return None

        def sending(request: HTTPRequest, number: int) -> None:
            on_request(RequestSent(service=service, method=request.method, url=str(request.url), number=number))

        return sending


class _CheckedService:
    """What the routes of a service come to: takes one after the other, and ends with the findings."""

    def __init__(self, run: _ServiceChecker, service: Service, driver: Driver) -> None:
        self._run = run
        self._service = service
        self._driver = driver
        self._settings = service.settings or run.settings
        self._found = ServiceFindings(service.name, self._settings)
        self._recogniser = Recogniser()
        self._number = 0
        self._has_response = False
        self._client: ClientTally | None = None
        if service.profile is not None and not run.settings.dry_run:
            from hdrcli.report.client import ClientTally

            self._client = ClientTally(service.profile, self._settings)

    def add(self, route: RouteRecord) -> RouteChecked:
        """Take the next route."""
        self._number += 1
        self._has_response = self._has_response or route.has_response
        self._found.add(route)
        if self._client is not None:
            self._client.add(route)
        for response in _responses(route):
            self._recogniser.add(response)
        expected = expected_of(self._run.settings, route)
        unmet = unmet_expectations(expected.headers, route, expected.statuses)
        self._run.tally.add_route(route, len(unmet))
        return RouteChecked(service=self._service.name, number=self._number, route=route, unmet=unmet)

    def so_far(self) -> FindingsSoFar:
        """The findings of the routes until now."""
        findings = self._selected(self._found.so_far())
        return FindingsSoFar(service=self._service.name, stack=self._stack, findings=findings)

    def end(self) -> ServiceChecked:
        """Count the service, and merge its findings."""
        service, sent = self._service, self._driver.sent
        is_unreachable = bool(service.problem) or (self._number > 0 and sent > 0 and not self._has_response)
        skipped = (*service.skipped, *(() if service.sequence is None else service.sequence.skipped))
        planned = len(service.routes) if service.live is None else self._number
        unchecked = planned - self._number - (len(skipped) - len(service.skipped))
        findings = self._findings(is_complete=not unchecked and not is_unreachable)
        tally = self._run.tally
        tally.add_unchecked(unchecked)
        tally.add_service(
            findings,
            requests=service.requests + sent,
            recorded=0 if service.probes else sent,
            skipped=len(skipped),
            ignored=self._found.ignored,
            is_unreachable=is_unreachable,
        )
        return ServiceChecked(
            service=service.name,
            routes=self._number,
            requests=service.requests + sent,
            is_unreachable=is_unreachable,
            stack=self._stack,
            findings=findings,
            skipped=skipped,
            limits=(*service.limits, *(() if service.live is None else service.live.limits())),
            problem=service.problem,
            client=None if self._client is None else self._client.result(findings),
        )

    @property
    def _stack(self) -> Stack:
        named_stack = None if self._settings.stack is None else stack_by_name(self._settings.stack)
        return named_stack or stack_by_name(self._service.stack) or self._recogniser.recognised.stack

    def _selected(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        settings = self._run.settings
        is_selected = selected(settings.select, settings.ignore)
        return tuple(with_locations(finding, self._service.source) for finding in findings if is_selected(finding.code))

    def _findings(self, *, is_complete: bool) -> tuple[Finding, ...]:
        """The selected findings, those of the baseline marked; all are, where they go into it."""
        settings, baseline = self._run.settings, self._run.baseline
        findings = self._selected(self._found.findings())
        if baseline is None:
            return findings
        if is_complete:
            baseline.add(self._service.name, findings)
        return tuple(
            replace(finding, is_known=settings.baseline_update or baseline.knows(finding)) for finding in findings
        )


async def _live_records(live: Live, checker: RouteChecker) -> AsyncGenerator[RouteRecord]:
    """The records of routes that come while the run goes on, in their order."""
    async with aclosing(live.routes()) as routes:
        async for route in routes:
            record = await checker.check(route)
            if record is not None and live.takes(route, record):
                yield record


async def _opened_in_time(services: AsyncIterable[Service], limit: TimeLimit) -> AsyncGenerator[Service]:
    """The services until the time is up; to open one may take long."""
    opening = aiter(services)
    while True:
        service = None
        async with limit.ending():
            service = await anext(opening, None)
        if service is None:
            return
        yield service


def _responses(route: RouteRecord) -> Iterator[HTTPResponse]:
    """The responses to fetches, preflights and probes, each once."""
    exchanges = {exchange.number: exchange for exchange in route.exchanges}
    exchanges |= {probe.exchange.number: probe.exchange for probe in route.probes}
    for exchange in exchanges.values():
        if isinstance(exchange.response, HTTPResponse):
            yield exchange.response
