"""Each header of a route with its verdict: a table, or where that is too wide, two lines a header."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from hdrcli.records.verdict import Clause, HeaderRecord
from hdrcli.reporters.phrases import clause_phrase
from hdrcli.reporters.route_notes import LONGEST_NAME, header_notes, label, reading_notes, shown_values
from hdrcli.reporters.table.terminal import Part, Terminal, cells, cut
from hdrcli.reporters.view import Column, is_blocked, listing, shortened, state_of

_STYLES: Final = {"readable": "green", "hidden": "yellow", "blocked": "bold red", "absent": "dim"}
INCIDENTAL: Final = frozenset({"connection", "date", "keep-alive", "server", "transfer-encoding", "vary", "via"})
"""Headers of the connection: together with those of CORS itself they are one line, unless readable."""

_INDENT: Final = 2
_GAP: Final = "  "
_TITLES_ON_ONE_LINE: Final = 2
_MIN_VALUE: Final = 9
_NARROWEST_NAME: Final = len("standard header")
_WIDEST_NAME: Final = 60
"""... where lines have any length."""

_LISTED_NAMES: Final = 20
_SHOWN_ROWS: Final = 200

_Row = list[tuple[str, str]]
"""Cells, each with its style: the name, the verdicts, the reason, the value."""


def header_lines(
    terminal: Terminal, headers: Sequence[HeaderRecord], columns: Sequence[Column], *, verbose: bool
) -> Iterator[str]:
    """The table of a page's headers, and what it has no room for."""
    sent = [header for header in headers if _is_sent(header, columns)]
    if all(is_blocked(column.fetch) for column in columns):
        if sent:
            yield _note(terminal, f"sent, but nothing is readable: {_names(sent)}")
        return
    rows = [header for header in sent if verbose or not _is_condensed(header, columns)]
    rows.sort(key=lambda header: not header.custom)
    yield from _table(terminal, rows[:_SHOWN_ROWS], columns)
    if len(rows) > _SHOWN_ROWS:
        yield _note(terminal, f"and {len(rows) - _SHOWN_ROWS} more headers, which --format json lists")
    condensed = [header for header in sent if not verbose and _is_condensed(header, columns)]
    if condensed:
        names = dict.fromkeys("access-control-*" if _is_cors(header) else header.name for header in condensed)
        yield _note(terminal, f"also sent, hidden: {', '.join(names)}")
    unsent = [header for header in headers if _is_listed(header, columns) and not _is_sent(header, columns)]
    if unsent:
        yield _note(terminal, f"listed, but not sent: {_names(unsent)}")
    for note in dict.fromkeys(header_notes(rows, columns)):
        yield _note(terminal, note)
    readings = list(reading_notes(columns))
    for reading in readings[:_SHOWN_ROWS]:
        yield _note(terminal, reading)
    if len(readings) > _SHOWN_ROWS:
        yield _note(terminal, f"and {len(readings) - _SHOWN_ROWS} more that are read in this way")


def _note(terminal: Terminal, text: str) -> str:
    return terminal.line((text, "dim"), indent=_INDENT, hang=2)


# --- the table ------------------------------------------------------------------------------------------


def _table(terminal: Terminal, headers: Sequence[HeaderRecord], columns: Sequence[Column]) -> Iterator[str]:
    rows = [_row(terminal, header, columns) for header in headers]
    titles = [label(column, columns) for column in columns]
    layouts = ([titles], _split(titles))[len(titles) > _TITLES_ON_ONE_LINE :]
    for heads, splits_names in [*((heads, False) for heads in layouts), *((heads, True) for heads in layouts)]:
        widths = _widths(terminal, rows, heads, splits_names=splits_names)
        if widths is not None:
            yield from _in_columns(terminal, headers, rows, heads, widths)
            return
    yield from _stacked(terminal, headers, rows, titles)


def _row(terminal: Terminal, header: HeaderRecord, columns: Sequence[Column]) -> _Row:
    verdicts = [column.verdict(header) for column in columns]
    values = next(verdict.values for verdict in verdicts if verdict.sent)
    states = [state_of(verdict) for verdict in verdicts]
    reasons = dict.fromkeys(clause_phrase(verdict.clause) for verdict in verdicts if verdict.clause != Clause.BLOCKED)
    return [
        (terminal.escape(shortened(header.name, LONGEST_NAME)), ""),
        *((state, _STYLES[state]) for state in states),
        (", ".join(reasons), ""),
        (terminal.escape(shown_values(header.name, values)), ""),
    ]


