"""A comparison as Markdown. All text of a server is in code, where nothing is markup."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from hdrcli.report.comparison import Comparison
from hdrcli.reporters.comparisons.texts import (
    LABELS,
    callers,
    compared,
    lines,
    more_lines,
    notes,
    places,
    side,
    verdict_line,
)
from hdrcli.reporters.markdown import code_span, escaped
from hdrcli.settings import Settings
from hdrcli.text.escaping import printable


def write(comparison: Comparison, out: TextIO, settings: Settings) -> None:
    """Write the blocks."""
    del settings
    out.writelines(f"{block}\n\n" for block in _blocks(comparison))


def _blocks(comparison: Comparison) -> Iterator[str]:
    yield f"## hdrcli compare: {printable(verdict_line(comparison))}"
    yield "\n".join(f"- {name}: {code_span(side(one))}" for name, one in (("A", comparison.a), ("B", comparison.b)))
    yield escaped(printable(compared(comparison)))
    if comparison.differences:
        yield "\n".join(_table(comparison))
    yield from (code_span(note) for note in notes(comparison))


def _table(comparison: Comparison) -> Iterator[str]:
    yield "| | Difference | Routes |"
    yield "|---|---|---|"
    for line, found in lines(comparison):
        calls = found.difference.calls
        where = f"{places(found)}, only {callers(calls)}" if calls else places(found)
        cells = (LABELS[found.difference.kind], code_span(line), code_span(where))
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    if more := more_lines(comparison):
        yield f"| | and {more:,} more | |"
