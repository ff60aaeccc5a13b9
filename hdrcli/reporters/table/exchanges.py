"""What went over the wire: a line for each exchange, and with `verbose` its raw lines."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Final

from hdrcli.records.exchange import Exchange
from hdrcli.records.route import Caller, FetchRecord, HeldFetch, RouteRecord
from hdrcli.reporters.raw_lines import is_http2, received_lines, sent_lines, summary, who
from hdrcli.reporters.table.terminal import Terminal
from hdrcli.reporters.view import (
    Column,
)

_EARLY_HINTS: Final = 103
_SHOWN_EXCHANGES: Final = 8
_SHOWN_LINES: Final = 2000
"""A server may send hundreds of thousands."""


def exchange_lines(terminal: Terminal, columns: Sequence[Column], *, verbose: bool) -> Iterator[str]:
    """The exchanges of a page: with `verbose` all of them, or else where there is more to them than one request."""
    fetches = [fetch for column in columns for fetch in column.fetches]
    yield from (exchanges_in_full if verbose else _in_brief)(terminal, fetches)
    names = _early_hints(exchange for column in columns for exchange in column.fetch.exchanges)
    if names is not None:
        yield terminal.line(
            (f"103 Early Hints came first{names}: JavaScript cannot read them.", "dim"), indent=2, hang=2
        )


def _in_brief(terminal: Terminal, fetches: Iterable[FetchRecord]) -> Iterator[str]:
    """Fetches with the same lines once; none where the route's own line says it."""
    groups: dict[tuple[str, ...], None] = dict.fromkeys(tuple(map(summary, fetch.exchanges)) for fetch in fetches)
    if len(groups) == 1 and all(len(lines) == 1 for lines in groups):
        return
    for lines in groups:
        hidden = len(lines) - _SHOWN_EXCHANGES
        shown = lines if hidden <= 0 else (*lines[: _SHOWN_EXCHANGES - 1], f"and {hidden} more requests", lines[-1])
        for line in shown:
            yield terminal.line((line, "dim"), indent=2, hang=2)


def exchanges_in_full(
    terminal: Terminal, fetches: Sequence[FetchRecord | HeldFetch], known: Container[int] = ()
) -> Iterator[str]:
    """Each exchange once, unless its number is known, with those whose fetches it is part of, unless these are all."""
    callers: dict[int, list[Caller]] = {}
    for fetch in fetches:
        for exchange in fetch.exchanges:
            callers.setdefault(exchange.number, []).append(fetch.caller)
    for exchange in {each.number: each for fetch in fetches for each in fetch.exchanges}.values():
        its_callers = callers[exchange.number]
        if exchange.number not in known:
            yield from _raw(terminal, exchange, who(its_callers) if len(its_callers) < len(fetches) else "")


def probe_lines(terminal: Terminal, route: RouteRecord) -> Iterator[str]:
    """The requests besides the fetches, line by line."""
    for probe in route.probes:
        yield terminal.line((f"probe {probe.kind}:", "dim"), indent=2)
        yield from _raw(terminal, probe.exchange)


def _raw(terminal: Terminal, exchange: Exchange, callers: str = "") -> Iterator[str]:
    yield terminal.line((summary(exchange), "dim"), indent=2, hang=2)
    if callers:
        yield terminal.line((f"{callers}:", "dim"), indent=4, hang=2)
    sent = sent_lines(exchange.request, is_http2=is_http2(exchange))
    for mark, lines in ((">", list(sent)), ("<", list(received_lines(exchange)))):
        for line in lines[:_SHOWN_LINES]:
            yield terminal.line((f"{mark} {line}", "dim"), indent=4, hang=2)
        if len(lines) > _SHOWN_LINES:
            yield terminal.line((f"{mark} and {len(lines) - _SHOWN_LINES} more lines", "dim"), indent=4)


def _early_hints(exchanges: Iterable[Exchange]) -> str | None:
    """The names of the headers in 103 responses that came before others; None if there were none."""
    hints = [interim for exchange in exchanges for interim in exchange.interim if interim.status == _EARLY_HINTS]
    if not hints:
        return None
    names = ", ".join(dict.fromkeys(name for hint in hints for name, _ in hint.headers))
    return f" ({names})" if names else ""
