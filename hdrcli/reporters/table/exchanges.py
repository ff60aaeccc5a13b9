"""What went over the wire: a line for each exchange, and with `verbose` its raw lines."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Final

from hdrcli.fetch import HTTPRequest, HTTPResponse, TransportFailure
from hdrcli.fetch.response import REDIRECT_STATUSES
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import Caller, FetchRecord, HeldFetch, RouteRecord
from hdrcli.reporters.phrases import FAILURES, MODES
from hdrcli.reporters.table.terminal import Terminal
from hdrcli.reporters.view import (
    Column,
    shown_headers,
    shown_heads,
    shown_request_headers,
    shown_url,
)
from hdrcli.verdict.failures import transport_sentence

_EARLY_HINTS: Final = 103
_SHOWN_EXCHANGES: Final = 8
_SHOWN_LINES: Final = 2000
"""A server may send hundreds of thousands."""

_CONNECTION_FIELDS: Final = frozenset({"host", "connection"})
"""HTTP/2 has none of them: https://www.rfc-editor.org/rfc/rfc9113.html#section-8.2.2."""


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


def who(callers: Iterable[Caller]) -> str:
    """The browsers that call, and their credentials modes: "chromium, firefox (without cookies, with cookies)"."""
    modes: dict[str, list[str]] = {}
    for caller in callers:
        modes.setdefault(caller.browser, []).append(MODES[caller.credentials])
    browsers: dict[str, list[str]] = {}
    for browser, its_modes in modes.items():
        browsers.setdefault(", ".join(its_modes), []).append(browser)
    return ", ".join(f"{', '.join(names)} ({its_modes})" for its_modes, names in browsers.items())


def summary(exchange: Exchange) -> str:
    """The request and its status; of a redirect also where it leads."""
    request, response = exchange.request, exchange.response
    preflight = "preflight " if request.purpose == "preflight" else ""
    line = f"{preflight}{request.method} {shown_url(str(request.url))}"
    if isinstance(response, TransportFailure):
        return f"{line}: {FAILURES[response.failure]}"
    location = next((value for name, value in shown_headers(response.headers) if name.lower() == "location"), None)
    if location is None:
        return f"{line}: {response.status}"
    if response.status in REDIRECT_STATUSES:
        return f"{line}: {response.status}, redirects to {location}"
    return f"{line}: {response.status}, Location: {location}"


def probe_lines(terminal: Terminal, route: RouteRecord) -> Iterator[str]:
    """The requests besides the fetches, line by line."""
    for probe in route.probes:
        yield terminal.line((f"probe {probe.kind}:", "dim"), indent=2)
        yield from _raw(terminal, probe.exchange)


def _raw(terminal: Terminal, exchange: Exchange, callers: str = "") -> Iterator[str]:
    yield terminal.line((summary(exchange), "dim"), indent=2, hang=2)
    if callers:
        yield terminal.line((f"{callers}:", "dim"), indent=4, hang=2)
    sent = sent_lines(exchange.request, is_http2=_is_http2(exchange))
    for mark, lines in ((">", list(sent)), ("<", list(_received(exchange)))):
        for line in lines[:_SHOWN_LINES]:
            yield terminal.line((f"{mark} {line}", "dim"), indent=4, hang=2)
        if len(lines) > _SHOWN_LINES:
            yield terminal.line((f"{mark} and {len(lines) - _SHOWN_LINES} more lines", "dim"), indent=4)


def sent_lines(request: HTTPRequest, *, is_http2: bool = False) -> Iterator[str]:
    """The request's lines; over HTTP/2 its pseudo-header fields, and names in lower case."""
    target = shown_url(request.url.target)
    headers = shown_request_headers(request)
    if is_http2:
        yield f":method: {request.method}"
        yield f":scheme: {request.url.scheme}"
        yield f":authority: {request.url.authority}"
        yield f":path: {target}"
        yield from (f"{name.lower()}: {value}" for name, value in headers if name.lower() not in _CONNECTION_FIELDS)
    else:
        yield f"{request.method} {target} HTTP/1.1"
        yield from (f"{name}: {value}" for name, value in headers)


def _is_http2(exchange: Exchange) -> bool:
    return isinstance(exchange.response, HTTPResponse) and exchange.response.http_version == "2"


def _received(exchange: Exchange) -> Iterator[str]:
    """The heads as they came; where the transport has parsed them itself, the result."""
    response = exchange.response
    heads = shown_heads(exchange)
    if heads is not None:
        yield from heads
    elif isinstance(response, TransportFailure):
        yield transport_sentence(response)
    else:
        yield f":status: {response.status}" if response.http_version == "2" else str(response.status)
        yield from (f"{name}: {value}" for name, value in shown_headers(response.headers))


def _early_hints(exchanges: Iterable[Exchange]) -> str | None:
    """The names of the headers in 103 responses that came before others; None if there were none."""
    hints = [interim for exchange in exchanges for interim in exchange.interim if interim.status == _EARLY_HINTS]
    if not hints:
        return None
    names = ", ".join(dict.fromkeys(name for hint in hints for name, _ in hint.headers))
    return f" ({names})" if names else ""
