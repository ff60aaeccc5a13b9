"""Sentences about a route, which formats show next to its headers: why it is so, and what is otherwise elsewhere.

A column is what one credentials mode of a page gets, in browsers that agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from hdrcli.fetch import CookieFault, FilteredResponse, NetworkError
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.records.location import Raised
from hdrcli.records.route import BrowserRecord, FetchRecord, RouteRecord
from hdrcli.records.verdict import Clause, HeaderRecord
from hdrcli.report.totals import custom_headers
from hdrcli.reporters.phrases import MODES, clause_phrase, clause_sentence, failure_phrase
from hdrcli.reporters.view import Column, is_blocked, listing, shortened, shown_text, shown_value, status_of
from hdrcli.verdict.cookie_sentences import cookie_sentence

_EXPLAINED: Final = frozenset(
    {
        Clause.NOT_LISTED,
        Clause.NO_LIST,
        Clause.WILDCARD_WITH_CREDENTIALS,
        Clause.FORBIDDEN,
        Clause.FORBIDDEN_IN_THIS_BROWSER,
        Clause.LIST_VOID,
        Clause.LINES_HIDDEN,
        Clause.VALUE_HIDDEN,
        Clause.OPAQUE,
    }
)
"""Clauses whose phrase is not enough."""

LONGEST_NAME: Final = 200
_LONGEST_VALUE: Final = 2000
"""Characters, where nothing is cut otherwise: JSON has the rest."""
_SHOWN_NAMES: Final = 6


def label(column: Column, columns: Sequence[Column]) -> str:
    """What a column is called: the mode, and the browsers unless they agree."""
    mode = MODES[column.fetch.credentials]
    if not column.is_divided:
        return mode
    several_modes = len({each.fetch.credentials for each in columns}) > 1
    browsers = ", ".join(column.browsers)
    return f"{mode} {browsers}" if several_modes else browsers


def where(some: Iterable[Column], columns: Sequence[Column]) -> str:
    """In which of the columns something is so: "in firefox and with cookies webkit"."""
    labels = dict.fromkeys(label(column, columns) for column in some)
    return " and ".join(each if each.startswith("with") else f"in {each}" for each in labels)


def raised_text(raised: Raised) -> str:
    """An exception and its place."""
    place = raised.location
    return shown_text(raised.kind if place is None else f"{raised.kind} at {place.file}:{place.line}")


def status_text(fetch: FetchRecord) -> str:
    """The status of the last response to the request itself, or why there is none."""
    status = status_of(fetch)
    if status is not None:
        return str(status)
    is_sent = any(exchange.request.purpose == "request" for exchange in fetch.exchanges)
    return "no response" if is_sent else "not sent"


def dropped_notes(columns: Iterable[Column]) -> Iterator[str]:
    """The headers that a page may not set, and in which browsers, unless that is so in all."""
    dropped: dict[tuple[str, ...], dict[str, None]] = {}
    for column in columns:
        for fetch in column.fetches:
            dropped.setdefault(fetch.dropped_header_names, {})[fetch.browser] = None
    for names, browsers in dropped.items():
        who = "The browser drops" if len(dropped) == 1 else f"{' and '.join(browsers)} drop{'s' * (len(browsers) == 1)}"
        if names:
            yield f"{who} request headers that a page may not set: {', '.join(names)}."


def cookie_notes(columns: Sequence[Column]) -> Iterator[str]:
    """The stored cookies that are not sent. That "omit" sends none goes without saying."""
    fetches = [fetch for column in columns for fetch in column.fetches if fetch.credentials != "omit"]
    reasons: dict[tuple[str, str], dict[str, None]] = {}
    for fetch in fetches:
        for verdict in fetch.cookies:
            if verdict.fault not in {None, CookieFault.NO_REQUEST}:
                reasons.setdefault((verdict.name, cookie_sentence(verdict)), {})[fetch.browser] = None
    browsers = {fetch.browser for fetch in fetches}
    for (name, detail), its_browsers in reasons.items():
        where = "" if its_browsers.keys() == browsers else f" in {' and '.join(its_browsers)}"
        yield f"The cookie {name} is not sent{where}: {detail}"


def quirk_notes(columns: Iterable[Column]) -> Iterator[str]:
    """Why browsers get different results."""
    names = dict.fromkeys(name for column in columns for fetch in column.fetches for name in fetch.quirks)
    if names:
        from hdrcli.verdict.quirks import quirk_sentence

        for name in names:
            yield f"Browsers differ here: {quirk_sentence(name)}"


def browser_title(real: BrowserRecord) -> str:
    """Name and major version of a real browser."""
    return f"{real.browser.capitalize()} {real.version.partition('.')[0]}"


# --- headers ----------------------------------------------------------------------------------------------------------


def shown_values(name: str, values: Iterable[str]) -> str:
    """The values of a header's lines without secrets; of a very long one the beginning and the end."""
    return shortened(", ".join(shown_value(name, value) for value in values), _LONGEST_VALUE)


