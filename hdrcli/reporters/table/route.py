"""A route's block: what was asked, what failed, and each header with its verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from rich.table import Table
from rich.text import Text

from hdrcli.fetch import FilteredResponse, HTTPResponse, NetworkError
from hdrcli.model import Clause, Exchange, FetchRecord, HeaderRecord, HeaderVerdict, RouteRecord
from hdrcli.redaction import redact_request_header, redact_response_header
from hdrcli.reporters.table.cookies import cookies_not_sent
from hdrcli.reporters.table.printing import INDENT, Output

_WHY: Final = {
    Clause.SAFELISTED: "safelisted",
    Clause.LISTED: "listed",
    Clause.WILDCARD: '"*"',
    Clause.SAME_ORIGIN: "same origin",
    Clause.NOT_LISTED: "not listed",
    Clause.WILDCARD_WITH_CREDENTIALS: '"*"',
    Clause.FORBIDDEN: "forbidden",
    Clause.LIST_VOID: "list is void",
    Clause.LINES_HIDDEN: "several lines",
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
        Clause.LINES_HIDDEN,
        Clause.OPAQUE,
    },
)
_STYLES: Final = {"readable": "green", "hidden": "yellow", "blocked": "bold red", "absent": "dim"}
_INCIDENTAL: Final = frozenset({"connection", "date", "keep-alive", "server", "transfer-encoding", "vary", "via"})
"""Headers of the connection: together with those of CORS itself they are condensed to one line, unless readable."""

_CORS_HEADERS: Final = "access-control-*"

_GAP: Final = 2
_MIN_VALUE_WIDTH: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Fetches of one page that differ in nothing that is shown, and what they are called."""

    label: str
    fetch: FetchRecord


def by_page(route: RouteRecord) -> Iterable[tuple[str, list[Column], list[HeaderRecord]]]:
    """The columns of each page, with the headers' verdicts for them alone.

    Browsers that agree share a column, which does not name them.
    """
    for page, group in groupby(range(len(route.fetches)), key=lambda index: str(route.fetches[index].page)):
        alike: dict[tuple[object, ...], list[int]] = {}
        for index in group:
            fetch = route.fetches[index]
            verdicts = tuple((header.verdicts[index].values, header.verdicts[index].clause) for header in route.headers)
            seen = fetch.result.headers if isinstance(fetch.result, FilteredResponse) else _failure(fetch)
            alike.setdefault((fetch.credentials, _final_status(fetch), seen, verdicts, fetch.cookies), []).append(index)
        split = Counter(credentials for credentials, *_ in alike)
        columns = [
            Column(
                label=_label([route.fetches[index] for index in indexes], alone=split[str(credentials)] == 1),
                fetch=route.fetches[indexes[0]],
            )
            for (credentials, *_), indexes in alike.items()
        ]
        firsts = [indexes[0] for indexes in alike.values()]
        headers = [
            HeaderRecord(name=header.name, custom=header.custom, verdicts=tuple(header.verdicts[i] for i in firsts))
            for header in route.headers
        ]
        yield page, columns, headers


def _label(fetches: Sequence[FetchRecord], *, alone: bool) -> str:
    mode = fetches[0].credentials
    return mode if alone else " ".join([mode, *dict.fromkeys(fetch.browser for fetch in fetches)])


def _failure(fetch: FetchRecord) -> tuple[str, str] | None:
    result = fetch.result
    return (str(result.failure), result.detail) if isinstance(result, NetworkError) else None


def write_block(
    output: Output,
    route: RouteRecord,
    columns: Sequence[Column],
    headers: Sequence[HeaderRecord],
    *,
    verbose: bool,
) -> None:
    """Write what the fetches of one page made of a route."""
    status = " / ".join(dict.fromkeys(_final_status(column.fetch) for column in columns))
    output.line((f"{route.method} {route.url}", "bold"), f"  {status}", indent=0)
    _write_exchanges(output, columns, verbose=verbose)
    _write_failures(output, columns)
    _write_headers(output, headers, columns, verbose=verbose)


