"""A route that unfolds: its headers with the verdict of each page, why, and what went over the wire."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from hdrcli.fetch import NetworkError
from hdrcli.records.expectation import UnmetExpectation
from hdrcli.records.route import BrowserRecord, FetchRecord, RouteRecord
from hdrcli.records.verdict import Clause, HeaderRecord
from hdrcli.reporters.html.exchanges import exchanges, requests_not_sent
from hdrcli.reporters.html.markup import NOTHING, Markup, code, element, joined, marked, state
from hdrcli.reporters.html.rows import MOST_HEADERS, RouteRows, callers_of, failure_of, groups_of, received
from hdrcli.reporters.json_bounds import bounded
from hdrcli.reporters.phrases import MODES, clause_phrase, failure_sentence, unmet_sentence
from hdrcli.reporters.route_notes import (
    browser_title,
    comparison_notes,
    cookie_notes,
    dropped_notes,
    header_notes,
    quirk_notes,
    reading_notes,
    status_text,
)
from hdrcli.reporters.view import (
    Column,
    columns_of,
    final_url,
    is_blocked,
    page_of,
    shortened,
    shown_headers,
    shown_value,
    state_of,
)
from hdrcli.settings import Settings
from hdrcli.verdict.agreement import agreement
from hdrcli.verdict.console import console_messages

_SHOWN_CHIPS: Final = 12
_SHOWN_NOTES: Final = 50
_LONGEST: Final = 400
_SHOWN_BEGINNING: Final = 100
_AGREEMENT: Final = {
    "same": "did the same as its simulation",
    "other-values": "did the same as its simulation, but for values of another response",
    "different": "differs from its simulation",
}


def route_details(route: RouteRecord, rows: RouteRows, unmet: Sequence[UnmetExpectation], settings: Settings) -> Markup:
    """A route: closed it is one line, open it has all of it."""
    pages = columns_of(route)
    summary = element(
        "summary",
        element("span", route.method, class_="method"),
        " ",
        element("span", rows.path, class_="path"),
        " ",
        element("span", _statuses(pages) or "not sent", class_="status"),
        " ",
        element("span", *_chips(route, pages), class_="chips"),
    )
    failed = [element("p", state("blocked", " not as expected: "), unmet_sentence(each)) for each in unmet]
    parts = [_page(route, columns, titled=len(pages) > 1 or bool(route.held)) for columns in pages]
    has_exchanges = settings.exchanges or settings.verbose
    more = [
        *map(_in_browser, (fetch for fetch in route.fetches if fetch.in_browser is not None)),
        requests_not_sent(route),
        exchanges(route) if has_exchanges else NOTHING,
    ]
    content = element("div", *failed, *parts, *more, id=rows.anchor, class_="inside")
    return element("details", summary, content, class_="route", data_route=rows.anchor)


def _statuses(pages: Sequence[Sequence[Column]]) -> str:
    wanted = [column for columns in pages for column in columns if not column.is_for_comparison]
    return "/".join(dict.fromkeys(status_text(column.fetch) for column in wanted))


def _chips(route: RouteRecord, pages: Sequence[Sequence[Column]]) -> Iterator[Markup]:
    """What is worth knowing while it is closed."""
    wanted = [column for columns in pages for column in columns if not column.is_for_comparison]
    for failure in dict.fromkeys(failure_of(column.fetch) for column in wanted):
        if failure:
            word, _, why = failure.partition(": ")
            yield state(word, f": {why} ")
    custom = list(received(route))
    for header, is_readable in custom[:_SHOWN_CHIPS]:
        yield marked("readable" if is_readable else "hidden", f" {shortened(header.name.lower(), _LONGEST)} ")
    if len(custom) > _SHOWN_CHIPS:
        yield element("span", f"and {len(custom) - _SHOWN_CHIPS:,} more")


def _page(route: RouteRecord, columns: Sequence[Column], *, titled: bool) -> Markup:
    """One page that calls the route."""
    wanted = [column for column in columns if not column.is_for_comparison]
    notes = list(_notes(route, columns, wanted))
    items = [element("li", shortened(text, _LONGEST)) for text in notes[:_SHOWN_NOTES]]
    if len(notes) > _SHOWN_NOTES:
        items.append(element("li", f"and {len(notes) - _SHOWN_NOTES:,} more"))
    return joined(
        element("h4", "Page ", code(page_of(columns[0].fetch))) if titled else NOTHING,
        *_failures(wanted),
        _headers(route, columns),
        element("ul", *items, class_="notes") if items else NOTHING,
    )


def _notes(route: RouteRecord, columns: Sequence[Column], wanted: Sequence[Column]) -> Iterator[str]:
    """What the table has no room for."""
    for url in dict.fromkeys(map(final_url, (column.fetch for column in wanted))):
        if url is not None:
            yield f"The response came from {url}, by a redirect."
    yield from dropped_notes(wanted)
    yield from cookie_notes(wanted)
    yield from quirk_notes(wanted)
    yield from comparison_notes(route, columns)
    yield from dict.fromkeys(header_notes(route.headers[:MOST_HEADERS], wanted))
    yield from reading_notes(wanted)
    for skipped in route.skipped:
        if skipped.page == columns[0].fetch.caller.page:
            yield f"{skipped.browser} is not simulated for this page: {skipped.reason}"


def _failures(columns: Sequence[Column]) -> Iterator[Markup]:
    """Why responses are blocked, and what the consoles of the browsers say."""
    groups: dict[tuple[str, str], list[Column]] = {}
    for column in columns:
        result = column.fetch.result
        if isinstance(result, NetworkError):
            groups.setdefault((str(result.failure), failure_sentence(result)), []).append(column)
    for (failure, sentence), group in groups.items():
        word = failure_of(group[0].fetch).partition(": ")[0]
        yield element(
            "p",
            state(word),
            f" {callers_of(group, columns)}: {sentence} JavaScript gets a TypeError (",
            code(failure),
            ").",
        )
        messages = dict.fromkeys(
            message for column in group for fetch in column.fetches for message in console_messages(fetch)
        )
        if messages:
            rows = [
                joined(
                    element("dt", message.browser),
                    element("dd", code(": ".join(filter(None, (message.name, message.text))) or "(nothing)")),
                )
                for message in messages
            ]
            yield element("div", element("p", "The browser's console shows:"), element("dl", *rows), class_="console")


def _headers(route: RouteRecord, columns: Sequence[Column]) -> Markup:
    """The table of all headers, custom ones first, for callers that get a response, if any does."""
    headers = sorted(route.headers, key=lambda header: not header.custom)[:MOST_HEADERS]
    if not headers:
        return NOTHING
    texts = bounded({"headers": [[header.name, _values(header, columns)] for header in headers]})["headers"]
    groups = groups_of(columns, route)
    groups = [group for group in groups if not is_blocked(group[0].fetch)] or groups
    titles = ["Header", *(callers_of(group, columns) for group in groups), "Why", "Value"]
    rows = [
        element(
            "tr",
            element("th", name, scope="row"),
            *(state(state_of(group[0].verdict(header)), tag="td") for group in groups),
            element("td", _why(header, columns)),
            element("td", _folded(value)),
            class_=None if header.custom else "standard",
        )
        for header, (name, value) in zip(headers, texts, strict=True)
    ]
    head = element("tr", *(element("th", title, scope="col") for title in titles))
    table = element("table", element("thead", head), element("tbody", *rows), class_="headers")
    more = len(route.headers) - len(headers)
    rest = element("p", f"and {more:,} more headers", class_="dim") if more > 0 else NOTHING
    return joined(element("div", table, class_="scroll", tabindex="0", role="group", aria_label="Headers"), rest)


def _folded(value: str) -> str:
    """A value, of which only the beginning is shown if it is long."""
    if len(value) <= _LONGEST:
        return value
    beginning = element("summary", f"{value[:_SHOWN_BEGINNING]} ... ({len(value):,} characters)")
    return element("details", beginning, value)


def _values(header: HeaderRecord, columns: Sequence[Column]) -> str:
    verdicts = [column.verdict(header) for column in columns]
    values = next((verdict.values for verdict in verdicts if verdict.sent), ())
    return ", ".join(shown_value(header.name, value) for value in values)


def _why(header: HeaderRecord, columns: Sequence[Column]) -> str:
    clauses = dict.fromkeys(column.verdict(header).clause for column in columns)
    return ", ".join(dict.fromkeys(clause_phrase(clause) for clause in clauses if clause is not Clause.BLOCKED))


def _in_browser(fetch: FetchRecord) -> Markup:
    """What a real browser did."""
    real = fetch.in_browser
    assert real is not None  # noqa: S101 -- the caller looked
    its_agreement = agreement(fetch)
    text = f"{browser_title(real)} {MODES[fetch.credentials]} {_AGREEMENT.get(str(its_agreement), its_agreement)}"
    if its_agreement != "different":
        return element("p", f"{text}.")
    return joined(element("p", element("strong", f"{text}:")), element("p", code(_real(real))))


def _real(real: BrowserRecord) -> str:
    headers = "; ".join(f"{name}: {value}" for name, value in shown_headers(real.headers))
    return shortened(real.error or f"{real.type}, status {real.status}; {headers}", _LONGEST)
