"""The beginning of the page: the verdict, the counts, and how the report came about."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from hdrcli import __version__
from hdrcli.records.errors import ExitStatus
from hdrcli.report.totals import Totals
from hdrcli.reporters.html.markup import NOTHING, Markup, code, element, lines
from hdrcli.reporters.verdict_line import VERDICTS, reason
from hdrcli.reporters.view import count, listing, shortened, shown_text
from hdrcli.settings import Settings, settings_with_options
from hdrcli.settings.redacted import shown_setting

_MARKS: Final = {
    ExitStatus.OK: "✓",
    ExitStatus.FAILED: "✗",
    ExitStatus.USAGE: "?",
    ExitStatus.UNREACHABLE: "!",
}
_NOT_SHOWN: Final = frozenset({"formats", "output", "color", "quiet", "show", "verbose", "exchanges", "export"})
"""Options of reports: they change nothing that a report says."""
_INTRODUCTION: Final = (
    "hdrcli sends the requests that a page in a browser would send, and follows the Fetch Standard to find out which "
    "response headers the page's JavaScript can read. A hidden header reaches the browser, but not the page."
)
_SHOWN_TARGETS: Final = 20
_SHOWN_PAGES: Final = 10
_LONGEST: Final = 500


class Callers:
    """Collects the pages and the browsers of a run."""

    def __init__(self) -> None:
        self.pages: dict[str, bool] = {}
        """Origin -> whether it is a default."""
        self.browsers: dict[str, None] = {}

    def add(self, page: str, browser: str, *, is_default: bool) -> None:
        """Take a caller."""
        self.pages[page] = is_default
        self.browsers[browser] = None


def header(totals: Totals, settings: Settings, callers: Callers) -> Markup:
    """The verdict with its reason, and where the report is from."""
    status = totals.exit_status
    verdict = element(
        "h1",
        element("span", _MARKS[status], class_="mark", aria_hidden="true"),
        " ",
        VERDICTS[status],
        element("span", f": {reason(totals, settings)}", class_="reason"),
    )
    return element(
        "header",
        element("p", element("b", "hdrcli"), " which response headers JavaScript can read", class_="brand"),
        verdict,
        element("dl", *_origins(totals, settings, callers), class_="about"),
        class_=f"top {VERDICTS[status].lower().replace(' ', '-')}",
    )


def _origins(totals: Totals, settings: Settings, callers: Callers) -> Iterator[Markup]:
    pages = [f"{page} (a default)" if is_default else page for page, is_default in callers.pages.items()]
    if pages:
        title = "Page that calls" if len(pages) == 1 else "Pages that call"
        yield described(title, code(listing(pages, _SHOWN_PAGES)))
    if callers.browsers:
        yield described("Simulated browsers", element("span", ", ".join(callers.browsers)))
    yield described("Checked", now())
    yield described("Version", element("span", f"hdrcli {__version__}"))
    yield described("Exit status", element("span", f"{int(totals.exit_status)}"))
    command = element("div", lines(_command(settings)), class_="copied")
    yield element("div", element("dt", "Command"), element("dd", command), class_="wide")


def now() -> Markup:
    """The current time."""
    moment = datetime.now(UTC)
    return element("time", f"{moment:%Y-%m-%d %H:%M} UTC", datetime=f"{moment:%Y-%m-%dT%H:%MZ}")


def described(term: str, content: Markup) -> Markup:
    """A fact in the header of a page."""
    return element("div", element("dt", term), element("dd", content))


def _command(settings: Settings) -> str:
    """The command that makes this report, without secrets."""
    words = [shortened(word, _LONGEST) for word in (*_targets(settings), *_options(settings))]
    return " ".join(["hdrcli check", *map(shlex.quote, words)])


def _targets(settings: Settings) -> Iterator[str]:
    """The words of the command line. A curl command may hold secrets in options of its own."""
    if settings.sample:
        yield "--sample"
        return
    for word in settings.targets[:_SHOWN_TARGETS]:
        yield "curl ..." if word.lstrip().startswith("curl ") else shown_text(word)
    if len(settings.targets) > _SHOWN_TARGETS:
        yield f"... and {len(settings.targets) - _SHOWN_TARGETS:,} more"


def _options(settings: Settings) -> Iterator[str]:
    """The options that are not at their default."""
    for name, _, default, option in settings_with_options():
        value = getattr(settings, name)
        if value == default or name in _NOT_SHOWN:
            continue
        if option.is_switch:
            yield (option.on if value else option.off)[0]
            continue
        shown = shown_setting(name, value)
        for each in shown if isinstance(shown, list) else (shown,):
            yield from (option.flags[0], f"{each:g}" if isinstance(each, float) else str(each))


def counts(totals: Totals, notes: Iterable[str]) -> Markup:
    """The counts of the run, those that are zero omitted, and the notes on it."""
    tiles = [
        tile(totals.routes, "Route"),
        tile(totals.requests, "Request"),
        _readable_tile(totals) if totals.custom_headers else NOTHING,
        *(
            tile(number, name, names, class_=style)
            for number, name, names, style in (
                (totals.errors, "Error", "", "error"),
                (totals.warnings, "Warning", "", "warning"),
                (totals.advice, "Piece of advice", "Pieces of advice", "advice"),
                (totals.known, "Known finding", "", ""),
                (totals.unmet, "Unmet expectation", "", "error"),
                (totals.blocked, "Blocked fetch", "Blocked fetches", "error"),
                (totals.without_response, "Route without a response", "Routes without a response", "error"),
                (totals.skipped, "Skipped route", "", ""),
            )
            if number
        ),
    ]
    texts = [element("li", shortened(text, _LONGEST)) for text in notes]
    return element(
        "section",
        element("h2", "Summary"),
        element("p", _INTRODUCTION, class_="introduction"),
        element("dl", *tiles, class_="tiles"),
        element("ul", *texts, class_="notes") if texts else NOTHING,
        id="summary",
    )


def tile(number: int, name: str, names: str = "", class_: str = "") -> Markup:
    """A count with its noun."""
    shown, _, noun = count(number, name, names).partition(" ")
    return element("div", element("dt", noun), element("dd", shown), class_=f"tile {class_}".rstrip())


def _readable_tile(totals: Totals) -> Markup:
    """The share of the custom headers that are readable, as numbers and as a bar."""
    part, whole = totals.readable_headers, totals.custom_headers
    filled = element("rect", width=f"{100 * part / whole:.1f}", height="4")
    bar = element("svg", filled, viewBox="0 0 100 4", preserveAspectRatio="none", aria_hidden="true", class_="bar")
    number = element("dd", f"{part:,} of {whole:,}", bar)
    return element("div", element("dt", "Custom headers readable"), number, class_="tile")


def service_list(services: Iterable[tuple[str, str, str]]) -> Markup:
    """Links to the services of a run: id, name, and what each comes to."""
    items = [
        element("li", element("a", code(name), href=f"#{anchor}"), element("span", f" {text}", class_="dim"))
        for anchor, name, text in services
    ]
    title = element("h2", count(len(items), "service"))
    return element("nav", title, element("ul", *items, class_="services"), aria_label="Services")
