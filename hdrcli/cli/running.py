"""Runs a check and feeds its reporter. Problems of the network go to standard error, whatever the format is."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Sequence
from typing import Final

from hdrcli.cli.progress import Progress, progress
from hdrcli.cli.reports import Planned, Reports
from hdrcli.cli.streams import complain
from hdrcli.fetch import REQUEST_ERRORS, TRANSPORT_FAILURES, NetworkError, TransportFailure
from hdrcli.inspection import events, in_event_loop
from hdrcli.records.errors import ExitStatus
from hdrcli.records.route import RouteRecord
from hdrcli.report.events import Event, RouteChecked, RunEnded, ServiceChecked
from hdrcli.reporters.phrases import failure_sentence
from hdrcli.reporters.view import count, listing, shortened, shown_url
from hdrcli.settings import Settings
from hdrcli.targets import Target
from hdrcli.text.secrets import secrets_shown
from hdrcli.verdict.failures import transport_sentence

_REPORTED: Final = REQUEST_ERRORS | TRANSPORT_FAILURES
_SHOWN_PROBLEMS: Final = 20
_LONGEST_PROBLEM: Final = 1000


def run_check(
    settings: Settings,
    planned: tuple[Planned, ...],
    consumer: Callable[[Event], None] = lambda _: None,
    targets: Sequence[Target] | None = None,
) -> ExitStatus:
    """Check, and write the reports; `consumer` takes the events, too. `targets` are in place of those of the settings.

    A report that cannot be written is wrong usage, whatever was found.

    Raises `UsageError` for settings that cannot be carried out, before a file is touched.
    """
    reports = Reports(planned, settings, sys.stdout)
    with (
        secrets_shown(settings.show_secrets, settings.secrets),
        progress(shown=not settings.quiet and targets is None) as line,
        contextlib.redirect_stdout(sys.stderr),  # for what an app in process prints
    ):
        return in_event_loop(lambda: _run(settings, reports, line, consumer, targets))


async def _run(
    settings: Settings,
    reports: Reports,
    line: Progress,
    consumer: Callable[[Event], None],
    targets: Sequence[Target] | None,
) -> ExitStatus:
    problems = Problems()
    status = ExitStatus.USAGE
    async with contextlib.aclosing(events(settings, on_request=line.sending, targets=targets)) as stream:
        first = await anext(stream)
        with reports:

            def take(event: Event) -> None:
                line.take(event)
                problems.take(event)
                consumer(event)
                reports.take(event)

            take(first)
            async for event in stream:
                if reports.are_over:
                    break
                take(event)
                if isinstance(event, RunEnded):
                    status = event.totals.exit_status
    return ExitStatus.USAGE if reports.has_failed else status


class Problems:
    """Requests that could not be sent or got no response: each problem of a service is one line on standard error."""

    def __init__(self) -> None:
        self._routes: dict[tuple[str, tuple[str, ...]], list[str]] = {}

    def take(self, event: Event) -> None:
        """Collect the problems of a route; print those of a service."""
        match event:
            case RouteChecked():
                self._add(event.route)
            case ServiceChecked():
                if event.problem:
                    complain(f"{event.service}: {shortened(event.problem, _LONGEST_PROBLEM)}")
                for (sentence, browsers), places in list(self._routes.items())[:_SHOWN_PROBLEMS]:
                    more = f" and {count(len(places) - 1, 'more route')}" if len(places) > 1 else ""
                    where = f" in {', '.join(browsers)}" if browsers else ""
                    complain(f"{places[0]}{more}{where}: {shortened(sentence, _LONGEST_PROBLEM)}")
                self._routes.clear()
            case RunEnded():
                if event.totals.baseline_problem:
                    complain(event.totals.baseline_problem)
                if patterns := event.totals.unmatched:
                    shown = f"{count(len(patterns), 'pattern')} of the configuration matched no route"
                    complain(f"{shown}: {listing(patterns, 5)}")
            case _:
                pass

    def _add(self, route: RouteRecord) -> None:
        found: dict[str, dict[str, None]] = {}
        for fetch in route.fetches:
            if isinstance(fetch.result, NetworkError) and fetch.result.failure in _REPORTED:
                found.setdefault(failure_sentence(fetch.result), {})[fetch.browser] = None
        browsers = {fetch.browser for fetch in route.fetches}
        for sentence, its_browsers in found.items():
            key = (sentence, () if its_browsers.keys() == browsers else tuple(its_browsers))
            self._routes.setdefault(key, []).append(f"{route.method} {shown_url(route.url)}".lstrip())
        for probe in route.probes:
            if probe.kind == "compare" and isinstance(probe.exchange.response, TransportFailure):
                key = (transport_sentence(probe.exchange.response), ())
                self._routes.setdefault(key, []).append(f"--compare {shown_url(str(probe.exchange.request.url))}")
