"""The statistics as one HTML file, for people who were not there: it needs nothing else, and has no script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TextIO

from hdrcli import __version__
from hdrcli.reporters.html.document import asset, document
from hdrcli.reporters.html.markup import NOTHING, Markup, code, element, joined, with_code
from hdrcli.reporters.html.summary import described, now, tile
from hdrcli.reporters.view import count, listing, shown_text
from hdrcli.rules.finding import Severity
from hdrcli.settings import Settings
from hdrcli.stats.charts import Bar, bars, columns, heat
from hdrcli.stats.view import FindingRow, View, names_note, share

_INTRODUCTION: Final = (
    "hdrcli sent the requests that a page in a browser would send, and followed the Fetch Standard to find out which "
    "response headers the page's JavaScript can read. A hidden header reaches the browser, but not the page."
)
_SHOWN_FILES: Final = 10
_SHOWN_CODES: Final = 10
"""Columns of findings by stack."""
_OUTCOMES: Final = {
    "checked": "There was a response.",
    "unreachable": "There was no response.",
    "incomplete": "The time limit was reached.",
    "invalid": "The line is not a URL, or one that browsers send no request to.",
}


def write(view: View, out: TextIO, settings: Settings) -> None:
    """Write the file."""
    del settings
    statistics = view.statistics
    title = f"{count(statistics.targets, 'target')}, {statistics.checked:,} checked"
    style = asset("report.css") + asset("stats.css", "hdrcli.stats")
    footer = element("footer", element("p", f"hdrcli {__version__}"))
    out.writelines(document(f"hdrcli: {title}", _header(view, title), _sections(view), footer, style=style))


def _header(view: View, title: str) -> Markup:
    return element(
        "header",
        element("p", element("b", "hdrcli"), " which response headers JavaScript can read", class_="brand"),
        element("h1", title),
        element(
            "dl",
            described("Results", code(listing([*map(shown_text, view.reader.files)], _SHOWN_FILES))),
            described("Counted", now()),
            described("Version", element("span", f"hdrcli {__version__}")),
            class_="about",
        ),
        class_="top counted",
    )


def _sections(view: View) -> Iterator[Markup]:
    yield _summary(view)
    yield _section("Outcomes", _outcomes(view))
    if view.statistics.failures:
        yield _section("Without a response", _failures(view))
    if view.statistics.findings:
        yield _section("Findings", _findings(view))
    if view.statistics.checked:
        if view.statistics.findings:
            yield _section("Findings by stack", *_stacks(view))
        if view.statistics.custom_headers.sum:
            yield _section("Custom headers", *_headers(view))
        yield _section("Statuses", _statuses(view))
        plots = (
            columns("Custom headers of a target", view.statistics.custom_headers),
            columns("Requests to a target", view.statistics.requests),
        )
        yield _section("Distributions", element("div", *plots, class_="pair"))


def _section(title: str, *content: Markup) -> Markup:
    return element("section", element("h2", title), *content)


def _summary(view: View) -> Markup:
    statistics = view.statistics
    worst = statistics.worst
    tiles = [
        tile(statistics.targets, "Target"),
        tile(statistics.checked, "Checked", "Checked"),
        tile(worst[Severity.ERROR], "Target with an error", "Targets with an error", "error"),
        tile(worst[Severity.WARNING], "At worst a warning", "At worst a warning", "warning"),
        tile(worst[Severity.ADVICE], "At worst advice", "At worst advice", "advice"),
        tile(worst[None], "Checked without findings", "Checked without findings"),
        tile(statistics.blocked, "Blocked response", "Blocked responses"),
        tile(statistics.custom_headers.sum, "Custom header"),
        tile(statistics.readable, "Readable custom header"),
        tile(statistics.requests.sum, "Request"),
    ]
    notes = [element("li", f"{note}.") for note in view.reader.notes()]
    return element(
        "section",
        element("h2", "Summary"),
        element("p", _INTRODUCTION, class_="introduction"),
        element("dl", *tiles, class_="tiles"),
        element("ul", *notes, class_="notes") if notes else NOTHING,
    )


def _card(table: Markup) -> Markup:
    return element("div", table, class_="card")


def _outcomes(view: View) -> Markup:
    statistics = view.statistics
    rows = [
        _counted(_named(code(name), _OUTCOMES[name]), number, statistics.targets, name)
        for name, number in statistics.outcomes.most_common()
    ]
    return _card(bars("Targets by outcome", ("Outcome", "Targets", "Share"), rows))


def _failures(view: View) -> Markup:
    targets = view.statistics.targets
    rows = [
        _counted(_named(code(row.code), row.phrase), row.targets, targets, "unreachable") for row in view.failures()
    ]
    return _card(bars("Targets without a response by reason", ("Reason", "Targets", "Share"), rows))


def _findings(view: View) -> Markup:
    shown = view.findings()
    targets = view.statistics.targets
    rows = [_counted(_finding(row), row.targets, targets, row.severity) for row in shown.rows]
    if shown.others:
        rows.append(Bar(_others(shown.others, "finding"), ("", "")))
    return _card(bars("Targets by finding", ("Finding", "Targets", "Share"), rows))


def _finding(row: FindingRow) -> Markup:
    badge = element("span", row.severity, class_=f"badge {row.severity}")
    return joined(badge, Markup(" "), code(row.code), element("small", *with_code(row.summary)))


def _stacks(view: View) -> Iterator[Markup]:
    shown = view.stacks()
    codes = [row.code for row in view.findings().rows][:_SHOWN_CODES]
    yield element("p", "The share of a stack's targets that have the finding.", class_="introduction")
    yield heat(shown.rows, codes)
    if shown.others:
        targets, with_findings = shown.counts
        text = (
            f"{shown.others:,} other stacks: {count(targets, 'target')}, {share(with_findings, targets)} with findings"
        )
        yield element("p", text, class_="dim")


def _headers(view: View) -> Iterator[Markup]:
    shown = view.headers()
    rows = [
        Bar(
            code(row.name),
            (f"{row.readable + row.hidden:,}", f"{row.readable:,}", f"{row.hidden:,}"),
            ((row.readable, "readable"), (row.hidden, "hidden")),
        )
        for row in shown.rows
    ]
    if shown.others:
        readable, hidden = shown.counts
        numbers = (f"{readable + hidden:,}", f"{readable:,}", f"{hidden:,}")
        rows.append(Bar(_others(shown.others, "name"), numbers))
    keys = (element("li", element("span", word, class_=f"state {word}")) for word in ("readable", "hidden"))
    yield element("ul", *keys, class_="legend")
    yield _card(bars("Targets by custom header", ("Header", "Targets", "Readable", "Hidden"), rows))
    if error := view.statistics.headers.error:
        yield element("p", names_note(error), class_="dim")


def _statuses(view: View) -> Markup:
    shown = view.statuses()
    checked = view.statistics.checked
    rows = [_counted(code(str(row.status)), row.targets, checked, f"status-{row.status // 100}") for row in shown.rows]
    if shown.others:
        (number,) = shown.counts
        rows.append(Bar(_others(shown.others, "status", "statuses"), (f"{number:,}", share(number, checked))))
    return _card(bars("Targets by status", ("Status", "Targets", "Share"), rows))


def _counted(label: Markup, number: int, whole: int, class_: str) -> Bar:
    return Bar(label, (f"{number:,}", share(number, whole)), ((number, class_),))


def _named(name: Markup, meaning: str) -> Markup:
    return joined(name, element("small", meaning))


def _others(number: int, noun: str, nouns: str = "") -> Markup:
    return element("i", count(number, f"other {noun}", f"other {nouns}" if nouns else ""))