def _split(titles: Sequence[str]) -> list[list[str]]:
    """The titles on several lines, a word each."""
    words = [title.split(" ") for title in titles]
    height = max(map(len, words))
    return [[each[line] if line < len(each) else "" for each in words] for line in range(height)]


def _widths(
    terminal: Terminal, rows: Sequence[_Row], heads: Sequence[Sequence[str]], *, splits_names: bool
) -> list[int] | None:
    """The widths of all columns but the last one, the value; None if the terminal has no room for them.

    With `splits_names`, a name that is wider than its column gets a line of its own.
    """
    columns = len(heads[0])
    widths = [max((cells(row[place][0]) for row in rows), default=0) for place in range(columns + 2)]
    for place in range(columns):
        widths[place + 1] = max(widths[place + 1], *(cells(head[place]) for head in heads))
    room = _WIDEST_NAME
    if terminal.width is not None:
        room = terminal.width - _INDENT - sum(widths[1:]) - len(_GAP) * len(widths) - _MIN_VALUE
    if room < (_NARROWEST_NAME if splits_names else widths[0]):
        return None
    widths[0] = min(max(widths[0], _NARROWEST_NAME), room)
    return widths


def _in_columns(
    terminal: Terminal,
    headers: Sequence[HeaderRecord],
    rows: Sequence[_Row],
    heads: Sequence[Sequence[str]],
    widths: Sequence[int],
) -> Iterator[str]:
    if not rows:
        return
    offset = _INDENT + sum(widths) + len(_GAP) * len(widths)
    first = "custom header" if headers[0].custom else "standard header"
    for number, head in enumerate(heads):
        texts = [first, *head, "why", "value"] if number == 0 else ["", *head, "", ""]
        yield _columns(terminal, [(text, "dim") for text in texts], widths, offset)
    for before, header, row in zip([headers[0], *headers], headers, rows, strict=False):
        if before.custom and not header.custom:
            yield _note(terminal, "standard header")
        if cells(row[0][0]) > widths[0]:
            yield terminal.line(row[0], indent=_INDENT, hang=2)
            yield _columns(terminal, [("", ""), *row[1:]], widths, offset)
        else:
            yield _columns(terminal, row, widths, offset)


def _columns(terminal: Terminal, row: Sequence[tuple[str, str]], widths: Sequence[int], offset: int) -> str:
    parts: list[Part] = []
    for (text, style), width in zip(row, widths, strict=False):
        parts += [(text, style), " " * (width - cells(text)) + _GAP]
    value, style = row[-1]
    if terminal.can_cut and terminal.width is not None:
        value = cut(value, terminal.width - offset, terminal.ellipsis)
    return terminal.line(*parts, (value, style), indent=_INDENT, hang=offset - _INDENT)


def _stacked(
    terminal: Terminal, headers: Sequence[HeaderRecord], rows: Sequence[_Row], titles: Sequence[str]
) -> Iterator[str]:
    """The name and the value on a line of their own, the verdicts below."""
    for header, row in zip(headers, rows, strict=True):
        (name, _), *states, (why, _), (value, _) = row
        if terminal.can_cut and terminal.width is not None:
            value = cut(value, max(terminal.width - _INDENT - cells(name) - 2, _MIN_VALUE), terminal.ellipsis)
        yield terminal.line((name, "bold" if header.custom else ""), f": {value}", indent=_INDENT, hang=2)
        if len(states) == 1:
            yield terminal.line(states[0], f"  {why}", indent=2 * _INDENT, hang=2)
            continue
        for state, title in zip(states, titles, strict=True):
            yield terminal.line(state, f" {title}", indent=2 * _INDENT, hang=2)
        yield terminal.line(why, indent=2 * _INDENT, hang=2)


def _is_sent(header: HeaderRecord, columns: Sequence[Column]) -> bool:
    return any(column.verdict(header).sent for column in columns)


def _is_listed(header: HeaderRecord, columns: Sequence[Column]) -> bool:
    return any(column.verdict(header).clause is Clause.LISTED_NOT_SENT for column in columns)


def _is_condensed(header: HeaderRecord, columns: Sequence[Column]) -> bool:
    incidental = header.name.lower() in INCIDENTAL or _is_cors(header)
    return incidental and not any(column.verdict(header).readable for column in columns)


def _is_cors(header: HeaderRecord) -> bool:
    return header.name.lower().startswith("access-control-")


def _names(headers: Sequence[HeaderRecord]) -> str:
    return listing([shortened(header.name, LONGEST_NAME) for header in headers], _LISTED_NAMES)
