"""A route's block: what was asked, what failed, and each header with its verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from rich.table import Table
from rich.text import Text

from hdrcli.fetch import FilteredResponse, NetworkError
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.model import Clause, FetchRecord, HeaderRecord, HeaderVerdict, RouteRecord
from hdrcli.redaction import redact_response_header
from hdrcli.reporters.table.browsers import write_departures, write_dropped, write_words
from hdrcli.reporters.table.cookies import cookies_not_sent
from hdrcli.reporters.table.exchanges import early_hints, exchange_lines, write_lines
from hdrcli.reporters.table.printing import INDENT, Output
from hdrcli.reporters.table.whose import whose

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
    Clause.VALUE_HIDDEN: "CR in value",
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
        Clause.VALUE_HIDDEN,
        Clause.OPAQUE,
    },
)
_STYLES: Final = {"readable": "green", "hidden": "yellow", "blocked": "bold red", "absent": "dim"}
_INCIDENTAL: Final = frozenset({"connection", "date", "keep-alive", "server", "transfer-encoding", "vary", "via"})
"""Headers of the connection: together with those of CORS itself they are condensed to one line, unless readable."""

_CORS_HEADERS: Final = "access-control-*"

_LONGEST_VALUE: Final = 200
_GAP: Final = 2
_MIN_VALUE_WIDTH: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Fetches of one page that differ in nothing that is shown but a browser's words, and what they are called."""

    label: str
    fetches: tuple[FetchRecord, ...]

    @property
    def fetch(self) -> FetchRecord:
        """Any of them."""
        return self.fetches[0]


def by_page(route: RouteRecord) -> Iterable[tuple[str, list[Column], list[HeaderRecord]]]:
    """The columns of each page, with the headers' verdicts for them alone.

    Browsers that agree share a column, which does not name them.
    """
    for page, group in groupby(range(len(route.fetches)), key=lambda index: str(route.fetches[index].page)):
        alike: dict[tuple[object, ...], list[int]] = {}
        for index in group:
            fetch = route.fetches[index]
            verdicts = tuple((header.verdicts[index].sent, header.verdicts[index].clause) for header in route.headers)
            seen = (_final_status(fetch), _failure(fetch), verdicts)
            alike.setdefault((fetch.credentials, *seen), []).append(index)
        split = Counter(credentials for credentials, *_ in alike)
        columns = [
            Column(
                label=_label(fetches, alone=split[str(credentials)] == 1),
                fetches=fetches,
            )
            for (credentials, *_), indexes in alike.items()
            for fetches in [tuple(route.fetches[index] for index in indexes)]
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


def _fetches(columns: Iterable[Column]) -> list[FetchRecord]:
    return [fetch for column in columns for fetch in column.fetches]


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
    _write_failures(output, columns, verbose=verbose)
    _write_headers(output, headers, columns, verbose=verbose)
    write_departures(output, _fetches(columns))


def _final_status(fetch: FetchRecord) -> str:
    """The status of the last answer to the request itself, or why there is none."""
    if fetch.answer is not None:
        return str(fetch.answer.status)
    asked = any(exchange.request.purpose == "request" for exchange in fetch.exchanges)
    return "no answer" if asked else "not sent"


def _write_exchanges(output: Output, columns: Sequence[Column], *, verbose: bool) -> None:
    """The exchanges where there is more to them than one request: preflights, redirect hops, differences by mode."""
    fetches = _fetches(columns)
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
            write_lines(output, lines)
    early = early_hints(exchange for column in columns for exchange in column.fetch.exchanges)
    if early is not None:
        output.line(early, style="dim")
    write_dropped(output, fetches)
    for line in cookies_not_sent(fetches):
        output.line(line, style="yellow")


def _write_failures(output: Output, columns: Sequence[Column], *, verbose: bool) -> None:
    failed: dict[tuple[str, str], list[FetchRecord]] = {}
    for fetch in _fetches(columns):
        failure = _failure(fetch)
        if failure is not None:
            failed.setdefault(failure, []).append(fetch)
    for (code, detail), group in failed.items():
        modes = whose(group, _fetches(columns))
        sentence = f" with credentials {modes}: {detail} JavaScript gets a TypeError ({code})."
        output.line(("blocked", _STYLES["blocked"]), sentence)
        write_words(output, group, verbose=verbose)


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
            for line in _other_values(rows, columns):
                output.line(line, style="dim")
        if incidental:
            names = dict.fromkeys(_CORS_HEADERS if _is_cors(header) else header.name for header in incidental)
            output.line(f"also sent, hidden: {', '.join(names)}", style="dim")
    elif sent:
        output.line(f"sent, but nothing of it is readable: {_names(sent)}", style="dim")
    for note in dict.fromkeys(_notes(sent)):
        output.line(note, style="dim")
    for reading in _readings(columns):
        output.line(reading, style="dim")
    # What is sent to another page alone is not listed for this one.
    unsent = [header for header in headers if header.verdicts[0].clause is Clause.LISTED_NOT_SENT]
    unsent = [header for header in unsent if header not in sent]
    if unsent:
        output.line(f"listed, but not sent: {_names(unsent)}", style="dim")


def _other_values(headers: Iterable[HeaderRecord], columns: Sequence[Column]) -> Iterable[str]:
    """The values that the table does not show, which has room for those of the first answer alone."""
    for header in headers:
        fetches: dict[tuple[str, ...], list[FetchRecord]] = {}
        for column, verdict in zip(columns, header.verdicts, strict=True):
            if verdict.sent:
                fetches.setdefault(verdict.values, []).extend(column.fetches)
        for values, those in list(fetches.items())[1:]:
            shown = ", ".join(redact_response_header((header.name, value))[1] for value in values)
            yield f"{header.name} with {whose(those, _fetches(columns))}: {shown[:_LONGEST_VALUE]}"


def _readings(columns: Sequence[Column]) -> Iterable[str]:
    """The values that JavaScript gets and that are not those shown, the first one's lines joined by ", "; by whom."""
    browsers: dict[tuple[str, str], list[str]] = {}
    shown: dict[int, dict[str, list[str]]] = {}
    for fetch in _fetches(columns):
        if not isinstance(fetch.result, FilteredResponse) or fetch.answer is None:
            continue
        answer = id(fetch.exchanges[-1].received)
        if answer not in shown:
            shown[answer] = {}
            for name, value in fetch.answer.headers:
                shown[answer].setdefault(byte_lowercase(name), []).append(value)
        for name, value in fetch.result.headers:
            if value != ", ".join(shown[answer].get(name, ())):
                browsers.setdefault((name, value), []).append(fetch.browser)
    for (name, value), names in browsers.items():
        yield f"{name} read by {', '.join(dict.fromkeys(names))}: {redact_response_header((name, value))[1]}"


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
