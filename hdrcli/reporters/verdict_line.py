"""The last line of a report: the verdict, and the reason for the exit status."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.records.errors import ExitStatus
from hdrcli.report.totals import Totals
from hdrcli.reporters.view import count
from hdrcli.settings import Settings

VERDICTS: Final = {
    ExitStatus.OK: "OK",
    ExitStatus.FAILED: "FAILED",
    ExitStatus.USAGE: "NOT VERIFIED",
    ExitStatus.UNREACHABLE: "UNREACHABLE",
}


def reason(totals: Totals, settings: Settings) -> str:
    """Why the run has its exit status, without the number: "1 error, 2 warnings"."""
    if totals.baseline_problem:
        return "the baseline is not written"
    if totals.only_plans:
        return "nothing is sent with --dry-run"
    if totals.exit_status is ExitStatus.USAGE:
        if totals.rejected:
            return "fetch() throws before it sends a request"
        if totals.is_time_up:
            return _time_limit(totals, settings)
        if totals.nothing_expected and totals.verified:
            return "no route has one of the expectations"
        if not totals.requests:
            return "no request was sent"
        return "no response has a status that is expected" if totals.routes else "no route was checked"
    reached = [_time_limit(totals, settings)] if totals.is_time_up else []
    counts = ", ".join([*reached, *_failures(totals), *_findings(totals), *_unverified(totals)]) or "no findings"
    return f"{counts}; the faults of the sample are there on purpose" if settings.sample else counts


def verdict_line(totals: Totals, settings: Settings) -> str:
    """The last line of a report."""
    status = totals.exit_status
    ignored = status is ExitStatus.OK and settings.fail_on == "never" and not settings.sample and totals.errors
    exit_status = f"{'--fail-on never, ' if ignored else ''}exit {int(status)}"
    return f"{VERDICTS[status]}: {reason(totals, settings)} ({exit_status})"


def _time_limit(totals: Totals, settings: Settings) -> str:
    unchecked = f" with {count(totals.unchecked, 'route')} not checked" if totals.unchecked else ""
    return f"the time limit of {settings.max_time:g} s was reached{unchecked}"


def _failures(totals: Totals) -> Iterator[str]:
    if totals.unreachable:
        yield f"no response from {count(totals.unreachable, 'service')}"
    elif totals.without_response:
        yield f"no response from {count(totals.without_response, 'route')}"
    if totals.stopped_responding:
        yield f"{count(totals.stopped_responding, 'route')} stopped responding"
    if totals.failed_comparisons:
        yield "no response from the --compare URL"
    if totals.unmet:
        yield count(totals.unmet, "unmet expectation")
    if totals.unexpectedly_blocked and totals.fails_if_blocked:
        yield count(totals.unexpectedly_blocked, "blocked fetch", "blocked fetches")
    if totals.differing:
        yield f"a real browser differs from its simulation in {count(totals.differing, 'fetch', 'fetches')}"


def _findings(totals: Totals) -> Iterator[str]:
    if totals.errors:
        yield count(totals.errors, "error")
    if totals.warnings:
        yield count(totals.warnings, "warning")
    if totals.advice:
        yield count(totals.advice, "piece of advice", "pieces of advice")
    if totals.known:
        yield f"{totals.known:,} known"


def _unverified(totals: Totals) -> Iterator[str]:
    if totals.unverified:
        yield f"{totals.unverified:,} of {count(totals.routes, 'route')} not verified"
