"""A route's block: what was asked, what failed, and each header with its verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hdrcli.escaping import printable
from hdrcli.fetch import HTTPResponse, NetworkError
from hdrcli.model import Clause, Exchange, FetchRecord, HeaderRecord, HeaderVerdict, RouteRecord
from hdrcli.redaction import redact_request_header, redact_response_header
from hdrcli.reporters.table.printing import INDENT, print_lines

_WHY: Final = {
    Clause.SAFELISTED: "safelisted",
    Clause.LISTED: "listed",
    Clause.WILDCARD: 'by "*"',
    Clause.SAME_ORIGIN: "same origin",
    Clause.NOT_LISTED: "not listed",
    Clause.WILDCARD_WITH_CREDENTIALS: '"*" is void',
    Clause.FORBIDDEN: "forbidden",
    Clause.LIST_VOID: "list is void",
    Clause.OPAQUE: "opaque",
    Clause.BLOCKED: "blocked",
    Clause.LISTED_NOT_SENT: "not sent",
    Clause.NOT_SENT: "not sent",
}
_EXPLAINED: Final = frozenset(
    {
        Clause.NOT_LISTED,
        Clause.WILDCARD_WITH_CREDENTIALS,
        Clause.FORBIDDEN,
        Clause.LIST_VOID,
        Clause.OPAQUE,
    },
)
_STYLES: Final = {"readable": "green", "hidden": "yellow", "blocked": "bold red", "absent": "dim"}
_INCIDENTAL: Final = frozenset({"connection", "date", "keep-alive", "server", "transfer-encoding", "vary", "via"})
"""Headers of the connection: together with those of CORS itself they are condensed to one line, unless readable."""

_CORS_HEADERS: Final = "access-control-*"

_GAP: Final = 2
_VERDICT_WIDTH: Final = 8
_MAX_NAME_WIDTH: Final = 32
_MAX_WHY_WIDTH: Final = 20
_MIN_VALUE_WIDTH: Final = 9


def by_page(route: RouteRecord) -> Iterable[tuple[str, list[FetchRecord], list[HeaderRecord]]]:
    """The fetches of each page, with the headers' verdicts for them alone."""
    for page, group in groupby(range(len(route.fetches)), key=lambda index: str(route.fetches[index].page)):
        indexes = list(group)
        headers = [
            HeaderRecord(name=header.name, custom=header.custom, verdicts=tuple(header.verdicts[i] for i in indexes))
            for header in route.headers
        ]
        yield page, [route.fetches[index] for index in indexes], headers


def write_block(
    console: Console,
    route: RouteRecord,
    fetches: Sequence[FetchRecord],
    headers: Sequence[HeaderRecord],
    *,
    verbose: bool,
) -> None:
    """Write what the fetches of one page made of a route."""
    status = " / ".join(dict.fromkeys(str(fetch.answer.status) if fetch.answer else "-" for fetch in fetches))
    title = Text.assemble((printable(f"{route.method} {route.url}"), "bold"), f"  {status}")
    print_lines(console, title, indent=0)
    _write_exchanges(console, fetches, verbose=verbose)
    _write_failures(console, fetches)
    _write_headers(console, headers, fetches, verbose=verbose)


def _write_exchanges(console: Console, fetches: Sequence[FetchRecord], *, verbose: bool) -> None:
    """The exchanges where there is more to them than one request: preflights, redirect hops, differences by mode."""
    distinct = list(dict.fromkeys(fetch.exchanges for fetch in fetches if fetch.exchanges))
    for exchanges in distinct:
        modes = " and ".join(f'"{fetch.credentials}"' for fetch in fetches if fetch.exchanges == exchanges)
        if len(distinct) > 1:
            print_lines(console, Text(f"with credentials {modes}:", style="dim"))
        for exchange in exchanges:
            if verbose:
                _write_raw(console, exchange)
            elif len(exchanges) > 1 or len(distinct) > 1:
                print_lines(console, Text(printable(_describe(exchange)), style="dim"))
    for name in dict.fromkeys(name for fetch in fetches for name in fetch.dropped_header_names):
        print_lines(console, Text(printable(f"The browser leaves out {name}: a page may not set it."), style="yellow"))


def write_probes(console: Console, route: RouteRecord) -> None:
    """Write what was asked beside the fetches, line by line."""
    for probe in route.probes:
        print_lines(console, Text(f"probe {probe.kind}:", style="dim"))
        _write_raw(console, probe.exchange)


def _write_raw(console: Console, exchange: Exchange) -> None:
    print_lines(console, Text(printable(_describe(exchange)), style="dim"))
    for line in _raw_lines(exchange):
        print_lines(console, Text(printable(line), style="dim"), indent=2 * INDENT)


def _describe(exchange: Exchange) -> str:
    request, response = exchange.request, exchange.response
    preflight = "preflight " if request.purpose == "preflight" else ""
    status = response.status if isinstance(response, HTTPResponse) else response.failure
    location = next(
        (value for name, value in getattr(response, "headers", ()) if name.lower() == "location"),
        None,
    )
    return f"{preflight}{request.method} {request.url} -> {status}" + ("" if location is None else f" to {location}")


def _raw_lines(exchange: Exchange) -> Iterable[str]:
    request, response = exchange.request, exchange.response
    yield f"> {request.method} {request.url.target}"
    for name, value in map(redact_request_header, request.headers):
        yield f"> {name}: {value}"
    if isinstance(response, HTTPResponse):
        yield f"< {response.status}"
        for name, value in map(redact_response_header, response.headers):
            yield f"< {name}: {value}"
    else:
        yield f"< {response.detail}"


