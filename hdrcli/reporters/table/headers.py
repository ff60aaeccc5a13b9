"""Each header with its verdict: a table, and a few lines on what it has no room for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from rich.table import Table
from rich.text import Text

from hdrcli.fetch import FilteredResponse, NetworkError
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.records.route import FetchRecord
from hdrcli.records.verdict import Clause, HeaderRecord, HeaderVerdict
from hdrcli.reporters.table.columns import Column, fetches_of
from hdrcli.reporters.table.printing import INDENT, Output
from hdrcli.reporters.table.whose import whose
from hdrcli.text.redaction import redact_response_header

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
_MIN_NAME_WIDTH: Final = len("standard header")
_MIN_VALUE_WIDTH: Final = 9
_LISTED_NAMES: Final = 20
_SHOWN_ROWS: Final = 200


def write_headers(
    output: Output,
    headers: Sequence[HeaderRecord],
    columns: Sequence[Column],
    *,
    verbose: bool,
) -> None:
    """Write the table of headers, and what the table cannot say."""
    sent = [header for header in headers if any(verdict.sent for verdict in header.verdicts)]
    if not all(isinstance(column.fetch.result, NetworkError) for column in columns):
        incidental = [header for header in sent if not verbose and _is_condensed(header)]
        rows = [header for header in sent if verbose or not _is_condensed(header)]
        rows.sort(key=lambda header: not header.custom)
        if rows:
            _write_tables(output, rows[:_SHOWN_ROWS], columns)
        if len(rows) > _SHOWN_ROWS:
            output.line(f"and {len(rows) - _SHOWN_ROWS} more headers, which --format json tells")
        if incidental:
            names = dict.fromkeys(_CORS_HEADERS if _is_cors(header) else header.name for header in incidental)
            output.line(f"also sent, hidden: {', '.join(names)}", style="dim")
    elif sent:
        output.line(f"sent, but nothing of it is readable: {_listing(sent)}", style="dim")
    for note in dict.fromkeys(_notes(sent)):
        output.line(note, style="dim")
    readings = list(_readings(columns))
    for reading in readings[:_SHOWN_ROWS]:
        output.line(reading, style="dim")
    if len(readings) > _SHOWN_ROWS:
        output.line(f"and {len(readings) - _SHOWN_ROWS} more that are read so", style="dim")
    unsent = [
        header
        for header in headers
        if not any(verdict.sent for verdict in header.verdicts)
        and any(verdict.clause is Clause.LISTED_NOT_SENT for verdict in header.verdicts)
    ]
    if unsent:
        output.line(f"listed, but not sent: {_listing(unsent)}", style="dim")


def _write_tables(output: Output, headers: Sequence[HeaderRecord], columns: Sequence[Column]) -> None:
    """One table, or one for each credentials mode where that would be too wide."""
    modes = dict.fromkeys(column.fetch.credentials for column in columns)
    widths = _widths(output, headers, columns)
    if sum(widths) + _GAP * (len(widths) - 1) <= output.width - INDENT or len(modes) == 1:
        output.print(_table(output, headers, columns, widths))
        for line in _other_values(headers, columns):
            output.line(line, style="dim")
        return
    for mode in modes:
        places = [place for place, column in enumerate(columns) if column.fetch.credentials == mode]
        narrowed = [
            replace(header, verdicts=tuple(header.verdicts[place] for place in places))
            for header in headers
            if any(header.verdicts[place].sent for place in places)
        ]
        if narrowed:
            _write_tables(output, narrowed, [columns[place] for place in places])


def _other_values(headers: Iterable[HeaderRecord], columns: Sequence[Column]) -> Iterable[str]:
    """The values that the table does not show, which has room for those of the first answer alone."""
    for header in headers:
        fetches: dict[tuple[str, ...], list[FetchRecord]] = {}
        for column, verdict in zip(columns, header.verdicts, strict=True):
            if verdict.sent:
                fetches.setdefault(verdict.values, []).extend(column.fetches)
        for values, those in list(fetches.items())[1:]:
            yield f"{header.name} with {whose(those, fetches_of(columns))}: {_shown(header.name, values)}"


def _readings(columns: Sequence[Column]) -> Iterable[str]:
    """The values that JavaScript gets and that are not those shown, the first one's lines joined by ", "; by whom."""
    browsers: dict[tuple[str, str], list[str]] = {}
    shown: dict[int, dict[str, list[str]]] = {}
    for fetch in fetches_of(columns):
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
        yield f"{name} read by {', '.join(dict.fromkeys(names))}: {_shown(name, [value])}"


def _is_condensed(header: HeaderRecord) -> bool:
    incidental = header.name.lower() in _INCIDENTAL or _is_cors(header)
    return incidental and not any(verdict.readable for verdict in header.verdicts)


def _is_cors(header: HeaderRecord) -> bool:
    return header.name.lower().startswith("access-control-")


def _listing(headers: Sequence[HeaderRecord]) -> str:
    names = ", ".join(header.name for header in headers[:_LISTED_NAMES])
    others = len(headers) - _LISTED_NAMES
    return f"{names} and {others} more" if others > 0 else names


def _shown(name: str, values: Iterable[str]) -> str:
    """The values of a header's lines, joined and cut off where they would fill the screen."""
    return ", ".join(redact_response_header((name, value))[1] for value in values)[:_LONGEST_VALUE]


def _widths(output: Output, headers: Sequence[HeaderRecord], columns: Sequence[Column]) -> list[int]:
    """The width of each of the table's columns. Verdicts are never cut: names fold, values get what width is left."""
    rows = [map(Text, _titles(headers, columns)), *(_cells(output, header) for header in headers)]
    natural = [max(line.cell_len for cell in column for line in cell.split()) for column in zip(*rows, strict=True)]
    names, values, *verdicts, why = natural
    room = output.width - INDENT - sum(verdicts) - why - _GAP * (len(natural) - 1)
    names = min(max(names, _MIN_NAME_WIDTH), max(room - _MIN_VALUE_WIDTH, _MIN_NAME_WIDTH))
    values = max(_MIN_VALUE_WIDTH, min(values, room - names))
    return [names, values, *verdicts, why]


def _titles(headers: Sequence[HeaderRecord], columns: Iterable[Column]) -> list[str]:
    first = "custom header" if headers[0].custom else "standard header"
    return [first, "value", *(column.label.replace(" ", "\n") for column in columns), "why"]


def _table(output: Output, headers: Sequence[HeaderRecord], columns: Sequence[Column], widths: Sequence[int]) -> Table:
    """The rows of headers that are sorted: custom ones first."""
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="dim")
    for title, width in zip(_titles(headers, columns), widths, strict=True):
        value = title == "value"
        table.add_column(
            title, width=width, min_width=width, no_wrap=value, overflow=output.overflow if value else "fold"
        )
    for before, header in zip([headers[0], *headers], headers, strict=False):
        if before.custom and not header.custom:
            table.add_row(Text("standard header", style="dim"))
        table.add_row(*_cells(output, header))
    return table


def _cells(output: Output, header: HeaderRecord) -> list[Text]:
    """A row's name, value, verdicts and reason."""
    values = next(verdict.values for verdict in header.verdicts if verdict.sent)
    states = [_state(verdict) for verdict in header.verdicts]
    return [
        Text(output.escape(header.name)),
        Text(output.escape(_shown(header.name, values))),
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