def _final_status(fetch: FetchRecord) -> str:
    """The status of the last answer to the request itself, or why there is none."""
    if fetch.answer is not None:
        return str(fetch.answer.status)
    asked = any(exchange.request.purpose == "request" for exchange in fetch.exchanges)
    return "no answer" if asked else "not sent"


def _write_exchanges(output: Output, columns: Sequence[Column], *, verbose: bool) -> None:
    """The exchanges where there is more to them than one request: preflights, redirect hops, differences by mode."""
    told: dict[tuple[str, ...], list[Column]] = {}
    for column in columns:
        lines = tuple(line for exchange in column.fetch.exchanges for line in _lines(exchange, verbose=verbose))
        told.setdefault(lines, []).append(column)
    for lines, group in told.items():
        exchanges = group[0].fetch.exchanges
        preflighted = any(exchange.request.purpose == "preflight" for exchange in exchanges)
        if len(told) > 1 and lines:
            modes = " and ".join(f'"{column.label}"' for column in group)
            output.line(f"with credentials {modes}:", style="dim")
        if verbose or preflighted or len(exchanges) > 1 or len(told) > 1:
            _write_lines(output, lines)
    dropped = dict.fromkeys(name for column in columns for name in column.fetch.dropped_header_names)
    if dropped:
        output.line(f"The browser leaves out what a page may not set: {', '.join(dropped)}.", style="yellow")
    for line in cookies_not_sent((column.label, column.fetch) for column in columns):
        output.line(line, style="yellow")


def write_probes(output: Output, route: RouteRecord) -> None:
    """Write what was asked beside the fetches, line by line."""
    for probe in route.probes:
        output.line(f"probe {probe.kind}:", style="dim")
        _write_lines(output, _lines(probe.exchange, verbose=True))


def _write_lines(output: Output, lines: Iterable[str]) -> None:
    for line in lines:
        raw = line.startswith(("> ", "< "))
        output.line(line, style="dim", indent=2 * INDENT if raw else INDENT)


def _lines(exchange: Exchange, *, verbose: bool) -> Iterable[str]:
    """What the exchange was, and (with `verbose`) its raw lines behind ">" and "<"."""
    request, response = exchange.request, exchange.response
    received = list(map(redact_response_header, response.headers)) if isinstance(response, HTTPResponse) else []
    preflight = "preflight " if request.purpose == "preflight" else ""
    status = response.status if isinstance(response, HTTPResponse) else response.failure
    location = next((f" to {value}" for name, value in received if name.lower() == "location"), "")
    yield f"{preflight}{request.method} {request.url} -> {status}{location}"
    if verbose:
        yield f"> {request.method} {request.url.target}"
        yield from (f"> {name}: {value}" for name, value in map(redact_request_header, request.headers))
        yield f"< {response.status if isinstance(response, HTTPResponse) else response.detail}"
        yield from (f"< {name}: {value}" for name, value in received)


def _write_failures(output: Output, columns: Sequence[Column]) -> None:
    details: dict[tuple[str, str], list[str]] = {}
    for column in columns:
        failure = _failure(column.fetch)
        if failure is not None:
            details.setdefault(failure, []).append(f'"{column.label}"')
    for (code, detail), modes in details.items():
        sentence = f" with credentials {' and '.join(modes)}: {detail} JavaScript gets a TypeError ({code})."
        output.line(("blocked", _STYLES["blocked"]), sentence)


