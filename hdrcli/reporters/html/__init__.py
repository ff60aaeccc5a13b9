"""The report as one HTML file, for people who were not there: it needs nothing else, and is readable without script.

The style is report.css and the script report.js, which only searches, folds and copies. Of each route, the text of its
details is stored until the run ends, with the row of the matrix, and not what was recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TextIO

from msgspec import Struct, field

from hdrcli.report.events import Event, RouteChecked, RunEnded, ServiceChecked
from hdrcli.report.totals import Totals
from hdrcli.reporters import Reporter
from hdrcli.reporters.html.document import asset, document
from hdrcli.reporters.html.findings import finding_article
from hdrcli.reporters.html.markup import NOTHING, Markup, code, element, joined
from hdrcli.reporters.html.matrix import legend, matrix
from hdrcli.reporters.html.route import route_details
from hdrcli.reporters.html.rows import RouteRows, rows_of
from hdrcli.reporters.html.summary import Callers, counts, header, service_list
from hdrcli.reporters.html.toolbar import toolbar
from hdrcli.reporters.phrases import unmet_sentence
from hdrcli.reporters.run_notes import RunNotes
from hdrcli.reporters.verdict_line import verdict_line
from hdrcli.reporters.view import count, shortened, shown_path, shown_text
from hdrcli.rules.finding import Severity
from hdrcli.settings import Settings

_FIRST: Final = "s1"
"""The id of the first service."""
_MOST_UNMET: Final = 100
_MOST_SKIPPED: Final = 100
_LONGEST: Final = 400


def reporter(out: TextIO, settings: Settings) -> Reporter:
    """Write the file when the run has ended."""
    return _Page(out, settings)


class _Service(Struct):
    """What is stored of a service."""

    anchor: str
    rows: list[RouteRows] = field(default_factory=list)
    routes: list[Markup] = field(default_factory=list)
    unmet: list[Markup] = field(default_factory=list)
    anchors: dict[tuple[str, str], str] = field(default_factory=dict)


class _Page:
    def __init__(self, out: TextIO, settings: Settings) -> None:
        self._out = out
        self._settings = settings
        self._notes = RunNotes()
        self._callers = Callers()
        self._service = _Service(_FIRST)
        self._sections: list[Markup] = []
        self._services: list[tuple[str, str, str]] = []

    def __call__(self, event: Event) -> None:
        match event:
            case RouteChecked():
                self._add(event)
            case ServiceChecked():
                self._end_service(event)
            case RunEnded():
                self._end(event.totals)
            case _:
                pass

    def _add(self, checked: RouteChecked) -> None:
        route, service = checked.route, self._service
        self._notes.add(route)
        for caller in (*(fetch.caller for fetch in route.fetches), *(held.caller for held in route.held)):
            self._callers.add(str(caller.page), caller.browser, is_default=caller.is_default)
        anchor = f"{service.anchor}r{checked.number}"
        service.anchors.setdefault((route.method, route.url), anchor)
        rows = rows_of(route, checked.unmet, anchor)
        service.rows.append(rows)
        service.routes.append(route_details(route, rows, checked.unmet, self._settings))
        for unmet in checked.unmet:
            link = element("a", code(f"{unmet.method} {shown_path(unmet.url)}"), href=f"#{anchor}")
            service.unmet.append(element("li", link, f" {unmet_sentence(unmet)}"))

    def _end_service(self, checked: ServiceChecked) -> None:
        service = self._service
        self._sections += _section(service, checked)
        errors = sum(finding.severity is Severity.ERROR and not finding.is_known for finding in checked.findings)
        text = f"{count(checked.routes, 'route')}, {count(len(checked.findings), 'finding')}"
        text += f", {count(errors, 'error')}" if errors else ""
        name = shortened(shown_text(checked.service), _LONGEST)
        self._services.append((service.anchor, name, "no response" if checked.is_unreachable else text))
        self._service = _Service(f"s{len(self._services) + 1}")

    def _end(self, totals: Totals) -> None:
        notes = list(self._notes.sentences(totals, self._settings))
        parts = [
            counts(totals, notes),
            service_list(self._services) if len(self._services) > 1 else NOTHING,
            *self._sections,
        ]
        line = verdict_line(totals, self._settings)
        top = joined(header(totals, self._settings, self._callers), toolbar())
        footer = element("footer", element("p", line))
        style, script = asset("report.css"), asset("report.js")
        self._out.writelines(document(f"hdrcli: {line}", top, iter(parts), footer, style=style, script=script))


def _section(service: _Service, checked: ServiceChecked) -> Iterator[Markup]:
    """The text of a service, in pieces: that of all routes is large."""
    yield Markup(f'<section class="service" id="{service.anchor}">')
    yield element("h2", code(shortened(shown_text(checked.service), _LONGEST)))
    yield from _parts(service, checked)
    yield Markup("</section>")


def _parts(service: _Service, checked: ServiceChecked) -> Iterator[Markup]:
    if checked.problem:
        yield element("p", shortened(shown_text(checked.problem), _LONGEST), class_="problem")
    if service.unmet:
        more = len(service.unmet) - _MOST_UNMET
        items = [*service.unmet[:_MOST_UNMET], *([element("li", f"and {more:,} more")] if more > 0 else [])]
        yield joined(element("h3", "Not as expected"), element("ul", *items, class_="unmet"))
    if checked.findings:
        yield element("h3", count(len(checked.findings), "finding"))
        yield from (finding_article(finding, checked.stack, service.anchors) for finding in checked.findings)
    if service.rows:
        yield element("h3", "Headers by route")
        yield legend() if service.anchor == _FIRST else NOTHING
        yield from matrix(service.rows, checked.findings)
        yield element("h3", count(len(service.routes), "route"))
        yield from service.routes
    notes = [*_skipped(checked), *(element("li", limit) for limit in checked.limits)]
    if notes:
        yield joined(element("h3", "Not checked"), element("ul", *notes, class_="notes"))


def _skipped(checked: ServiceChecked) -> Iterator[Markup]:
    for each in checked.skipped[:_MOST_SKIPPED]:
        path = shortened(shown_text(each.path), _LONGEST)
        yield element("li", code(f"{each.method} {path}"), f" {each.reason}")
    more = len(checked.skipped) - _MOST_SKIPPED
    if more > 0:
        yield element("li", f"and {count(more, 'more route')}")
