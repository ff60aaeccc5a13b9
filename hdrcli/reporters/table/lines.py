"""Many routes: one line a route, under a line for each page. Only the finished parts of a line are stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct, field

from hdrcli.fetch import TRANSPORT_FAILURES, NetworkError
from hdrcli.fetch.headers import values_of
from hdrcli.records.route import Caller, HeldFetch, RouteRecord
from hdrcli.records.verdict import HeaderRecord
from hdrcli.report.totals import custom_headers
from hdrcli.reporters.phrases import MODES, failure_phrase
from hdrcli.reporters.route_notes import difference_of, raised_text, status_text, where
from hdrcli.reporters.table.page import page_lines
from hdrcli.reporters.table.terminal import Terminal
from hdrcli.reporters.view import (
    Column,
    columns_of,
    count,
    final_url,
    is_blocked,
    listing,
    shortened,
    shown_path,
    shown_url,
)

_Parts = tuple[tuple[str, str], ...]
_Row = tuple[str, str, str, str, _Parts]
"""The step of a profile (empty without one), method, path, status, and the rest of the line."""

_WIDEST_PATH: Final = 40
_LONGEST_NAME: Final = 100
_SHOWN_HEADERS: Final = 20
_SHOWN_DIFFERENCES: Final = 5
_SHOWN_PATHS: Final = 12
_FEW: Final = 2
"""Equal rows that have a line each."""
_NOT_SENT: Final = "not sent"


class _Page(Struct):
    """The lines of the routes that one page calls."""

    head: list[str]
    rows: list[_Row] = field(default_factory=list)
    custom: int = 0
    readable: int = 0
    differences: Counter[str] = field(default_factory=Counter)
    """How many routes differ in the credentials mode that nobody chose, and how."""


class RouteParts:
    """The parts of a route's line: its status, where redirects led, each custom header with its mark, why it failed."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def of_held(self, held: Sequence[HeldFetch]) -> _Parts:
        """Of a request that is not sent."""
        return tuple(self._preflight(held))

    def of(
        self, route: RouteRecord, custom: Sequence[tuple[HeaderRecord, bool]], wanted: Sequence[Column]
    ) -> tuple[str, _Parts]:
        """The status, and the parts behind it. `wanted` are the columns of one page, `custom` its headers."""
        statuses = "/".join(dict.fromkeys(status_text(column.fetch) for column in wanted))
        raised = () if route.raised is None else ((f"  {raised_text(route.raised)}", "yellow"),)
        parts = (*raised, *self._redirected(route, wanted), *self._headers(custom, wanted), *self._blocked(wanted))
        return statuses, parts

    def _preflight(self, held: Sequence[HeldFetch]) -> Iterator[tuple[str, str]]:
        """That the preflight succeeded, if there was one, and the request headers that it allows; or why it stopped."""
        kept = ", ".join(held[0].kept_headers)
        if kept:
            yield f"  {kept} would go to another origin", "yellow"
            return
        preflight = next((exchange.request for fetch in held for exchange in fetch.exchanges), None)
        if preflight is not None:
            names = values_of("Access-Control-Request-Headers", preflight.headers)
            yield "  preflight ", ""
            yield self._terminal.yes, "green"
            yield f"  {shortened(', '.join(names).replace(',', ', '), _LONGEST_NAME)}" if names else "", "dim"

    def _redirected(self, route: RouteRecord, columns: Sequence[Column]) -> Iterator[tuple[str, str]]:
        """The URL that responded, or its path where that is the same service's."""
        origin = shown_url(route.url).removesuffix(shown_path(route.url))
        for url in dict.fromkeys(url for column in columns if (url := final_url(column.fetch)) is not None):
            yield f"  from {shown_path(url) if url.startswith(f'{origin}/') else url}", "dim"

    def _headers(
        self, custom: Sequence[tuple[HeaderRecord, bool]], columns: Sequence[Column]
    ) -> Iterator[tuple[str, str]]:
        """Each custom header with its mark. A cross names the columns that hide what others show."""
        terminal = self._terminal
        open_columns = [column for column in columns if not is_blocked(column.fetch)]
        if not open_columns:
            return
        for header, _ in custom[:_SHOWN_HEADERS]:
            hiding = [column for column in open_columns if not column.verdict(header).readable]
            yield f"  {shortened(header.name.lower(), _LONGEST_NAME)} ", ""
            if not hiding:
                yield terminal.yes, "green"
                continue
            yield terminal.no, "yellow"
            if len(hiding) < len(open_columns):
                yield f" {where(hiding, columns)}", "dim"
        if len(custom) > _SHOWN_HEADERS:
            yield f"  and {len(custom) - _SHOWN_HEADERS} more", "dim"

    def _blocked(self, columns: Sequence[Column]) -> Iterator[tuple[str, str]]:
        blocked: dict[str, list[Column]] = {}
        for column in columns:
            result = column.fetch.result
            if isinstance(result, NetworkError):
                word = "failed" if result.failure in TRANSPORT_FAILURES else "blocked"
                blocked.setdefault(f"{word}|{failure_phrase(result)}", []).append(column)
        for key, group in blocked.items():
            word, _, phrase = key.partition("|")
            place = "" if len(group) == len(columns) else f" {where(group, columns)}"
            yield f"  {word}", "bold red"
            yield f"{place}: {phrase}", ""


