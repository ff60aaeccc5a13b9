"""Audits a URL: tries the origins, as pages of a check."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final, Literal

from hdrcli.audit.judging import AuditFinding, Reading, all_can_read_with_cookies, is_public, judge, reading
from hdrcli.audit.planning import PlannedOrigin, can_have, plan
from hdrcli.audit.probes import FIRST, OTHERS
from hdrcli.checking.run import run
from hdrcli.checking.time_limit import TimeLimit
from hdrcli.fetch import NetworkError, Origin, parse_origin
from hdrcli.fetch.url import URL
from hdrcli.planning.callers import DEFAULT_BROWSERS
from hdrcli.planning.pages import parse_page
from hdrcli.planning.routes import Service, route_of, services_of
from hdrcli.records.errors import ExitStatus
from hdrcli.records.route import RouteRecord
from hdrcli.report.events import RequestSent, RouteChecked, ServiceChecked
from hdrcli.report.totals import failed_below_http, reaches
from hdrcli.reporters.phrases import failure_sentence
from hdrcli.settings import Settings
from hdrcli.stacks import ANY as ANY_STACK
from hdrcli.stacks import Stack
from hdrcli.structs import Record, replace
from hdrcli.wire.transport import Transport

Outcome = Literal["audited", "unreachable", "incomplete", "invalid"]

_COOKIE: Final = "hdrcli-probe=1"


class Audit(Record, frozen=True, kw_only=True):
    """What an audit of a URL found.

    `outcome` is "unreachable" without any response, "incomplete" if the time was up or the service stopped responding
    before all origins were tried, and "invalid" for a URL that browsers send no request to; `problem` then says why.
    `statuses` are those of the responses. `tried` are the origins, of `planned`; `public` says that any website can
    read the responses without cookies. `redirects` are the origins of other hosts, or on other
    ports, that the service redirects to; they were not requested.
    """

    url: str
    outcome: Outcome
    problem: str = ""
    stack: Stack = ANY_STACK
    requests: int = 0
    planned: int = 0
    tried: tuple[PlannedOrigin, ...] = ()
    public: bool = False
    statuses: tuple[int, ...] = ()
    redirects: tuple[str, ...] = ()
    findings: tuple[AuditFinding, ...] = ()


def planned_for(url: URL, settings: Settings) -> tuple[tuple[PlannedOrigin, ...], tuple[PlannedOrigin, ...]]:
    """The origins to try first, and the others. Raises `UsageError` for an invalid `--origin`."""
    pages = tuple(map(parse_page, settings.origins))
    browsers = settings.browsers or DEFAULT_BROWSERS

    def has_browser(planned: PlannedOrigin) -> bool:
        return any(can_have(_page(planned), name) for name in browsers)

    first = filter(has_browser, plan(FIRST, url.origin, pages))
    return tuple(first), tuple(filter(has_browser, plan(OTHERS, url.origin, pages)))


async def audit(
    url: URL,
    settings: Settings,
    network: Transport,
    on_request: Callable[[RequestSent], None] = lambda _: None,
) -> Audit:
    """Try the origins at a URL. Never raises for what the server does; raises `UsageError` as `planned_for`."""
    first, others = planned_for(url, settings)
    trial = _Trial(url, settings, network, TimeLimit(settings.max_time), on_request)
    await trial.try_origins([each for each in first if not each.probe.cookie])
    if trial.goes_on:
        await trial.try_origins([each for each in first if each.probe.cookie], cookie=_COOKIE)
    if trial.goes_on and not all_can_read_with_cookies(trial.readings):
        await trial.try_origins(others)
    return trial.result(planned=len(first) + len(others))


def exit_status(audits: Sequence[Audit], settings: Settings) -> ExitStatus:
    """2 for an invalid URL, or else 3 for a service without any response.

    Or else 1 if a finding reaches `--fail-on` or an audit is incomplete, or else 2 if no response could be judged, as
    all of them redirect to other hosts. Or else 0.
    """
    outcomes = {audit.outcome for audit in audits}
    if "invalid" in outcomes:
        return ExitStatus.USAGE
    if "unreachable" in outcomes:
        return ExitStatus.UNREACHABLE
    failing = (finding for audit in audits for finding in audit.findings)
    if "incomplete" in outcomes or any(reaches(finding.severity, settings.fail_on) for finding in failing):
        return ExitStatus.FAILED
    return ExitStatus.OK if all(audit.statuses for audit in audits) else ExitStatus.USAGE


class _Trial:
    """The origins that were tried at one URL so far."""

    def __init__(
        self,
        url: URL,
        settings: Settings,
        network: Transport,
        limit: TimeLimit,
        on_request: Callable[[RequestSent], None],
    ) -> None:
        self._url = url
        self._settings = settings
        self._network = network
        self._limit = limit
        self._on_request = on_request
        self._routes: list[RouteRecord] = []
        self._services: list[ServiceChecked] = []
        self._tried: list[PlannedOrigin] = []
        self.readings: list[Reading] = []
        self.goes_on = True
        """Whether the service responds, and there is time left."""

    async def try_origins(self, planned: Sequence[PlannedOrigin], cookie: str = "") -> None:
        """Fetch the URL from pages at these origins, with and without credentials."""
        settings = replace(
            self._settings,
            origins=tuple(each.origin for each in planned),
            credentials=("include",) if cookie else ("omit", "include"),
            cookies=(cookie,) if cookie else (),
            probe=False,
        )
        route = None
        happening = run(
            _only(self._service(settings)), settings, self._network, self._limit, on_request=self._on_request
        )
        async for event in happening:
            if isinstance(event, RouteChecked):
                route = event.route
            elif isinstance(event, ServiceChecked):
                self._services.append(event)
        if route is None:
            self.goes_on = False
            return
        self._routes.append(route)
        self._tried += planned if self._services[-1].requests else ()
        self.readings += [reading(each, _page(each), route.fetches) for each in planned]
        self.goes_on = route.has_response and not self._limit.forbids_more()

    def _service(self, settings: Settings) -> Service:
        (service,) = services_of([route_of(self._url, settings)], settings)
        home = {str(service.name), *(f"{scheme}://{self._url.host}" for scheme in ("http", "https"))}
        # Each request has a Host: so none is sent to a host that the user did not name.
        return replace(service, bound=frozenset({"host"}), home=frozenset(home))

    def result(self, *, planned: int) -> Audit:
        """What the origins so far come to."""
        held = dict.fromkeys(str(fetch.request.url.origin) for route in self._routes for fetch in route.held)
        responses = (fetch.response for route in self._routes for fetch in route.fetches)
        outcome = self._outcome()
        stacks = (service.stack for service in reversed(self._services) if service.stack is not ANY_STACK)
        return Audit(
            url=str(self._url.without_credentials()),
            outcome=outcome,
            problem="" if outcome == "audited" else self._problem(),
            stack=next(stacks, ANY_STACK),
            requests=sum(service.requests for service in self._services),
            planned=planned,
            tried=tuple(self._tried),
            public=is_public(self.readings),
            statuses=tuple(dict.fromkeys(response.status for response in responses if response is not None)),
            redirects=tuple(held),
            findings=judge(self.readings, [page for page in self._settings.origins if page != "null"]),
        )

    def _outcome(self) -> Outcome:
        if not sum(service.requests for service in self._services):
            return "incomplete" if self._limit.was_reached else "invalid"
        if not any(route.has_response for route in self._routes):
            return "incomplete" if self._limit.was_reached else "unreachable"
        has_all = not any(failed_below_http(fetch) for route in self._routes for fetch in route.fetches)
        return "audited" if self.goes_on and has_all else "incomplete"

    def _problem(self) -> str:
        if self._limit.was_reached:
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
