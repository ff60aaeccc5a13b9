"""What a check found, and the assertions about it. Their messages are sentences with the fix."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

from hdrcli.records.errors import ExitStatus
from hdrcli.records.expectation import UnmetExpectation
from hdrcli.records.route import RouteRecord
from hdrcli.report.report import Report, ServiceReport
from hdrcli.reporters.checks import checks_of, other_failures
from hdrcli.reporters.finding_text import paragraphs, title
from hdrcli.reporters.phrases import unmet_sentence
from hdrcli.reporters.view import shown_path
from hdrcli.rules import ServiceFindings, selected
from hdrcli.rules.finding import Finding, Severity
from hdrcli.settings import Settings
from hdrcli.settings.contract import Expectation
from hdrcli.settings.policy import FailOn
from hdrcli.structs import Record, replace
from hdrcli.text.escaping import printable
from hdrcli.verdict.expectations import expected_of, unmet_expectations


class Checked(Record, frozen=True):
    """The result of a check: `report` has all facts. Every assertion fails if nothing was verified."""

    report: Report
    settings: Settings

    def assert_readable(self, *names: str) -> None:
        """Fail unless JavaScript can read these response headers, in each fetch of each route.

        "X-*" stands for all headers that are sent with such a name, and for at least one.
        """
        __tracebackhide__ = True
        self._assert_expected("readable", names)

    def assert_hidden(self, *names: str) -> None:
        """Fail unless these response headers are sent and hidden from JavaScript, in each fetch of each route."""
        __tracebackhide__ = True
        self._assert_expected("hidden", names)

    def assert_no_findings(self, *, fail_on: FailOn = "warning") -> None:
        """Fail if a finding has this severity or a higher one, and where `assert_ok` fails."""
        __tracebackhide__ = True
        *checks, verdict = checks_of(self.report, replace(self.settings, fail_on=fail_on))
        failed = [check for check in checks if check.outcome == "failed"]
        if not failed and (self.report.exit_status is not ExitStatus.OK or self.report.totals.only_plans):
            failed = [verdict]
        _fail_with("\n".join((f"{check.name}: {check.message}", *check.lines)) for check in failed)

    def assert_ok(self) -> None:
        """Fail if `hdrcli check` fails: because of an error, an expectation, or a route without a response."""
        __tracebackhide__ = True
        self.assert_no_findings(fail_on=self.settings.fail_on)

    def _assert_expected(self, verdict: Literal["readable", "hidden"], names: Sequence[str]) -> None:
        __tracebackhide__ = True
        if not names:
            raise TypeError(f"Name the headers that should be {verdict}.")
        if not self.report.routes or not all(map(_has_fetch, self.report.routes)):
            failed = other_failures(self.report, self.settings)
            _fail_with(
                [f"{check.name}: {check.message}" for check in failed]
                or ["Nothing was verified: no fetch has a response."]
            )
        expected = tuple(Expectation(verdict=verdict, name=name) for name in names)
        _fail_with(text for service in self.report.services for text in _unmet(service, expected, self.settings))


def without_test_files(report: Report, test_files: Collection[Path]) -> Report:
    """The report, in which apps and names of headers in tests count only if there are none elsewhere."""

    def own(finding: Finding) -> Finding:
        elsewhere = tuple(each for each in finding.locations if Path(each.file).absolute() not in test_files)
        in_tests = tuple(each for each in finding.locations if each.role != "header")
        return replace(finding, locations=elsewhere or in_tests)

    services = (replace(each, findings=tuple(map(own, each.findings))) for each in report.services)
    return replace(report, services=tuple(services))


def _fail_with(paragraphs: Iterable[str]) -> None:
    """Raise `AssertionError` with these paragraphs, if there are any."""
    __tracebackhide__ = True
    message = "\n\n".join(dict.fromkeys(paragraphs))
    if message:
        raise AssertionError(message)


def _has_fetch(route: RouteRecord) -> bool:
    """Whether there is any fetch that expectations are about."""
    return any(not fetch.caller.for_comparison for fetch in route.fetches)


def _unmet(service: ServiceReport, expected: tuple[Expectation, ...], settings: Settings) -> Iterator[str]:
    """The expectations that routes do not meet, and the findings that say why."""
    unmet = [
        each
        for route in service.routes
        for each in unmet_expectations(expected, route, expected_of(settings, route).statuses)
    ]
    for each in unmet:
        yield printable(f"{each.method} {shown_path(each.url)}: {unmet_sentence(each)}")
    if unmet:
        for finding in _causes(service, unmet, replace(settings, contract=(*settings.contract, *expected))):
            yield "\n".join(
                (f"{finding.code} {finding.severity}: {title(finding)}", *paragraphs(finding, service.stack))
            )


def _causes(service: ServiceReport, unmet: Sequence[UnmetExpectation], settings: Settings) -> list[Finding]:
    """The findings about these headers; if there are none, the errors.

    The rules are applied once more, as some of them depend on what is expected. Nothing is sent for that.
    """
    found = ServiceFindings(service.name, settings)
    for route in service.routes:
        found.add(route)
    is_selected = selected(settings.select, settings.ignore)
    locations = {finding.key: finding.locations for finding in service.findings}
    findings = [
        replace(finding, locations=locations.get(finding.key, ()))
        for finding in found.findings()
        if is_selected(finding.code)
    ]
    names = {each.name.lower() for each in unmet}
    about = [finding for finding in findings if names.intersection(map(str.lower, finding.subjects))]
    return about or [finding for finding in findings if finding.severity is Severity.ERROR]
