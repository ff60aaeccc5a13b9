"""A report as a list of tests, each of which passed, failed or was skipped: for formats of test runners.

Each route is a test of what was expected of it, each finding is one, and the verdict is the last one: so a run that
fails has a test that fails, whatever the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from hdrcli.fetch import NetworkError
from hdrcli.records.errors import ExitStatus
from hdrcli.records.expectation import UnmetExpectation
from hdrcli.records.route import RouteRecord
from hdrcli.report.report import Report, ServiceReport
from hdrcli.report.totals import custom_headers, failed_below_http, fails
from hdrcli.reporters.finding_text import paragraphs, title
from hdrcli.reporters.location import FileLine, source_line
from hdrcli.reporters.phrases import failure_sentence, unmet_sentence
from hdrcli.reporters.verdict_line import verdict_line
from hdrcli.reporters.view import name_of, shown_text
from hdrcli.settings import Settings
from hdrcli.structs import Record, replace
from hdrcli.text.escaping import printable

Outcome = Literal["passed", "failed", "skipped"]


class Check(Record, frozen=True, kw_only=True):
    """One test. `suite` is the service's name; the names of a suite are distinct. `lines` are details.

    `place` is where a finding belongs in the service's source, if that is known.
    """

    suite: str
    name: str
    outcome: Outcome
    message: str = ""
    lines: tuple[str, ...] = ()
    is_finding: bool = False
    place: FileLine | None = None


def checks_of(report: Report, settings: Settings) -> Iterator[Check]:
    """All tests of a run, in order."""
    for service in report.services:
        taken: dict[str, int] = {}
        for check in _of_service(service, settings):
            taken[check.name] = number = taken.get(check.name, 0) + 1
            yield check if number == 1 else replace(check, name=f"{check.name} ({number})")
    passed = report.exit_status is ExitStatus.OK
    line = printable(verdict_line(report.totals, settings))
    yield Check(suite="hdrcli", name="verdict", outcome="passed" if passed else "failed", message=line)


def other_failures(report: Report, settings: Settings) -> list[Check]:
    """What failed without being a finding; the verdict only if nothing else failed."""
    *checks, verdict = checks_of(report, settings)
    failed = [check for check in checks if check.outcome == "failed"]
    if not failed and verdict.outcome == "failed":
        return [verdict]
    return [check for check in failed if not check.is_finding]


def _of_service(service: ServiceReport, settings: Settings) -> Iterator[Check]:
    suite = printable(shown_text(service.name))
    if service.problem:
        yield Check(suite=suite, name="start", outcome="failed", message=printable(shown_text(service.problem)))
    unmet: dict[tuple[str, str, str], list[UnmetExpectation]] = {}
    for each in service.unmet:
        unmet.setdefault(each.key, []).append(each)
    for route in service.routes:
        failures = [*_without_response(route), *map(unmet_sentence, unmet.get(route.key, ()))]
        yield Check(
            suite=suite,
            name=printable(name_of(route)),
            outcome="failed" if failures else "passed",
            message=printable(" ".join(failures)),
            lines=tuple(_headers(route)),
        )
    for finding in service.findings:
        yield Check(
            suite=suite,
            name=f"{finding.code} {finding.name} {printable(shown_text(finding.variant))}".rstrip(),
            outcome="failed" if fails(finding, settings) else "passed",
            message=f"{'known ' if finding.is_known else ''}{finding.severity}: {title(finding)}",
            lines=tuple(paragraphs(finding, service.stack)),
            is_finding=True,
            place=source_line(finding),
        )
    for skipped in service.skipped:
        name = printable(f"{skipped.method} {shown_text(skipped.path)}")
        yield Check(suite=suite, name=name, outcome="skipped", message=printable(skipped.reason))


def _without_response(route: RouteRecord) -> Iterator[str]:
    for fetch in route.fetches:
        if failed_below_http(fetch) and isinstance(fetch.result, NetworkError):
            yield failure_sentence(fetch.result)
            return


def _headers(route: RouteRecord) -> Iterator[str]:
    """The custom headers by what JavaScript makes of them."""
    for state, wanted in (("readable", True), ("hidden", False)):
        names = [header.name for header, is_readable in custom_headers(route) if is_readable is wanted]
        if names:
            yield printable(f"{state}: {', '.join(names)}")
