"""The statistics for a terminal: a table for each question, with bars where there is room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, TextIO

from hdrcli.reporters.table.terminal import Part, Terminal, cells
from hdrcli.reporters.view import count
from hdrcli.rules.finding import Severity
from hdrcli.settings import Settings
from hdrcli.stats.distribution import Distribution
from hdrcli.stats.view import StackRow, View, names_note, share, summary

_STYLES: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.ADVICE: "bold cyan"}
_INDENT: Final = 2
_GAP: Final = "  "
_WIDEST_LABEL: Final = 44
_WIDEST_BAR: Final = 24
_NARROWEST_BAR: Final = 8
_NARROWEST_TEXT: Final = 24
_WIDTH: Final = 100
"""Where lines may have any length."""
_SHOWN_CODES: Final = 5


class _Row(NamedTuple):
    """A label, numbers, and a bar, whose parts have a count, a character and a style, or a text instead."""

    label: str
    numbers: Sequence[str]
    bar: Sequence[tuple[int, str, str]] = ()
    text: str = ""


def write(view: View, out: TextIO, settings: Settings) -> None:
    """Write all tables, each after an empty line."""
    terminal = Terminal(out, settings.color)
    tables = _Tables(terminal, view)
    for number, lines in enumerate(tables.all()):
        out.writelines(f"{line}\n" for line in (("", *lines) if number else lines))


class _Tables:
    def __init__(self, terminal: Terminal, view: View) -> None:
        self._terminal = terminal
        self._view = view
        self._statistics = view.statistics

    def all(self) -> Iterator[list[str]]:
        """The lines of each table that has rows."""
        yield [self._terminal.line((sentence, style), hang=2) for sentence, style in self._beginning()]
        for lines in (self._outcomes, self._failures, self._findings, self._stacks, self._headers, self._statuses):
            if found := list(lines()):
                yield found
        if self._statistics.checked:
            yield list(self._distribution("Custom headers of a target", self._statistics.custom_headers))
            yield list(self._distribution("Requests to a target", self._statistics.requests))

    def _beginning(self) -> Iterator[tuple[str, str]]:
        statistics = self._statistics
        yield f"{count(statistics.targets, 'target')}, {statistics.checked:,} checked", "bold"
        sent = statistics.custom_headers.sum
        if sent:
            part = share(statistics.readable, sent)
            yield f"JavaScript can read {statistics.readable:,} of {count(sent, 'custom header')} ({part}).", ""
        if statistics.blocked:
            part = share(statistics.blocked, statistics.checked)
            yield f"Browsers block {count(statistics.blocked, 'response')} ({part} of the targets checked).", ""

    def _outcomes(self) -> Iterator[str]:
        statistics = self._statistics
        rows = [self._counted(name, number, statistics.targets) for name, number in statistics.outcomes.most_common()]
        yield from self._table("Outcomes", ("targets", "share"), rows)

    def _failures(self) -> Iterator[str]:
        targets = self._statistics.targets
        rows = [self._counted(row.code, row.targets, targets) for row in self._view.failures()]
        yield from self._table("Without a response", ("targets", "share"), rows)

    def _findings(self) -> Iterator[str]:
        targets = self._statistics.targets
        shown = self._view.findings()
        rows = [
            self._counted(
                f"{row.severity:7} {row.code} {row.name}".rstrip(), row.targets, targets, _STYLES[row.severity]
            )
            for row in shown.rows
        ]
        if shown.others:
            rows.append(_Row(f"{shown.others:,} other findings", ()))
        yield from self._table("Findings", ("targets", "share"), rows)

    def _stacks(self) -> Iterator[str]:
        shown = self._view.stacks()
        rows = [
            _Row(row.label, (f"{row.targets:,}", share(row.with_findings, row.targets)), text=_codes(row))
            for row in shown.rows
        ]
        if shown.others:
            targets, with_findings = shown.counts
            rows.append(_Row(f"{shown.others:,} other stacks", (f"{targets:,}", share(with_findings, targets))))
        yield from self._table("Findings by stack", ("targets", "with findings"), rows)

    def _headers(self) -> Iterator[str]:
        shown = self._view.headers()
        block, light = self._terminal.blocks
        rows = [
            _Row(
                row.name,
                (f"{row.readable + row.hidden:,}", f"{row.readable:,}", f"{row.hidden:,}"),
                ((row.readable, block, "green"), (row.hidden, light, "yellow")),
            )
            for row in shown.rows
        ]
        if shown.others:
            readable, hidden = shown.counts
            rows.append(
                _Row(f"{shown.others:,} other names", (f"{readable + hidden:,}", f"{readable:,}", f"{hidden:,}"))
            )
        yield from self._table("Custom headers", ("targets", "readable", "hidden"), rows)
        if error := self._statistics.headers.error:
            yield self._terminal.line((names_note(error), "dim"), indent=_INDENT, hang=2)

    def _statuses(self) -> Iterator[str]:
        checked = self._statistics.checked
        shown = self._view.statuses()
        rows = [self._counted(str(row.status), row.targets, checked) for row in shown.rows]
        if shown.others:
            rows.append(
                _Row(f"{shown.others:,} other statuses", (f"{shown.counts[0]:,}", share(shown.counts[0], checked)))
            )
        yield from self._table("Statuses", ("targets", "share"), rows)

    def _distribution(self, title: str, distribution: Distribution) -> Iterator[str]:
        rows = [self._counted(each.label, each.targets, distribution.targets) for each in distribution.bins()]
        yield from self._table(title, ("targets", "share"), rows)
        yield self._terminal.line((summary(distribution), "dim"), indent=_INDENT, hang=2)

    # --- layout -----------------------------------------------------------------------------------------

    def _counted(self, label: str, number: int, whole: int, style: str = "") -> _Row:
        return _Row(label, (f"{number:,}", share(number, whole)), ((number, self._terminal.blocks[0], style),))

    def _table(self, title: str, heads: Sequence[str], rows: Sequence[_Row]) -> Iterator[str]:
        """The rows below their titles, in columns; a label that is too wide for its column has a line of its own."""
        if not rows:
            return
        terminal = self._terminal
        labels = [terminal.escape(row.label) for row in rows]
        widths = [
            max(map(len, column)) for column in zip(heads, *(row.numbers for row in rows if row.numbers), strict=True)
        ]
        room = (terminal.width or _WIDTH) - _INDENT - sum(widths) - len(_GAP) * len(widths)
        label_width = max(min(max(map(cells, [title, *labels])), _WIDEST_LABEL, room), 0)
        bar = min(room - label_width - len(_GAP), _WIDEST_BAR)
        scale = max([sum(number for number, *_ in row.bar) for row in rows])
        columns = _Columns(terminal, label_width, widths)
        yield from columns.lines((title, "bold"), [(head, "dim") for head in heads])
        for row, label in zip(rows, labels, strict=True):
            parts = _bar(row, bar, scale) if bar >= _NARROWEST_BAR else []
            numbers = [(number, "") for number in row.numbers]
            yield from columns.lines((label, ""), numbers, _INDENT, parts, row.text)


class _Columns:
    """Lays out lines: a label on the left, numbers on the right of their columns, then a bar or a text."""

    def __init__(self, terminal: Terminal, label_width: int, widths: Sequence[int]) -> None:
        self._terminal = terminal
        self._label_width = label_width
        self._widths = widths

    def lines(
        self,
        label: tuple[str, str],
        numbers: Sequence[tuple[str, str]],
        indent: int = 0,
        bar: Sequence[tuple[str, str]] = (),
        text: str = "",
    ) -> Iterator[str]:
        """The line; a label that is too wide has one of its own, and so has a text for which there is no room."""
        terminal = self._terminal
        width = self._label_width + _INDENT - indent  # the titles are above the rows, which are indented
        parts: list[Part] = [label, " " * (width - cells(label[0]))]
        if cells(label[0]) > width and numbers:
            yield terminal.line(label, indent=indent, hang=2)
            parts = [" " * width]
        for (number, style), column in zip(numbers, self._widths, strict=False):
            parts += [_GAP + " " * (column - cells(number)), (number, style)]
        offset = width + sum(self._widths) + len(_GAP) * (len(self._widths) + 1)
        if text and terminal.width is not None and terminal.width - indent - offset < _NARROWEST_TEXT:
            yield terminal.line(*parts, indent=indent)
            yield terminal.line((text, "dim"), indent=2 * indent, hang=2)
        else:
            rest: list[Part] = [_GAP, *bar, (text, "dim")] if bar or text else []
            yield terminal.line(*parts, *rest, indent=indent, hang=offset)


def _bar(row: _Row, width: int, scale: int) -> list[tuple[str, str]]:
    """The parts of a bar, of which that of the largest row fills the width."""
    total, shown = 0, 0
    parts = []
    for number, char, style in row.bar:
        total += number
        end = round(width * total / scale)
        parts.append((char * (end - shown), style))
        shown = end
    return [part for part in parts if part[0]]


def _codes(row: StackRow) -> str:
    ranked = sorted(row.findings.items(), key=lambda each: (-each[1], each[0]))
    return ", ".join(f"{code} {share(number, row.targets)}" for code, number in ranked[:_SHOWN_CODES])