def _write_failures(console: Console, fetches: Sequence[FetchRecord]) -> None:
    details: dict[tuple[str, str], list[str]] = {}
    for fetch in fetches:
        if isinstance(fetch.result, NetworkError):
            key = (str(fetch.result.failure), fetch.result.detail)
            details.setdefault(key, []).append(f'"{fetch.credentials}"')
    for (failure, detail), modes in details.items():
        sentence = f" with credentials {' and '.join(modes)}: {detail} JavaScript gets a TypeError ({failure})."
        print_lines(console, Text.assemble(("blocked", _STYLES["blocked"]), printable(sentence)))


def _write_headers(
    console: Console,
    headers: Sequence[HeaderRecord],
    fetches: Sequence[FetchRecord],
    *,
    verbose: bool,
) -> None:
    sent = [header for header in headers if any(verdict.sent for verdict in header.verdicts)]
    if not all(isinstance(fetch.result, NetworkError) for fetch in fetches):
        incidental = [] if verbose else [header for header in sent if _is_condensed(header)]
        rows = [header for header in sent if header not in incidental]
        if rows:
            print_lines(console, _table(console, rows, fetches))
        if incidental:
            names = dict.fromkeys(_CORS_HEADERS if _is_cors(header) else header.name for header in incidental)
            print_lines(console, Text(printable(f"also sent, hidden: {', '.join(names)}"), style="dim"))
    elif sent:
        print_lines(console, Text(printable(f"sent, but nothing of it is readable: {_names(sent)}"), style="dim"))
    for note in dict.fromkeys(_notes(sent)):
        print_lines(console, Text(printable(note), style="dim"))
    unsent = [header for header in headers if header not in sent]
    if unsent:
        print_lines(console, Text(printable(f"listed, but not sent: {_names(unsent)}"), style="dim"))


def _is_condensed(header: HeaderRecord) -> bool:
    incidental = header.name.lower() in _INCIDENTAL or _is_cors(header)
    return incidental and not any(verdict.readable for verdict in header.verdicts)


def _is_cors(header: HeaderRecord) -> bool:
    return header.name.lower().startswith("access-control-")


def _names(headers: Iterable[HeaderRecord]) -> str:
    return ", ".join(header.name for header in headers)


def _table(console: Console, headers: Sequence[HeaderRecord], fetches: Sequence[FetchRecord]) -> Table:
    """The rows, custom headers first; the value gets what width the others leave."""
    cells = {header.name: [_shown_value(header), *_verdicts(header), _why(header, fetches)] for header in headers}
    name_width = min(max(map(len, [*cells, "standard header"])), _MAX_NAME_WIDTH)
    why_width = min(max(len(line) for row in cells.values() for line in row[-1].plain.split("\n")), _MAX_WHY_WIDTH)
    taken = INDENT + name_width + why_width + len(fetches) * (_VERDICT_WIDTH + _GAP) + 2 * _GAP
    longest = max(len(row[0].plain) for row in cells.values())
    custom = [header for header in headers if header.custom]
    standard = [header for header in headers if not header.custom]
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="dim")
    first_title = "custom header" if custom else "standard header"
    table.add_column(first_title, width=name_width, overflow="fold")
    value_width = max(_MIN_VALUE_WIDTH, min(longest, console.width - taken))
    table.add_column("value", width=value_width, no_wrap=True, overflow="ellipsis")
    for fetch in fetches:
        table.add_column(fetch.credentials, width=max(_VERDICT_WIDTH, len(fetch.credentials)), no_wrap=True)
    table.add_column("why", width=max(why_width, len("why")), overflow="fold")
    for header in [*custom, *standard]:
        if custom and standard and header is standard[0]:
            table.add_row(Text("standard header", style="dim"))
        table.add_row(Text(printable(header.name)), *cells[header.name])
    return table


def _shown_value(header: HeaderRecord) -> Text:
    values = next(verdict.values for verdict in header.verdicts if verdict.sent)
    return Text(printable(", ".join(redact_response_header((header.name, value))[1] for value in values)))


def _verdicts(header: HeaderRecord) -> Iterable[Text]:
    for verdict in header.verdicts:
        state = _state(verdict)
        yield Text(state, style=_STYLES[state])


def _state(verdict: HeaderVerdict) -> str:
    if verdict.clause is Clause.BLOCKED:
        return "blocked"
    if not verdict.sent:
        return "absent"
    return "readable" if verdict.readable else "hidden"


def _why(header: HeaderRecord, fetches: Sequence[FetchRecord]) -> Text:
    """The clause, once where all modes agree; the blocked ones have their own sentence above the table."""
    pairs = zip(fetches, header.verdicts, strict=True)
    phrases = {fetch.credentials: _WHY[verdict.clause] for fetch, verdict in pairs if verdict.clause != Clause.BLOCKED}
    if len(set(phrases.values())) <= 1:
        return Text(next(iter(phrases.values()), ""))
    return Text("\n".join(f"{mode}: {phrase}" for mode, phrase in phrases.items()))


def _notes(headers: Sequence[HeaderRecord]) -> Iterable[str]:
    """What the phrases of the last column mean, once each."""
    for header in headers:
        for verdict in header.verdicts:
            if verdict.clause in _EXPLAINED and not _is_condensed(header):
                yield f"{_WHY[verdict.clause]}: {verdict.detail}"
