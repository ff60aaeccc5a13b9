"""A whole run in memory, for the library and for formats that are written at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from hdrcli.fetch.request import CredentialsMode
from hdrcli.records.errors import ExitStatus
from hdrcli.records.expectation import UnmetExpectation
from hdrcli.records.route import FetchRecord, RouteRecord, SkippedRoute
from hdrcli.report.events import Event, RouteChecked, RunEnded, ServiceChecked
from hdrcli.report.totals import Totals
from hdrcli.rules.finding import Finding
from hdrcli.stacks import Stack
from hdrcli.structs import Record
from hdrcli.text.escaping import printable

if TYPE_CHECKING:
    from hdrcli.report.client import ClientResult

SCHEMA: Final = "hdrcli/report@2"
"""The name and the version of the format that JSON reports have."""


class ServiceReport(Record, frozen=True, kw_only=True):
    """One service: its routes in order, and its findings, whose fixes are for `stack`; `client` as for a profile."""

    name: str
    routes: tuple[RouteRecord, ...]
    unmet: tuple[UnmetExpectation, ...]
    findings: tuple[Finding, ...]
    stack: Stack
    requests: int
    is_unreachable: bool
    skipped: tuple[SkippedRoute, ...] = ()
    limits: tuple[str, ...] = ()
    problem: str = ""
    client: ClientResult | None = None


class Report(Record, frozen=True, kw_only=True):
    """One run of `check`: its services with their routes, and the counts that decide the exit status.

    `readable` answers the usual question; `routes`, `fetches`, `findings` and `unmet` are those of all services.
    """

    services: tuple[ServiceReport, ...]
    totals: Totals

    def __repr__(self) -> str:
        """The fields, with the servers' text escaped: test runners print it to the log of a CI system."""
        return printable(f"Report(services={self.services!r}, totals={self.totals!r})")

    @property
    def routes(self) -> tuple[RouteRecord, ...]:
        """The routes of all services."""
        return tuple(route for service in self.services for route in service.routes)

    @property
    def fetches(self) -> tuple[FetchRecord, ...]:
        """The fetches of all routes."""
        return tuple(fetch for route in self.routes for fetch in route.fetches)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of all services."""
        return tuple(finding for service in self.services for finding in service.findings)

    @property
    def unmet(self) -> tuple[UnmetExpectation, ...]:
        """The unmet expectations of all services."""
        return tuple(unmet for service in self.services for unmet in service.unmet)

    def readable(
        self,
        name: str,
        *,
        origin: str | None = None,
        method: str | None = None,
        url: str | None = None,
        browser: str | None = None,
        credentials: CredentialsMode | None = None,
    ) -> bool:
        """Whether JavaScript can read the response header `name`, in any case.

        The answer is about every fetch of the report, as with `--expect-readable`, or those of one page (`origin`), one
        route (`method`, and `url` in full or from its path on), one browser ("chromium") or one credentials mode.
        False if one of them does not let JavaScript read it, or has no such header. Fetches that are only for
        comparison count only if their mode is named.

        Raises `LookupError`, which says what there is, if the report has no such fetch.
        """
        from hdrcli.report.questions import Question  # no run of the program asks one

        question = Question(origin=origin, method=method, url=url, browser=browser, credentials=credentials)
        return question.is_readable(name, self.routes)

    @property
    def exit_status(self) -> ExitStatus:
        """The exit status that `hdrcli check` ends with."""
        return self.totals.exit_status


class Collector(Struct):
    """Collects events into a report; `report` is None until the run has ended."""

    report: Report | None = None
    _services: list[ServiceReport] = field(default_factory=list)
    _routes: list[RouteRecord] = field(default_factory=list)
    _unmet: list[UnmetExpectation] = field(default_factory=list)

    def __call__(self, event: Event) -> None:
        """Take the next event."""
        match event:
            case RouteChecked():
                self._routes.append(event.route)
                self._unmet.extend(event.unmet)
            case ServiceChecked():
                self._services.append(
                    ServiceReport(
                        name=event.service,
                        routes=tuple(self._routes),
                        unmet=tuple(self._unmet),
                        findings=event.findings,
                        stack=event.stack,
                        requests=event.requests,
                        is_unreachable=event.is_unreachable,
                        skipped=event.skipped,
                        limits=event.limits,
                        problem=event.problem,
                        client=event.client,
                    )
                )
                self._routes, self._unmet = [], []
            case RunEnded():
                self.report = Report(services=tuple(self._services), totals=event.totals)
            case _:
                pass
