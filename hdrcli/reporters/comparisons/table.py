"""A comparison for people: what was compared, what pages lose, what else differs, the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from hdrcli.comparison.routes import ALLOWED, READABLE, Difference
from hdrcli.records.errors import ExitStatus
from hdrcli.report.comparison import Comparison
from hdrcli.reporters.comparisons.texts import (
    LABELS,
    WIDTH,
    callers,
    compared,
    lines,
    more_lines,
    notes,
    places,
    side,
    verdict_line,
)
from hdrcli.reporters.table.terminal import Terminal
from hdrcli.settings import Settings


def write(comparison: Comparison, out: TextIO, settings: Settings) -> None:
    """Write the blocks, an empty line between them."""
    terminal = Terminal(out, settings.color)
    blocks = (
        _head(terminal, comparison),
        _differences(terminal, comparison),
        (terminal.line((note, "dim"), hang=2) for note in notes(comparison)),
        [_verdict(terminal, comparison)],
    )
    written = filter(None, ("\n".join(block) for block in blocks))
    out.write("\n\n".join(written) + "\n")


def _head(terminal: Terminal, comparison: Comparison) -> Iterator[str]:
    yield terminal.line(("A", "bold"), f"  {side(comparison.a)}", hang=3)
    yield terminal.line(("B", "bold"), f"  {side(comparison.b)}", hang=3)
    yield terminal.line(compared(comparison), hang=2)


def _differences(terminal: Terminal, comparison: Comparison) -> Iterator[str]:
    is_one_route = comparison.a.totals.routes == comparison.b.totals.routes == 1
    hang = terminal.hang(WIDTH)
    for line, found in lines(comparison):
        label = f"{LABELS[found.difference.kind]:{WIDTH}}"
        yield terminal.line((label, _style(found.difference)), line, hang=hang)
        calls = found.difference.calls
        where = [] if is_one_route else [places(found)]
        where += [f"only {callers(calls)}"] if calls else []
        if where:
            yield terminal.line((", ".join(where), "dim"), indent=hang)
    if more := more_lines(comparison):
        yield terminal.line(f"and {more:,} more, which --format json lists")


def _style(difference: Difference) -> str:
    """Red where pages lose something, green where they get more."""
    if difference.a in {READABLE, ALLOWED}:
        return "bold red"
    return "green" if difference.b in {READABLE, ALLOWED} else "yellow"


def _verdict(terminal: Terminal, comparison: Comparison) -> str:
    style = "bold green" if comparison.exit_status is ExitStatus.OK else "bold red"
    return terminal.line((verdict_line(comparison), style), hang=2)
