"""A route in full: its requests, the failure, its table, and in one line the credentials mode that nobody chose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hdrcli.fetch import TRANSPORT_FAILURES, CookieFault, NetworkError
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.report.totals import custom_headers
from hdrcli.reporters.phrases import MODES, clause_phrase, failure_phrase, failure_sentence
from hdrcli.reporters.table.exchanges import exchange_lines, probe_lines
from hdrcli.reporters.table.headers import header_lines, where
from hdrcli.reporters.table.held import held_lines
from hdrcli.reporters.table.in_browser import in_browser_lines
from hdrcli.reporters.table.page import page_lines
from hdrcli.reporters.table.terminal import Part, Terminal
from hdrcli.reporters.view import (
    Column,
    columns_of,
    final_url,
    is_blocked,
    listing,
    status_of,
    title_of,
)
from hdrcli.verdict.console import console_messages
from hdrcli.verdict.failures import cookie_sentence

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
    yield from exchange_lines(terminal, columns if verbose else wanted, verbose=verbose)
    yield from _dropped(terminal, wanted)
    yield from _cookies(terminal, wanted)
    yield from _failures(terminal, wanted, verbose=verbose)
    yield from header_lines(terminal, route.headers, wanted, verbose=verbose)
    yield from _quirks(terminal, wanted)
    for line in comparison_notes(route, columns):
        yield terminal.line(line, indent=2, hang=2)
    fetches = [fetch for column in columns for fetch in column.fetches]
    yield from in_browser_lines(terminal, fetches, verbose=verbose)


def _without_response(columns: Sequence[Column]) -> list[str]:
    """Why there is no response, if no fetch has any: standard error has the whole sentences."""
    errors = [column.fetch.result for column in columns if not column.fetch.exchanges or column.fetch.response is None]
    failures = [error for error in errors if isinstance(error, NetworkError) and error.failure in TRANSPORT_FAILURES]
    return list(dict.fromkeys(map(failure_phrase, failures))) if len(failures) == len(columns) else []


def status_text(fetch: FetchRecord) -> str:
    """The status of the last response to the request itself, or why there is none."""
    status = status_of(fetch)
    if status is not None:
        return str(status)
    is_sent = any(exchange.request.purpose == "request" for exchange in fetch.exchanges)
    return "no response" if is_sent else "not sent"


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


# --- notes on the request -------------------------------------------------------------------------------


def _dropped(terminal: Terminal, columns: Iterable[Column]) -> Iterator[str]:
    """The headers that a page may not set, and in which browsers, unless that is so in all."""
    dropped: dict[tuple[str, ...], dict[str, None]] = {}
    for column in columns:
        for fetch in column.fetches:
            dropped.setdefault(fetch.dropped_header_names, {})[fetch.browser] = None
    for names, browsers in dropped.items():
        who = "The browser drops" if len(dropped) == 1 else f"{' and '.join(browsers)} drop{'s' * (len(browsers) == 1)}"
        if names:
            text = f"{who} request headers that a page may not set: {', '.join(names)}."
            yield terminal.line((text, "yellow"), indent=2, hang=2)


def _cookies(terminal: Terminal, columns: Sequence[Column]) -> Iterator[str]:
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
        yield terminal.line((f"The cookie {name} is not sent{where}: {detail}", "yellow"), indent=2, hang=2)


def _quirks(terminal: Terminal, columns: Iterable[Column]) -> Iterator[str]:
    """Why browsers get different results."""
    names = dict.fromkeys(name for column in columns for fetch in column.fetches for name in fetch.quirks)
    if names:
        from hdrcli.verdict.quirks import quirk_sentence

        for name in names:
            yield terminal.line((f"Browsers differ here: {quirk_sentence(name)}", "dim"), indent=2, hang=2)


# --- the mode that nobody chose -------------------------------------------------------------------------


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
