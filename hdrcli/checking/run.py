"""Checks services: routes in, events out.

A run takes one service after the other. Routes of a service are checked at once, at most `concurrency` of them, each by
a task of its own that sends one request at a time: so there are never more connections to the service than that.
Routes end in any order; a bounded buffer puts them back into theirs, so that a run reports the same whatever is checked
at once, and memory does not grow with the number of routes. What a route found is then handed on as an event and
forgotten, except for what the service's findings need.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterator, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING

from hdrcli.checking.ordering import in_order
from hdrcli.checking.route import RouteChecker
from hdrcli.fetch import (
    HTTPRequest,
    HTTPResponse,
)
from hdrcli.planning.routes import Service
from hdrcli.records.route import RouteRecord
from hdrcli.report.events import Event, RequestSent, RouteChecked, RunEnded, ServiceChecked, ServiceStarted
from hdrcli.report.locations import with_locations
from hdrcli.report.totals import Tally
from hdrcli.rules import ServiceFindings, selected
from hdrcli.settings import Settings
from hdrcli.stacks import Recogniser, stack_by_name
from hdrcli.verdict.expectations import unmet_expectations
from hdrcli.wire.driver import Driver
from hdrcli.wire.transport import Transport

if TYPE_CHECKING:
    from hdrcli.browsers.page import RealBrowser


async def run(
    services: AsyncIterable[Service],
    settings: Settings,
    transport: Transport,
    browsers: Mapping[str, RealBrowser] | None = None,
    on_request: Callable[[RequestSent], None] = lambda _: None,
) -> AsyncGenerator[Event]:
    """Check services one after the other, over `transport` unless they have their own, and yield what happens.

    `browsers` are the real browsers that make their fetches, too. RequestSent events are yielded nowhere, but passed to
    `on_request` before the request is sent: a consumer of events may be slower than the network.
    """
    tally = Tally(settings)
    is_selected = selected(settings.select, settings.ignore)
    named_stack = None if settings.stack is None else stack_by_name(settings.stack)
    async for service in services:
        yield ServiceStarted(service=service.name, routes=len(service.routes))

        def sending(request: HTTPRequest, number: int, name: str = service.name) -> None:
            on_request(RequestSent(service=name, method=request.method, url=str(request.url), number=number))

        driver = Driver(service.transport or transport, sending)
        checker = RouteChecker(settings, service, driver, browsers or {})
        found = ServiceFindings(service.name, settings)
        recogniser = Recogniser()
        number, has_response = 0, False
        async with aclosing(in_order(checker.check, service.routes, settings.concurrency)) as routes:
            async for route in routes:
                number += 1
                has_response = has_response or route.has_response
                found.add(route)
                for response in _responses(route):
                    recogniser.add(response)
                unmet = unmet_expectations(settings.expectations, route, settings.expect_status)
                tally.add_route(route, len(unmet))
                yield RouteChecked(service=service.name, number=number, route=route, unmet=unmet)
        findings = tuple(
            with_locations(finding, service.source) for finding in found.findings() if is_selected(finding.code)
        )
        is_unreachable = bool(service.problem) or (driver.sent > 0 and not has_response)
        requests = service.requests + driver.sent
        tally.add_service(findings, requests=requests, skipped=len(service.skipped), is_unreachable=is_unreachable)
        yield ServiceChecked(
            service=service.name,
            routes=number,
            requests=requests,
            is_unreachable=is_unreachable,
            stack=named_stack or stack_by_name(service.stack) or recogniser.recognised.stack,
            findings=findings,
            skipped=service.skipped,
            limits=service.limits,
            problem=service.problem,
        )
    yield RunEnded(totals=tally.totals)


def _responses(route: RouteRecord) -> Iterator[HTTPResponse]:
    """The responses to fetches, preflights and probes, each once."""
    exchanges = {exchange.number: exchange for exchange in route.exchanges}
    exchanges |= {probe.exchange.number: probe.exchange for probe in route.probes}
    for exchange in exchanges.values():
        if isinstance(exchange.response, HTTPResponse):
            yield exchange.response
