"""The line of a key in a TOML file, which Python's parser does not tell.

The text is valid TOML: it was parsed before. So it is enough to find where statements begin, and to skip their values,
whose strings may contain anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

_DEEPEST: Final = 8
"""Keys of a path that are remembered: no configuration is nested more deeply."""

_KEY: Final = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_KEYS: Final = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_keys = re.compile(_KEY).findall
_nothing = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*+").match
_header = re.compile(rf"(\[\[?)[ \t]*({_KEYS})[ \t]*\]\]?").match
_pair = re.compile(rf"({_KEYS})[ \t]*=").match
_part = re.compile(
    r'"""(?:[^\\"]|\\.|"(?!""))*+"{3,5}'
    r"|'''(?:[^']|'(?!''))*+'{3,5}"
    r"|\"(?:[^\"\\\n]|\\.)*+\""
    r"|'[^'\n]*+'"
    r"|\#[^\n]*+"
    r"|(?P<opens>[\[{])|(?P<closes>[\]}])|(?P<ends>\n)|[^\"'\#\[\]{}\n]++",
    re.DOTALL,
).match


def line_of(text: str, keys: Sequence[str | int]) -> int:
    """The line, from 1, of the value at these keys or, where it has no line of its own, of what it stands in."""
    lines = _lines(text)
    places = (tuple(keys[:length]) for length in range(len(keys), 0, -1))
    return next((lines[place] for place in places if place in lines), 1)


@lru_cache(1)
def _lines(text: str) -> dict[tuple[str | int, ...], int]:
    return dict(reversed(list(_statements(text))))


def _statements(text: str) -> Iterator[tuple[tuple[str | int, ...], int]]:
    """The keys of each table and each pair with its line, in order; also those of the tables that they imply."""
    table: tuple[str | int, ...] = ()
    elements: dict[tuple[str | int, ...], int] = {}
    position, line = 0, 1
    while True:
        begin = _end(_nothing(text, position))
        line += text.count("\n", position, begin)
        found = _header(text, begin) or _pair(text, begin)
        if found is None:
            return
        if found[0].startswith("["):
            table = _names(found[2])
            if found[1] == "[[":
                elements[table] = number = elements.get(table, -1) + 1
                yield table, line
                table = (*table, number)
            keys, position = table, found.end()
        else:
            keys, position = (*table, *_names(found[1])), _after_value(text, found.end())
        for length in range(1, min(len(keys), _DEEPEST) + 1):
            yield keys[:length], line
        line += text.count("\n", begin, position)


def _names(keys: str) -> tuple[str, ...]:
    return tuple(name.strip("\"'") for name in _keys(keys))


def _after_value(text: str, position: int) -> int:
    """The end of the line on which a value ends."""
    depth = 0
    while (part := _part(text, position)) is not None:
        depth += bool(part["opens"]) - bool(part["closes"])
        if part["ends"] and depth == 0:
            break
        position = part.end()
    return position


def _end(found: re.Match[str] | None) -> int:
    return 0 if found is None else found.end()
