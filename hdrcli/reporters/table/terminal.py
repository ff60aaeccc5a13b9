"""Text for terminals, pipes and files: escaped, wrapped to the terminal's width, with its colours.

Lines are made of parts: plain text, or text with a style. They are escaped here and nowhere else: what a server sends
must not control the terminal. A pipe or a file has no width, unless COLUMNS gives it one: nothing is wrapped or cut
there.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TextIO

from hdrcli.reporters.view import shortened
from hdrcli.settings.output import Color
from hdrcli.text.escaping import as_line, printable

Part = str | tuple[str, str]
"""Text, or text and its style."""

_STYLES: Final = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "bold red": "1;31",
    "bold yellow": "1;33",
    "bold cyan": "1;36",
    "bold green": "1;32",
}
_LONGEST: Final = 10_000
"""Characters of a text: a server may send half a million."""

_MIN_WIDTH: Final = 20
"""A narrower terminal wraps lines itself."""

_MIN_ROOM: Final = 8
"""Columns that indented lines have at least."""

_HANGING: Final = 10
"""The part of the width by which further lines are indented at most is one in so many."""

_COLOUR: Final = range(30, 38)


class Terminal:
    """Makes lines for one stream. `width` is None where lines may have any length."""

    def __init__(self, out: TextIO, color: Color = "auto") -> None:
        self._encoding = out.encoding or "utf-8"
        self.is_terminal = out.isatty()
        self.width = _width(out)
        self.can_cut = self.is_terminal
        self._codes = _codes(color, is_terminal=self.is_terminal)
        self.yes, self.no = ("✓", "✗") if self._has("✓✗") else ("+", "-")
        self.blocks = ("█", "░") if self._has("█░") else ("=", "-")
        self.ellipsis = "…" if self._has("…") else "..."

    def escape(self, text: str) -> str:
        """`text` as it can be shown: before lines are laid out, as escapes are wider than the characters."""
        text = printable(shortened(text, _LONGEST))
        return text if text.isascii() else text.encode(self._encoding, "backslashreplace").decode(self._encoding)

    def line(self, *parts: Part, indent: int = 0, hang: int = 0) -> str:
        """Parts as one line, or where that is too long, as several that are indented by `hang` more."""
        return self.laid_out([(part, "") if isinstance(part, str) else part for part in parts], indent, hang)

    def laid_out(self, parts: Sequence[tuple[str, str]], indent: int, hang: int) -> str:
        """As `line`."""
        escaped = [(self.escape(text), style) for text, style in parts]
        text = "".join([text for text, _ in escaped])
        if self.width is None or cells(text) + indent <= max(self.width, _MIN_WIDTH):
            return as_line(" " * indent + "".join([self.styled(text, style) for text, style in escaped]).rstrip())
        width = max(self.width, _MIN_WIDTH)
        hanging = min(indent + hang, width - _MIN_ROOM)
        lines = []
        spaces = indent
        for start, end in _wrapped(text, width, indent, hanging):
            lines.append(as_line(" " * spaces + "".join(self._slices(escaped, start, end))))
            spaces = hanging
        return "\n".join(lines)

    def hang(self, columns: int) -> int:
        """By how much further lines are indented: less in a narrow terminal."""
        return columns if self.width is None else min(columns, self.width // _HANGING)

    def styled(self, text: str, style: str) -> str:
        """Escaped text in a style."""
        code = self._codes.get(style) if style and text else None
        return text if code is None else f"\x1b[{code}m{text}\x1b[0m"

    def _slices(self, parts: Sequence[tuple[str, str]], start: int, end: int) -> Iterator[str]:
        position = 0
        for text, style in parts:
            yield self.styled(text[max(start - position, 0) : max(end - position, 0)], style)
            position += len(text)

    def _has(self, text: str) -> bool:
        try:
            text.encode(self._encoding)
        except UnicodeEncodeError:
            return False
        return True


def cells(text: str) -> int:
    """The width of a text in columns: East Asian characters are two columns wide."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def cut(text: str, width: int, ellipsis: str) -> str:
    """As much of a text as fits."""
    if cells(text) <= width:
        return text
    kept = text[: width - len(ellipsis)]
    while cells(kept) > width - len(ellipsis):
        kept = kept[:-1]
    return kept + ellipsis


def _wrapped(text: str, width: int, first: int, others: int) -> Iterator[tuple[int, int]]:
    """Where lines begin and end: at spaces, or within a word that is longer than a line, but never before "::"."""
    start, room = 0, width - first
    while cells(text[start:]) > room:
        end = start + len(cut(text[start:], room, ""))
        end -= text.startswith("::", end)
        space = text.rfind(" ", start + 1, end + 1)
        stop = space if space > start and text[start:space].strip() else end
        yield start, start + len(text[start:stop].rstrip())
        start = stop + len(text[stop:]) - len(text[stop:].lstrip())
        room = width - others
    if start < len(text):
        yield start, start + len(text[start:].rstrip())


def _width(out: TextIO) -> int | None:
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    if not out.isatty():
        return None
    try:
        return os.get_terminal_size(out.fileno()).columns or 80
    except OSError:
        return 80


def _codes(color: Color, *, is_terminal: bool) -> Mapping[str, str]:
    """Style -> escape code; NO_COLOR leaves bold and dim.

    Sources: https://no-color.org, https://force-color.org, https://bixense.com/clicolors
    """
    variables = os.environ
    if color == "never":
        return {}
    is_forced = variables.get("FORCE_COLOR") or variables.get("CLICOLOR_FORCE", "0") not in {"", "0"}
    if color == "always" or is_forced:
        return _STYLES
    if not is_terminal or variables.get("TERM") == "dumb" or _is_old_windows_console():
        return {}
    if not variables.get("NO_COLOR") and variables.get("CLICOLOR") != "0":
        return _STYLES
    return {
        style: code
        for style, codes in _STYLES.items()
        if (code := ";".join(number for number in codes.split(";") if int(number) not in _COLOUR))
    }


def _is_old_windows_console() -> bool:
    """One that prints escape sequences as they are: Windows Terminal and ConEmu give themselves away."""
    return sys.platform == "win32" and not {"WT_SESSION", "ANSICON", "TERM"} & os.environ.keys()