def _write_headers(
    output: Output,
    headers: Sequence[HeaderRecord],
    columns: Sequence[Column],
    *,
    verbose: bool,
) -> None:
    sent = [header for header in headers if any(verdict.sent for verdict in header.verdicts)]
    if not all(isinstance(column.fetch.result, NetworkError) for column in columns):
        incidental = [header for header in sent if not verbose and _is_condensed(header)]
        rows = [header for header in sent if verbose or not _is_condensed(header)]
        if rows:
            output.print(_table(output, rows, columns))
        if incidental:
            names = dict.fromkeys(_CORS_HEADERS if _is_cors(header) else header.name for header in incidental)
            output.line(f"also sent, hidden: {', '.join(names)}", style="dim")
    elif sent:
        output.line(f"sent, but nothing of it is readable: {_names(sent)}", style="dim")
    for note in dict.fromkeys(_notes(sent)):
        output.line(note, style="dim")
    unsent = [header for header in headers if not any(verdict.sent for verdict in header.verdicts)]
    if unsent:
        output.line(f"listed, but not sent: {_names(unsent)}", style="dim")


def _is_condensed(header: HeaderRecord) -> bool:
    incidental = header.name.lower() in _INCIDENTAL or _is_cors(header)
    return incidental and not any(verdict.readable for verdict in header.verdicts)


def _is_cors(header: HeaderRecord) -> bool:
    return header.name.lower().startswith("access-control-")


def _names(headers: Iterable[HeaderRecord]) -> str:
    return ", ".join(header.name for header in headers)


def _table(output: Output, headers: Sequence[HeaderRecord], columns: Sequence[Column]) -> Table:
    """The rows, custom headers first. Verdicts are never cut: names fold, and values get what width is left."""
    custom = [header for header in headers if header.custom]
    standard = [header for header in headers if not header.custom]
    cells = {header: _cells(output, header) for header in [*custom, *standard]}
    titles = [
        "custom header" if custom else "standard header",
        "value",
        *(column.label.replace(" ", "\n") for column in columns),
        "why",
    ]
    natural = [max(cell.cell_len for cell in column) for column in zip(*cells.values(), strict=True)]
    natural = [max(width, *map(len, title.split("\n"))) for width, title in zip(natural, titles, strict=True)]
    names, values, *verdicts, why = natural
    room = output.width - INDENT - sum(verdicts) - why - _GAP * (len(natural) - 1)
    names = min(max(names, len("standard header")), max(room - _MIN_VALUE_WIDTH, len("standard header")))
    values = max(_MIN_VALUE_WIDTH, min(values, room - names))
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="dim")
    for title, width in zip(titles, [names, values, *verdicts, why], strict=True):
        value = title == "value"
        table.add_column(
            title, width=width, min_width=width, no_wrap=value, overflow=output.overflow if value else "fold"
        )
    for header, row in cells.items():
        if custom and standard and header is standard[0]:
            table.add_row(Text("standard header", style="dim"))
        table.add_row(*row)
    return table


def _cells(output: Output, header: HeaderRecord) -> list[Text]:
    """A row's name, value, verdicts and reason."""
    values = next(verdict.values for verdict in header.verdicts if verdict.sent)
    shown = ", ".join(redact_response_header((header.name, value))[1] for value in values)
    states = [_state(verdict) for verdict in header.verdicts]
    return [
        Text(output.escape(header.name)),
        Text(output.escape(shown)),
        *(Text(state, style=_STYLES[state]) for state in states),
        Text(_why(header)),
    ]


def _state(verdict: HeaderVerdict) -> str:
    if verdict.clause is Clause.BLOCKED:
        return "blocked"
    if not verdict.sent:
        return "absent"
    return "readable" if verdict.readable else "hidden"


def _why(header: HeaderRecord) -> str:
    """The clauses, each once; the blocked ones have their own sentence above the table."""
    phrases = dict.fromkeys(_WHY[verdict.clause] for verdict in header.verdicts if verdict.clause != Clause.BLOCKED)
    return "\n".join(phrases)


def _notes(headers: Sequence[HeaderRecord]) -> Iterable[str]:
    """What the phrases of the last column mean, once each."""
    for header in headers:
        for verdict in header.verdicts:
            if verdict.clause in _EXPLAINED and not _is_condensed(header):
                yield f"{_WHY[verdict.clause]}: {verdict.detail}"
