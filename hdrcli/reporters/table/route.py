"""A route's block: what was asked, what failed, and each header with its verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.records.verdict import HeaderRecord
from hdrcli.reporters.table.browsers import write_console, write_dropped, write_quirks
from hdrcli.reporters.table.columns import Column, failure_of, fetches_of, final_status
from hdrcli.reporters.table.cookies import cookies_not_sent
from hdrcli.reporters.table.exchanges import early_hints, exchange_lines, write_lines
from hdrcli.reporters.table.headers import write_headers
from hdrcli.reporters.table.printing import Output
from hdrcli.reporters.table.whose import whose

_SHOWN_EXCHANGES: Final = 8


def write_block(
    output: Output,
    route: RouteRecord,
    columns: Sequence[Column],
    headers: Sequence[HeaderRecord],
    *,
    verbose: bool,
) -> None:
    """Write what the fetches of one page made of a route."""
    status = " / ".join(dict.fromkeys(final_status(column.fetch) for column in columns))
    output.line((f"{route.method} {route.url}", "bold"), f"  {status}", indent=0)
    _write_exchanges(output, columns, verbose=verbose)
    _write_failures(output, columns, verbose=verbose)
    write_headers(output, headers, columns, verbose=verbose)
    write_quirks(output, fetches_of(columns))


def _write_exchanges(output: Output, columns: Sequence[Column], *, verbose: bool) -> None:
    """The exchanges where there is more to them than one request: preflights, redirect hops, differences by mode."""
    fetches = fetches_of(columns)
    told: dict[tuple[str, ...], list[FetchRecord]] = {}
    for fetch in fetches:
        lines = tuple(line for exchange in fetch.exchanges for line in exchange_lines(exchange, verbose=verbose))
        told.setdefault(lines, []).append(fetch)
    for lines, group in told.items():
        exchanges = group[0].exchanges
        preflighted = any(exchange.request.purpose == "preflight" for exchange in exchanges)
        if len(told) > 1 and lines:
            output.line(f"with credentials {whose(group, fetches)}:", style="dim")
        if verbose or preflighted or len(exchanges) > 1 or len(told) > 1:
            write_lines(output, lines if verbose else _without_middle(lines))
    early = early_hints(exchange for column in columns for exchange in column.fetch.exchanges)
    if early is not None:
        output.line(early, style="dim")
    write_dropped(output, fetches)
    for line in cookies_not_sent(fetches):
        output.line(line, style="yellow")


def _without_middle(lines: Sequence[str]) -> Sequence[str]:
    """Of many redirects, the first ones and the last one."""
    more = len(lines) - _SHOWN_EXCHANGES
    return lines if more <= 0 else (*lines[: _SHOWN_EXCHANGES - 1], f"and {more} more requests", lines[-1])


def _write_failures(output: Output, columns: Sequence[Column], *, verbose: bool) -> None:
    failed: dict[tuple[str, str], list[FetchRecord]] = {}
    for fetch in fetches_of(columns):
        failure = failure_of(fetch)
        if failure is not None:
            failed.setdefault(failure, []).append(fetch)
    for (code, detail), group in failed.items():
        modes = whose(group, fetches_of(columns))
        sentence = f" with credentials {modes}: {detail} JavaScript gets a TypeError ({code})."
        output.line(("blocked", "bold red"), sentence)
        write_console(output, group, verbose=verbose)
