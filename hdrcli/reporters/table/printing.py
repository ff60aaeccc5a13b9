"""Printing for terminals, pipes and files alike. Whatever is printed is escaped here, and nowhere else."""

from __future__ import annotations

from typing import Final, TextIO

from rich.console import Console, OverflowMethod, RenderableType
from rich.padding import Padding
from rich.segment import Segment, Segments
from rich.table import Table
from rich.text import Text

from hdrcli.text.escaping import printable

INDENT: Final = 2


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to who opened the stream what a closed pipe means: rich would exit with status 1."""
        raise BrokenPipeError


class Output:
    """A text stream of some width, with or without colours, in whatever encoding it has."""

    def __init__(self, out: TextIO) -> None:
        self._console = _Console(file=out, markup=False, emoji=False, highlight=False)

    @property
    def width(self) -> int:
        """In columns."""
        return self._console.width

    @property
    def overflow(self) -> OverflowMethod:
        """How to cut a value off: rich's one character for "and so on" is not in every encoding."""
        return "ellipsis" if self._console.encoding.startswith("utf") else "crop"

    def escape(self, text: str) -> str:
        """`text` as it can be shown: before lines are laid out, for escapes are wider than what they stand for."""
        encoding = self._console.encoding
        return printable(text).encode(encoding, "backslashreplace").decode(encoding)

    def line(self, *parts: str | tuple[str, str], style: str = "", indent: int = INDENT) -> None:
        """Print parts (plain, or with a style of their own) as one line, wrapped where it is too long."""
        pairs = [(part, "") if isinstance(part, str) else part for part in parts]
        self.print(Text.assemble(*((self.escape(text), part_style) for text, part_style in pairs), style=style), indent)

    def hanging(self, mark: str, text: str, *, style: str = "dim", indent: int = INDENT) -> None:
        """Print text whose further lines stand under its first one, behind the mark, which has the style."""
        table = Table(box=None, show_header=False, pad_edge=False, padding=0)
        table.add_column(width=len(mark))
        table.add_column(overflow="fold")
        table.add_row(Text(mark, style=style), Text(self.escape(text)))
        self.print(table, indent)

    def print(self, renderable: RenderableType, indent: int = INDENT) -> None:
        """Print without the blanks that rich fills lines up with: output is also read in files and diffs."""
        for line in self._console.render_lines(Padding(renderable, (0, 0, 0, indent)), pad=False):
            segments = list(line)
            while segments and not segments[-1].text.strip():
                segments.pop()
            if segments:
                segments[-1] = Segment(segments[-1].text.rstrip(), segments[-1].style)
            self._console.print(Segments([*segments, Segment.line()]), end="")

    def blank(self) -> None:
        """Print an empty line."""
        self._console.print()