class RouteLines:
    """Takes the routes of a service one after the other, and makes their lines at the end."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._parts = RouteParts(terminal)
        self._pages: dict[str, _Page] = {}
        self._mode = ""

    def add(self, route: RouteRecord) -> None:
        """Take the next route."""
        held: dict[str, list[HeldFetch]] = {}
        for fetch in route.held:
            if not fetch.caller.for_comparison:
                held.setdefault(str(fetch.caller.page), []).append(fetch)
        for columns in columns_of(route):
            caller = columns[0].fetch.caller
            self._add(self._page_of(route, caller), route, columns, held.pop(str(caller.page), []))
        for fetches in held.values():
            self._add(self._page_of(route, fetches[0].caller), route, (), fetches)

    def _page_of(self, route: RouteRecord, caller: Caller) -> _Page:
        name = str(caller.page)
        page = self._pages.get(name)
        if page is None:
            page = self._pages[name] = _Page(list(page_lines(self._terminal, route, caller)))
        return page

    def _add(self, page: _Page, route: RouteRecord, columns: Sequence[Column], held: Sequence[HeldFetch]) -> None:
        wanted = [column for column in columns if not column.is_for_comparison]
        compared = [column for column in columns if column.is_for_comparison]
        if held and not wanted:
            page.rows.append((route.step, route.method, shown_path(route.url), _NOT_SENT, self._parts.of_held(held)))
            return
        custom = custom_headers(route, columns[0].fetch.caller.page)
        page.custom += len(custom)
        page.readable += sum(is_readable for _, is_readable in custom)
        statuses, parts = self._parts.of(route, custom, wanted)
        page.rows.append((route.step, route.method, shown_path(route.url), statuses, parts))
        if wanted and compared:
            difference = difference_of(route, wanted, compared)
            self._mode = compared[0].fetch.credentials
            page.differences.update([difference] if difference else ())

    def lines(self, service: str) -> Iterator[str]:
        """The lines of all routes, page by page."""
        for number, page in enumerate(self._pages.values()):
            if number:
                yield ""
            yield from self._page(service, page)

    def _page(self, service: str, page: _Page) -> Iterator[str]:
        terminal = self._terminal
        routes = f"{service}: {count(len(page.rows), 'route')}"
        readable = f"JavaScript can read {page.readable:,} of {count(page.custom, 'custom header')}"
        yield terminal.line((routes, "bold"), f", {readable}" if page.custom else "", hang=2)
        yield from page.head
        rows, alike = _grouped(page.rows)
        step_width = max(len(step) for step, *_ in page.rows)
        method_width = max(len(method) for _, method, *_ in page.rows)
        path_width = min(max((len(path) for _, _, path, *_ in rows), default=0), _WIDEST_PATH)
        for step, method, path, status, parts in rows:
            start = f"{method:{method_width}} {path:{path_width}}  {status}"
            start = f"{step:{step_width}}  {start}" if step_width else start
            yield terminal.laid_out([(start, ""), *parts], 2, 4)
        for method, paths, status, parts in alike:
            start = f"{method:{method_width}} {listing(paths, _SHOWN_PATHS)}  {status}"
            yield terminal.laid_out([(start, ""), *parts], 2, 4)
        for difference, number in page.differences.most_common(_SHOWN_DIFFERENCES):
            mode = f'{MODES[self._mode].capitalize()} (credentials: "{self._mode}")'
            yield terminal.line(f"{mode} on {count(number, 'route')}, {difference}.", indent=2, hang=2)


def _grouped(rows: Sequence[_Row]) -> tuple[list[_Row], list[tuple[str, list[str], str, _Parts]]]:
    """The rows that have a line each, and those of requests that are not sent, where many differ only in the path."""
    paths: dict[tuple[str, str, _Parts], list[str]] = {}
    for step, method, path, status, parts in rows:
        if status == _NOT_SENT and not step:
            paths.setdefault((method, status, parts), []).append(path)
    alike = {key: its_paths for key, its_paths in paths.items() if len(its_paths) > _FEW}
    single = [row for row in rows if row[0] or (row[1], row[3], row[4]) not in alike]
    return single, [(method, its_paths, status, parts) for (method, status, parts), its_paths in alike.items()]
