"""Insertions in the text of a Python file, in the layout that is there: elements of lists, and arguments of calls."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

_line_end = re.compile(r"\r\n|\r|\n")
_comma_and_comment = re.compile(r"[ \t]*,[ \t]*(?:#[^\r\n]*)?(?=[\r\n])")


class Edit(NamedTuple):
    """A part of a text, by the indices of its characters, and what takes its place."""

    start: int
    end: int
    text: str


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits, none of which overlap."""
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def insertion(owner: ast.expr, present: Sequence[ast.expr | ast.keyword], new: Sequence[str], text: str) -> Edit:
    """New elements of a list, or arguments of a call, behind those that are there, in their layout."""
    if not present:
        return _at(place(text, owner.end_lineno, owner.end_col_offset) - 1, ", ".join(new))
    last = present[-1]
    end = place(text, last.end_lineno, last.end_col_offset)
    beginning = place(text, last.lineno, last.col_offset)
    before = text[place(text, last.lineno, 0) : beginning]
    if before.strip():  # something else is on the line of the last one
        return _at(end, "".join(f", {each}" for each in new))
    line_end = _line_end.search(text, end)
    separator = (line_end[0] if line_end is not None else "\n") + before
    comma = _comma_and_comment.match(text, end)
    if comma is not None:
        return _at(comma.end(), "".join(f"{separator}{each}," for each in new))
    return _at(end, "".join(f",{separator}{each}" for each in new))


def replacement(node: ast.expr, new: str, text: str) -> Edit:
    """Another text for an expression."""
    start, end = place(text, node.lineno, node.col_offset), place(text, node.end_lineno, node.end_col_offset)
    return Edit(start, end, new)


def new_line(behind: ast.stmt, line: str, text: str) -> Edit:
    """A new line behind the last one of a statement."""
    starts = [*line_starts(text), len(text)]
    end = starts[behind.end_lineno or behind.lineno]
    match = _line_end.search(text)
    line_end = "\n" if match is None else match[0]
    is_ended = text[:end].endswith(("\n", "\r"))
    return _at(end, f"{line}{line_end}" if is_ended else f"{line_end}{line}")


def place(text: str, line: int | None, column: int | None) -> int:
    """The index of a position of the syntax tree, whose columns count bytes of UTF-8."""
    if line is None or column is None:
        raise AssertionError("nodes of a parsed text have an end")
    starts = [*line_starts(text), len(text)]
    return starts[line - 1] + len(text[starts[line - 1] : starts[line]].encode()[:column].decode())


def line_starts(text: str) -> Iterator[int]:
    """The index of the first character of each line; that of an empty last line, too."""
    yield 0
    yield from (match.end() for match in _line_end.finditer(text))


def _at(index: int, text: str) -> Edit:
    return Edit(index, index, text)


def quote_of(node: ast.AST, text: str) -> str:
    """The quote that strings there have."""
    lines = _line_end.split(text)
    strings = (each for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str))
    used = (lines[each.lineno - 1].encode()[each.col_offset : each.col_offset + 1] for each in strings)
    return "'" if next(used, b'"') == b"'" else '"'


def literal(name: str, quote: str) -> str:
    """A string in Python."""
    return f"{quote}{name}{quote}" if quote not in name else repr(name)
