"""Lines about a run that lasts: each route when it is checked, and each finding when it is found or grows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from hdrcli.report.events import Event, FindingsSoFar, RouteChecked
from hdrcli.report.totals import custom_headers
from hdrcli.reporters import Reporter
from hdrcli.reporters.phrases import unmet_sentence
from hdrcli.reporters.table.finding import FindingLines
from hdrcli.reporters.table.lines import RouteParts
from hdrcli.reporters.table.terminal import Terminal
from hdrcli.reporters.view import Column, columns_of, shown_path
from hdrcli.settings import Settings
from hdrcli.stacks import Stack


def reporter(out: TextIO, settings: Settings) -> Reporter:
    """Write lines as the events come. They go wherever the report does not."""
    return _Live(out, settings)


class _Live:
    def __init__(self, out: TextIO, settings: Settings) -> None:
        self._out = out
        self._terminal = Terminal(out, settings.color)
        self._parts = RouteParts(self._terminal)
        self._page = ""
        self._routes = 0
        self._findings: tuple[Stack, FindingLines] | None = None
        self._shown: dict[tuple[str, str, str], int] = {}
        """How many subjects of each finding were shown."""

    def __call__(self, event: Event) -> None:
        match event:
            case RouteChecked():
                self._routes += 1
                for columns in columns_of(event.route):
                    self._write(self._route(event, columns))
            case FindingsSoFar():
                self._write(self._new_findings(event))
            case _:
                pass

    def _route(self, event: RouteChecked, columns: tuple[Column, ...]) -> Iterator[str]:
        route, terminal = event.route, self._terminal
        wanted = [column for column in columns if not column.is_for_comparison]
        caller = columns[0].fetch.caller
        browsers = dict.fromkeys(browser for column in columns for browser in column.browsers)
        page = f"page {caller.page} in {', '.join(browsers)}"
        if page != self._page:
            self._page = page
            yield terminal.line((page, "dim"), hang=2)
        status, parts = self._parts.of(route, custom_headers(route, caller.page), wanted)
        yield terminal.laid_out([(f"{route.method} {shown_path(route.url)}  {status}", ""), *parts], 2, 4)
        for unmet in event.unmet:
            yield terminal.line(("unmet", "bold red"), f"  {unmet_sentence(unmet)}", indent=4, hang=2)

    def _new_findings(self, event: FindingsSoFar) -> Iterator[str]:
        """Each finding once, and again when it is about more names: its fix has them all then."""
        if self._findings is None or self._findings[0] is not event.stack:
            lines = FindingLines(self._terminal, event.stack, routes=self._routes, pages=1, verbose=False)
            self._findings = event.stack, lines
        for finding in event.findings:
            if self._shown.get(finding.key, -1) < len(finding.subjects):
                self._shown[finding.key] = len(finding.subjects)
                yield from self._findings[1].lines(finding)

    def _write(self, lines: Iterator[str]) -> None:
        for line in lines:
            self._out.write(f"{line}\n")
        self._out.flush()
