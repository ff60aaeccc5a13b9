"""Moves an entry of a list to an earlier place, as text: the layout and the comments of the others stay as they are."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from hdrcli.targets.app.inserting import line_starts, place

Display = ast.List | ast.Tuple
"""A list or a tuple that is written out."""

_without_comments = re.compile(r"#[^\r\n]*|\s").sub
_ends_line = re.compile(r"[ \t]*(,?)[ \t]*(?:#[^\r\n]*)?(?=[\r\n])").match
_SEPARATORS: Final = ("[", "(", ",")


class UnknownLayoutError(Exception):
    """An entry cannot be moved without a change of the other entries' layout."""


class _Entry(NamedTuple):
    """The indices of an entry's first character, and behind its last one."""

    start: int
    end: int


def moved_forward(text: str, display: Display, index: int, target: int) -> str:
    """The text with the entry at `index` in front of the one at `target`, which is before it.

    An entry with lines of its own is moved with its comma and its comments. Raises `UnknownLayoutError`.
    """
    entries = [
        _Entry(place(text, each.lineno, each.col_offset), place(text, each.end_lineno, each.end_col_offset))
        for each in display.elts
    ]
    ends = [place(text, display.lineno, display.col_offset), *(each.end for each in entries)]
    gaps = [text[end : each.start] for end, each in zip(ends, entries, strict=False)]
    if any(_without_comments("", gap) not in _SEPARATORS for gap in gaps):
        raise UnknownLayoutError
    behind = _ends_line(text, entries[index].end)
    is_separated = behind is not None and (bool(behind[1]) or index == len(entries) - 1)
    if is_separated and _begins_line(text, entries[index]) and _begins_line(text, entries[target]):
        return _lines_moved(text, display, index, target)
    if "#" in "".join(gaps[target + 1 : index + 1]) or (behind is not None and "#" in behind[0]):
        raise UnknownLayoutError
    return _rotated(text, entries[target : index + 1])


def _begins_line(text: str, entry: _Entry) -> bool:
    line = re.split(r"[\r\n]", text[: entry.start])[-1]
    return not line.strip()


def _rotated(text: str, entries: Sequence[_Entry]) -> str:
    """The last of these entries in front of the others; what is between two of them stays where it is."""
    gaps = [text[each.end : following.start] for each, following in pairwise(entries)]
    in_order = [text[each.start : each.end] for each in (entries[-1], *entries[:-1])]
    new = "".join(entry + gap for entry, gap in zip(in_order, [*gaps, ""], strict=True))
    return text[: entries[0].start] + new + text[entries[-1].end :]


def _lines_moved(text: str, display: Display, index: int, target: int) -> str:
    """Move the lines of an entry in front of those of another one, with the blank lines that separate it."""
    starts = [*line_starts(text), len(text)]
    lines = [text[start:end] for start, end in pairwise(starts)]
    moved = display.elts[index]
    first, end = _first_line(lines, display, index), moved.end_lineno or moved.lineno
    goal = _first_line(lines, display, target)
    block = [*lines[first : end - 1], _with_comma(lines[end - 1], moved.end_col_offset or 0)]
    blank = first
    if not lines[end].strip() or end + 1 == display.end_lineno:  # otherwise, they separate the next entry
        while not lines[blank - 1].strip():
            blank -= 1
    return "".join([*lines[:goal], *block, *lines[blank:first], *lines[goal:blank], *lines[end:]])


def _with_comma(line: str, column: int) -> str:
    """The line with a comma at this column, which counts bytes, unless there is one: the last entry needs none."""
    encoded = line.encode()
    before, behind = encoded[:column].decode(), encoded[column:].decode()
    return line if behind.lstrip().startswith(",") else f"{before},{behind}"


def _first_line(lines: list[str], display: Display, index: int) -> int:
    """The index of an entry's first line, or that of the first comment that belongs to it, directly above it.

    A comment that is an entry itself was switched off, and stays.
    """
    previous = display.elts[index - 1].end_lineno if index else display.lineno
    first = display.elts[index].lineno - 1
    while first > (previous or 0) and _is_remark(lines[first - 1].strip()):
        first -= 1
    return first


def _is_remark(line: str) -> bool:
    if not line.startswith("#"):
        return False
    try:
        found = ast.parse(line.lstrip("# ").removesuffix(","), mode="eval").body
    except (SyntaxError, ValueError):
        return True
    return not isinstance(found, ast.Constant | ast.Call)
