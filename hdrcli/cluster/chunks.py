"""Lines to chunks: all lines of a site are in one lane, and so are the chunks that are made of them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import ClassVar

from hdrcli.bulk.lines import Line
from hdrcli.bulk.target import url_in
from hdrcli.fetch.url import site_of
from hdrcli.records.errors import UsageError
from hdrcli.structs import Record


class Chunk(Record, frozen=True, kw_only=True):
    """Lines that one worker checks. No two chunks of a `lane` are checked at once.

    `name` is that of its shard: the place of the chunk, and a hash of its lines.
    """

    not_in_repr: ClassVar = frozenset({"lines"})

    lane: str
    name: str
    lines: tuple[Line, ...]


class Lanes:
    """Takes the lines of a list and makes chunks: the same ones of the same list, for the same `count` and `size`.

    A chunk has `size` lines. One that is made of rests has between half and one and a half as many; the last one may
    have fewer.
    """

    def __init__(self, count: int, size: int) -> None:
        self._size = size
        self._lines: list[list[Line]] = [[] for _ in range(count)]
        self._numbers = [0] * count

    def add(self, line: Line) -> Chunk | None:
        """Take the next line of the list; returns the chunk that is complete now, if one is."""
        lane = zlib.crc32(_site(line).encode("utf-8", "surrogateescape")) % len(self._lines)
        lines = self._lines[lane]
        lines.append(line)
        if len(lines) < self._size:
            return None
        self._lines[lane] = []
        self._numbers[lane] += 1
        return _chunk(f"{lane:04}", self._numbers[lane], lines)

    def rests(self) -> Iterator[Chunk]:
        """At the end of the list: the chunks of all lines that are in no other one. Each lane is in one of them."""
        rests: list[list[Line]] = [[]]
        for lines in self._lines:
            if len(rests[-1]) >= self._size // 2:
                rests.append([])
            rests[-1] += lines
        return (_chunk(f"rest{number:04}", 1, lines) for number, lines in enumerate(rests) if lines)


def _site(line: Line) -> str:
    try:
        return site_of(url_in(line).host)
    except UsageError:  # the result says so
        return line.text


def _chunk(lane: str, number: int, lines: Sequence[Line]) -> Chunk:
    digest = blake2b(digest_size=8)
    for line in lines:
        digest.update(line.key.to_bytes(8, "big"))
    return Chunk(lane=lane, name=f"{lane}-{number:06}-{digest.hexdigest()}.jsonl", lines=tuple(lines))
