"""Printing for terminals, pipes and files alike."""

from __future__ import annotations

from typing import Final

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.segment import Segment, Segments
from rich.table import Table
from rich.text import Text

from hdrcli.escaping import printable

INDENT: Final = 2


def print_lines(console: Console, renderable: RenderableType, *, indent: int = INDENT) -> None:
    """Print without the blanks that rich fills lines up with: output is also read in files and diffs."""
    for line in console.render_lines(Padding(renderable, (0, 0, 0, indent)), pad=False):
        segments = list(line)
        while segments and not segments[-1].text.strip():
            segments.pop()
        if segments:
            segments[-1] = Segment(segments[-1].text.rstrip(), segments[-1].style)
        console.print(Segments([*segments, Segment.line()]), end="")


def print_hanging(console: Console, mark: str, text: str) -> None:
    """Print text whose further lines stand under its first one, behind the mark."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=0)
    table.add_column(width=len(mark))
    table.add_column(overflow="fold")
    table.add_row(Text(mark, style="dim"), Text(printable(text)))
    print_lines(console, table)
