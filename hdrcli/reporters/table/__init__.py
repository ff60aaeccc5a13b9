"""The report for people: the most important first, the verdict last, readable at any width and without colours.

A run with one route gets a table, a run with more gets a line for each route, unless each is wanted in full. Whether
there are more is known when the next route, the next service or the end of the run comes: until then the first route is
stored, of all others only their lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TextIO

from hdrcli.fetch import REQUEST_ERRORS, NetworkError
from hdrcli.records.errors import ExitStatus
from hdrcli.records.expectation import UnmetExpectation
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.report.events import Event, RouteChecked, RunEnded, ServiceChecked, ServiceStarted
from hdrcli.report.totals import Totals
from hdrcli.reporters import Reporter
from hdrcli.reporters.phrases import unmet_sentence
from hdrcli.reporters.run_notes import RunNotes, work_done
from hdrcli.reporters.table.finding import FindingLines
from hdrcli.reporters.table.lines import RouteLines
from hdrcli.reporters.table.route import route_lines
from hdrcli.reporters.table.service import service_lines
from hdrcli.reporters.table.terminal import Terminal
from hdrcli.reporters.verdict_line import verdict_line
from hdrcli.reporters.view import page_of, shown_path
from hdrcli.settings import Settings

_SHOWN_UNMET: Final = 20


def reporter(out: TextIO, settings: Settings) -> Reporter:
    """Write each service when it is checked, and the verdict at the end."""
    return _Table(out, settings)


class _Table:
    def __init__(self, out: TextIO, settings: Settings) -> None:
        self._out = out
        self._settings = settings
        self._shows_all = settings.show == "all" or settings.verbose or settings.dry_run
        self._terminal = Terminal(out, settings.color)
        self._lines = RouteLines(self._terminal)
        self._notes = RunNotes()
        self._routes = 0
        self._first: RouteRecord | None = None
        self._unmet: list[UnmetExpectation] = []
        self._checked: ServiceChecked | None = None
        self._pages: set[str] = set()
        self._has_written = False

    def __call__(self, event: Event) -> None:
        match event:
            case ServiceStarted():
                self._end_service()
            case RouteChecked():
                self._add(event.route, event.unmet)
            case ServiceChecked():
                self._checked = event
                if self._first is None:
                    self._end_service()
            case RunEnded():
                if self._first is not None:
                    self._write(route_lines(self._terminal, self._first, verbose=self._settings.verbose))
                    self._first = None
                self._end_service()
                self._end(event.totals)
            case _:
                pass

    def _add(self, route: RouteRecord, unmet: Iterable[UnmetExpectation]) -> None:
        if route.fetches and all(map(_is_rejected, route.fetches)):
            return  # wrong usage, which is reported on standard error
        self._notes.add(route)
        self._pages.update(map(page_of, route.fetches))
        self._unmet.extend(unmet)
        del self._unmet[_SHOWN_UNMET + 1 :]
        self._routes += 1
        if self._shows_all:
            self._write(route_lines(self._terminal, route, verbose=self._settings.verbose))
        elif self._routes == 1:
            self._first = route
        else:
            self._add_line(route)

    def _add_line(self, *routes: RouteRecord) -> None:
        if self._first is not None:
            routes, self._first = (self._first, *routes), None
        for route in routes:
            self._lines.add(route)

    def _end_service(self) -> None:
        """Write the last service, its routes a line each."""
        self._add_line()
        checked = self._checked
        if checked is None:
            return
        self._checked = None
        self._write(self._lines.lines(checked.service))
        self._lines = RouteLines(self._terminal)
        self._write(service_lines(self._terminal, checked))
        if checked.client is None:
            self._write(self._unmet_lines())
        else:
            from hdrcli.reporters.table.client import client_lines

            self._write(client_lines(self._terminal, checked, checked.client))
        self._unmet = []
        findings = FindingLines(
            self._terminal,
            checked.stack,
            routes=checked.routes,
            pages=len(self._pages),
            verbose=self._settings.verbose,
        )
        for finding in checked.findings:
            self._write(findings.lines(finding))
        self._pages = set()

    def _unmet_lines(self) -> Iterator[str]:
        for unmet in self._unmet[:_SHOWN_UNMET]:
            text = f"  {unmet.method} {shown_path(unmet.url)}: {unmet_sentence(unmet)}"
            yield self._terminal.line(("unmet", "bold red"), text, hang=2)
        if len(self._unmet) > _SHOWN_UNMET:
            yield self._terminal.line("and more unmet expectations, which --format json lists")
        if any(unmet.holds_in_a_mode for unmet in self._unmet):
            hint = "An expectation applies to every fetch: --credentials omit (or include) checks one mode only."
            yield self._terminal.line((hint, "dim"), hang=2)

    def _end(self, totals: Totals) -> None:
        if totals.rejected and not self._has_written:
            return
        line = verdict_line(totals, self._settings)
        style = "bold green" if totals.exit_status is ExitStatus.OK else "bold red"
        notes = (*self._notes.sentences(totals, self._settings), work_done(totals))
        self._write(self._terminal.line(part, hang=2) for part in (*((note, "dim") for note in notes), (line, style)))

    def _write(self, lines: Iterable[str]) -> None:
        """Write a block of lines, an empty line before it."""
        separator = "\n" if self._has_written else ""
        for line in lines:
            self._out.write(f"{separator}{line}\n")
            self._has_written, separator = True, ""
        self._out.flush()


def _is_rejected(fetch: FetchRecord) -> bool:
    return isinstance(fetch.result, NetworkError) and fetch.result.failure in REQUEST_ERRORS
