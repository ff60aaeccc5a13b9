"""Runs a check and feeds its reporter. Problems of the network go to standard error, whatever the format is."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final

from hdrcli.cli.progress import Progress, progress
from hdrcli.cli.streams import complain, opened, writing
from hdrcli.fetch import REQUEST_ERRORS, TRANSPORT_FAILURES, NetworkError, TransportFailure
from hdrcli.inspection import events, in_event_loop
from hdrcli.records.errors import ExitStatus
from hdrcli.records.route import RouteRecord
from hdrcli.report.events import Event, RouteChecked, RunEnded, ServiceChecked
from hdrcli.reporters import factory_of
from hdrcli.reporters.phrases import failure_sentence
from hdrcli.reporters.view import count, shortened, shown_url
from hdrcli.settings import Settings
from hdrcli.text.secrets import secrets_shown
from hdrcli.verdict.failures import transport_sentence

_REPORTED: Final = REQUEST_ERRORS | TRANSPORT_FAILURES
_SHOWN_PROBLEMS: Final = 20
_LONGEST_PROBLEM: Final = 1000


def run_check(settings: Settings, output: Path | None) -> ExitStatus:
    """Check, and write the report to the file, or to standard output.

    Raises `UsageError` for settings that cannot be carried out, before the file is touched, and where it cannot be
    written.
    """
    with secrets_shown(settings.show_secrets), progress(shown=not settings.quiet) as line:
        return in_event_loop(lambda: _run(settings, output, line))


async def _run(settings: Settings, output: Path | None, line: Progress) -> ExitStatus:
    problems = Problems()
    status = ExitStatus.USAGE
    async with contextlib.aclosing(events(settings, on_request=line.sending)) as stream:
        first = await anext(stream)
        with opened(output) as out:
            reporter = factory_of(settings)(out, settings)

            def take(event: Event) -> None:
                line.take(event)
                problems.take(event)
                with writing(output, out):
                    reporter(event)

            take(first)
            async for event in stream:
                take(event)
                if isinstance(event, RunEnded):
                    status = event.totals.exit_status
    return status


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