def header_notes(headers: Iterable[HeaderRecord], columns: Sequence[Column]) -> Iterator[str]:
    """The sentences behind the phrases of a table's headers, and the values of other columns than the first."""
    for header in headers:
        for column in columns:
            clause = column.verdict(header).clause
            if clause in _EXPLAINED and column.verdict(header).sent:
                yield f"{clause_phrase(clause)}: {clause_sentence(clause, column.fetch)}"
    for header in headers:
        values: dict[tuple[str, ...], list[str]] = {}
        for column in columns:
            if column.verdict(header).sent:
                values.setdefault(column.verdict(header).values, []).append(label(column, columns))
        for other, labels in list(values.items())[1:]:
            yield f"{shortened(header.name, LONGEST_NAME)} {' and '.join(labels)}: {shown_values(header.name, other)}"


def reading_notes(columns: Sequence[Column]) -> Iterator[str]:
    """The values that JavaScript gets and that are not those sent, the first one's lines joined by ", "; by whom."""
    browsers: dict[tuple[str, str], list[str]] = {}
    joined: dict[int, dict[str, list[str]]] = {}
    for fetch in [fetch for column in columns for fetch in column.fetches]:
        if not isinstance(fetch.result, FilteredResponse) or fetch.response is None:
            continue
        number = fetch.exchanges[-1].number
        if number not in joined:
            joined[number] = {}
            for name, value in fetch.response.headers:
                joined[number].setdefault(byte_lowercase(name), []).append(value)
        for name, value in fetch.result.headers:
            if value != ", ".join(joined[number].get(name, ())):
                browsers.setdefault((name, value), []).append(fetch.browser)
    for (name, value), names in browsers.items():
        by = ", ".join(dict.fromkeys(names))
        yield f"{shortened(name, LONGEST_NAME)} read by {by}: {shown_values(name, [value])}"


# --- the mode that nobody chose ---------------------------------------------------------------------------------------


def comparison_notes(route: RouteRecord, columns: Sequence[Column]) -> Iterator[str]:
    """How the result differs in the credentials mode that nobody chose; nothing where it does not."""
    wanted = [column for column in columns if not column.is_for_comparison]
    compared = [column for column in columns if column.is_for_comparison]
    if not wanted or not compared:
        return
    difference = difference_of(route, wanted, compared)
    if difference:
        mode = compared[0].fetch.credentials
        yield f'{MODES[mode].capitalize()} (credentials: "{mode}"), {difference}.'


def difference_of(route: RouteRecord, wanted: Sequence[Column], compared: Sequence[Column]) -> str:
    """What is otherwise in the compared columns; empty if nothing is."""
    blocked = [column for column in compared if is_blocked(column.fetch)]
    if all(is_blocked(column.fetch) for column in wanted):
        return "the response would not be blocked" if not blocked else ""
    if blocked:
        place = (
            f" in {', '.join(browser for column in blocked for browser in column.browsers)}"
            if len(blocked) < len(compared)
            else ""
        )
        result = blocked[0].fetch.result
        why = failure_phrase(result) if isinstance(result, NetworkError) else ""
        return f"the whole response would be blocked{place}: {why}"
    statuses = {status_of(column.fetch) for column in compared}
    if statuses != {status_of(column.fetch) for column in wanted}:
        return f"the status would be {' or '.join(map(str, statuses))}"
    return _other_headers(route, wanted, compared)


def _other_headers(route: RouteRecord, wanted: Sequence[Column], compared: Sequence[Column]) -> str:
    """The custom headers that only one of the modes makes readable."""
    changed: dict[tuple[str, str], list[str]] = {}
    for header, _ in custom_headers(route):
        before = {column.verdict(header).readable for column in wanted}
        after = {column.verdict(header).readable for column in compared}
        if before != after and all(column.verdict(header).sent for column in compared):
            verdict = compared[0].verdict(header)
            state = "readable" if after == {True} else "hidden"
            changed.setdefault((state, clause_phrase(verdict.clause)), []).append(header.name)
    return "; ".join(
        f"{listing(names, _SHOWN_NAMES)} would be {state} ({phrase})" for (state, phrase), names in changed.items()
    )
