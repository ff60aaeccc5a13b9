"""The results of a route as data for the matrix and the filter: little, as a run may have thousands of routes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from hdrcli.fetch import TRANSPORT_FAILURES, NetworkError
from hdrcli.records.expectation import UnmetExpectation
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.records.verdict import HeaderRecord
from hdrcli.report.totals import custom_headers, failed_below_http
from hdrcli.reporters.phrases import MODES, failure_phrase
from hdrcli.reporters.route_notes import label, status_text
from hdrcli.reporters.view import Column, columns_of, is_blocked, page_of, shortened, shown_path, state_of
from hdrcli.structs import Record

MOST_HEADERS: Final = 500
"""Of a route: as in JSON reports."""
_LONGEST_NAME: Final = 100


class Row(Record, frozen=True, kw_only=True):
    """What callers of a route with the same results get.

    `states` are those of the headers, by their names in lower case; `failure` is why there is no response to read.
    """

    page: str
    callers: str
    status: str
    states: Mapping[str, str]
    failure: str = ""
    is_for_comparison: bool = False


class RouteRows(Record, frozen=True, kw_only=True):
    """A route: `anchor` is the id of its details, `kinds` are the choices of the filter that show it.

    `custom` are the headers that pages may want to read, `unmet` those that are expected to be otherwise.
    """

    anchor: str
    method: str
    path: str
    rows: tuple[Row, ...]
    kinds: frozenset[str]
    custom: tuple[str, ...]
    unmet: tuple[str, ...]


def rows_of(route: RouteRecord, unmet: Sequence[UnmetExpectation], anchor: str) -> RouteRows:
    """The rows of a route."""
    return RouteRows(
        anchor=anchor,
        method=route.method,
        path=shown_path(route.url),
        rows=tuple(_rows(route)),
        kinds=frozenset(_kinds(route, unmet)) or frozenset({"fine"}),
        custom=tuple(_name(header.name) for header, _ in custom_headers(route)[:MOST_HEADERS]),
        unmet=tuple(dict.fromkeys(_name(each.name) for each in unmet)),
    )


def _name(name: str) -> str:
    return shortened(name.lower(), _LONGEST_NAME)


def failure_of(fetch: FetchRecord) -> str:
    """Why the page gets no response; empty if it gets one."""
    result = fetch.result
    if not isinstance(result, NetworkError):
        return ""
    word = "no response" if result.failure in TRANSPORT_FAILURES else "blocked"
    return f"{word}: {failure_phrase(result)}"


def groups_of(columns: Sequence[Column], route: RouteRecord) -> list[list[Column]]:
    """The columns of a page by what they get: most services do the same without and with cookies."""
    alike: dict[object, list[Column]] = {}
    for column in columns:
        states = tuple([state_of(column.verdict(header)) for header in route.headers[:MOST_HEADERS]])
        alike.setdefault((status_text(column.fetch), failure_of(column.fetch), states), []).append(column)
    return list(alike.values())


def _rows(route: RouteRecord) -> Iterator[Row]:
    for columns in columns_of(route):
        for group in groups_of(columns, route):
            yield _row(route, group, columns)
    held: dict[str, list[str]] = {}
    for fetch in route.held:
        held.setdefault(str(fetch.caller.page), []).append(MODES[fetch.caller.credentials])
    for page, modes in held.items():
        yield Row(page=page, callers=", ".join(dict.fromkeys(modes)), status="not sent", states={})


def _row(route: RouteRecord, group: Sequence[Column], columns: Sequence[Column]) -> Row:
    fetch = group[0].fetch
    return Row(
        page=page_of(fetch),
        callers=callers_of(group, columns),
        status=status_text(fetch),
        states={_name(header.name): state_of(group[0].verdict(header)) for header in route.headers[:MOST_HEADERS]},
        failure=failure_of(fetch),
        is_for_comparison=all(column.is_for_comparison for column in group),
    )


def callers_of(group: Sequence[Column], columns: Sequence[Column]) -> str:
    """Which of a page's callers these are."""
    modes = {column.fetch.credentials for column in group}
    if len(group) == len(columns) and modes == {"omit", "include"}:
        return "with or without cookies"
    return ", ".join(dict.fromkeys(label(column, columns) for column in group))


def _kinds(route: RouteRecord, unmet: Sequence[UnmetExpectation]) -> Iterator[str]:
    wanted = [fetch for fetch in route.fetches if not fetch.caller.for_comparison]
    if unmet or any(map(failed_below_http, wanted)):
        yield "failed"
    if any(is_blocked(fetch) and not failed_below_http(fetch) for fetch in wanted):
        yield "blocked"
    if not all(is_readable for _, is_readable in received(route)):
        yield "hidden"


def received(route: RouteRecord) -> Iterator[tuple[HeaderRecord, bool]]:
    """The custom headers of responses that pages get, and whether each page that gets one can read it."""
    indexes = [
        index for index, fetch in enumerate(route.fetches) if not fetch.caller.for_comparison and not is_blocked(fetch)
    ]
    for header, _ in custom_headers(route):
        verdicts = [header.verdicts[index] for index in indexes if header.verdicts[index].sent]
        if verdicts:
            yield header, all(verdict.readable for verdict in verdicts)
