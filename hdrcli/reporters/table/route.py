"""A route in full: its requests, the failure, its table, and in one line the credentials mode that nobody chose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hdrcli.fetch import TRANSPORT_FAILURES, NetworkError
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.reporters.phrases import failure_phrase, failure_sentence
from hdrcli.reporters.route_notes import (
    comparison_notes,
    cookie_notes,
    dropped_notes,
    quirk_notes,
    raised_text,
    status_text,
    where,
)
from hdrcli.reporters.table.exchanges import exchange_lines, probe_lines
from hdrcli.reporters.table.headers import header_lines
from hdrcli.reporters.table.held import held_lines
from hdrcli.reporters.table.in_browser import in_browser_lines
from hdrcli.reporters.table.page import page_lines
from hdrcli.reporters.table.terminal import Part, Terminal
from hdrcli.reporters.view import (
    Column,
    columns_of,
    final_url,
    title_of,
)
from hdrcli.verdict.console import console_messages

_SHOWN_NAMES = 6


def route_lines(terminal: Terminal, route: RouteRecord, *, verbose: bool) -> Iterator[str]:
    """The lines of a route: a part for each page."""
    for number, columns in enumerate(columns_of(route)):
        if number:
            yield ""
        yield from _page(terminal, route, columns, verbose=verbose)
    if route.probed("compare") is not None:
        from hdrcli.reporters.table.two_ways import two_ways_lines  # most checks compare nothing

        yield from two_ways_lines(terminal, route)
    yield from held_lines(terminal, route, verbose=verbose)
    if verbose and route.probes:
        yield from probe_lines(terminal, route)


def _page(terminal: Terminal, route: RouteRecord, columns: Sequence[Column], *, verbose: bool) -> Iterator[str]:
    wanted = [column for column in columns if not column.is_for_comparison]
    failures = _without_response(wanted)
    if failures and not verbose:
        text = f"  no response: {' / '.join(failures)}"
        yield terminal.line((title_of(route), "bold"), text, hang=2)
        return
    statuses = " / ".join(dict.fromkeys(_status_and_url(column.fetch) for column in wanted))
    yield terminal.line((title_of(route), "bold"), f"  {statuses}", hang=2)
    yield from page_lines(terminal, route, columns[0].fetch.caller)
    if route.raised is not None:
        yield terminal.line((f"The app raised {raised_text(route.raised)}.", "yellow"), indent=2, hang=2)
    yield from exchange_lines(terminal, columns if verbose else wanted, verbose=verbose)
    for note in (*dropped_notes(wanted), *cookie_notes(wanted)):
        yield terminal.line((note, "yellow"), indent=2, hang=2)
    yield from _failures(terminal, wanted, verbose=verbose)
    yield from header_lines(terminal, route.headers, wanted, verbose=verbose)
    for note in quirk_notes(wanted):
        yield terminal.line((note, "dim"), indent=2, hang=2)
    for line in comparison_notes(route, columns):
        yield terminal.line(line, indent=2, hang=2)
    fetches = [fetch for column in columns for fetch in column.fetches]
    yield from in_browser_lines(terminal, fetches, verbose=verbose)


def _without_response(columns: Sequence[Column]) -> list[str]:
    """Why there is no response, if no fetch has any: standard error has the whole sentences."""
    errors = [column.fetch.result for column in columns if not column.fetch.exchanges or column.fetch.response is None]
    failures = [error for error in errors if isinstance(error, NetworkError) and error.failure in TRANSPORT_FAILURES]
    return list(dict.fromkeys(map(failure_phrase, failures))) if len(failures) == len(columns) else []


def _status_and_url(fetch: FetchRecord) -> str:
    url = final_url(fetch)
    return status_text(fetch) if url is None else f"{status_text(fetch)} from {url}"


# --- failures -------------------------------------------------------------------------------------------


def _failures(terminal: Terminal, columns: Sequence[Column], *, verbose: bool) -> Iterator[str]:
    groups: dict[tuple[str, str], list[Column]] = {}
    for column in columns:
        result = column.fetch.result
        if isinstance(result, NetworkError):
            groups.setdefault((str(result.failure), failure_sentence(result)), []).append(column)
    for (code, sentence), group in groups.items():
        place = "" if len(group) == len(columns) else f" {where(group, columns)}"
        parts: list[Part] = [("blocked", "bold red"), f"{place}: {sentence} JavaScript gets a TypeError ({code})."]
        yield terminal.line(*parts, indent=2, hang=2)
        yield from _console(terminal, [fetch for column in group for fetch in column.fetches], verbose=verbose)


def _console(terminal: Terminal, fetches: Iterable[FetchRecord], *, verbose: bool) -> Iterator[str]:
    messages = dict.fromkeys(message for fetch in fetches for message in console_messages(fetch))
    if messages:
        yield terminal.line(("The console shows:", "dim"), indent=2)
    width = max((len(message.browser) for message in messages), default=0)
    for message in messages:
        text = ": ".join(filter(None, (message.name, message.text))) or "(nothing)"
        error = f" ({message.error})" if verbose else ""
        yield terminal.line(
            (f"{message.browser:<{width}}", "dim"), f"  {text}{error}", indent=4, hang=terminal.hang(width + 2)
        )
