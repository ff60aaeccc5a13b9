"""Takes the heads of an HTTP/1 response from a connection, byte for byte, sans I/O.

A head is everything from a status line to the empty line: that of the final response, and those of the interim (1xx)
responses before it. All browsers agree on where a head ends; `hdrcli.wire.reading` knows how each reads its bytes.

Source: https://www.rfc-editor.org/rfc/rfc9112.html#name-message-parsing
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from hdrcli.fetch import USER_AGENTS
from hdrcli.records.exchange import RawHead, RawHeadEnd

MAX_SIZE: Final = max(user_agent.head.max_head_size for user_agent in USER_AGENTS.values())
"""Bytes of all heads of a response: no browser reads more."""

MAX_HEADS: Final = 1000
"""Heads of a response, interim ones included: as many as any server sends, and each is an object for every browser."""

_end_of_head = re.compile(rb"\n\r?\n")
_interim = re.compile(rb"[\r\n]*.{0,4}?HTTP[^ \t\n]*[ \t]+1[0-9][0-9](?![0-9])", re.DOTALL | re.IGNORECASE)
_beginning = re.compile(rb".{0,4}?(?:HTTP|ICY)", re.DOTALL | re.IGNORECASE)
BEGINNING_SIZE: Final = 8
"""A browser that takes the beginning for a status line does so within this many bytes."""


class HeadReader:
    """Takes the bytes of a connection, in any portions, until the head of the final response is complete."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._heads: list[bytes] = []
        self._size = 0  # of the heads
        self._start = 0  # where the empty lines at the beginning of the buffer end

    @property
    def heads(self) -> Sequence[bytes]:
        """The heads that are complete."""
        return self._heads

    @property
    def body(self) -> bytes:
        """The bytes behind the head, or behind those that are not a head."""
        return bytes(self._buffer)

    @property
    def is_not_http(self) -> bool:
        """Whether no browser takes the beginning for a status line."""
        return len(self._buffer) >= BEGINNING_SIZE and _beginning.match(self._buffer) is None

    def feed(self, data: bytes) -> RawHead | None:
        """The response's heads once the final one is complete, or it is clear that there is none; until then None."""
        searched = max(self._start, len(self._buffer) - 2)
        self._buffer += data
        while True:
            self._skip_empty_lines()
            end = _end_of_head.search(self._buffer, max(self._start, searched))
            if end is None or self._size + end.end() > MAX_SIZE:
                break
            head = self._take(end.end())
            if _interim.match(head) is None:
                return RawHead(heads=tuple(self._heads), end="whole")
            if len(self._heads) == MAX_HEADS:
                return self._last("too large")
            searched = 0
        if self._size + len(self._buffer) > MAX_SIZE:
            return self._last("too large")
        # The greeting of another protocol has no end to wait for.
        return self._last("whole") if self.is_not_http and b"\n" in self._buffer else None

    def end(self) -> RawHead:
        """The part of a head that came, if any, when the connection ends within it."""
        return self._last("cut off")

    def _skip_empty_lines(self) -> None:
        """Empty lines before a status line do not end a head."""
        while self._start < len(self._buffer) and self._buffer[self._start] in b"\r\n":
            self._start += 1

    def _take(self, size: int) -> bytes:
        """Move the first bytes of the buffer to the heads."""
        head = bytes(self._buffer[:size])
        del self._buffer[:size]
        self._heads.append(head)
        self._size += size
        self._start = 0
        return head

    def _last(self, end: RawHeadEnd) -> RawHead:
        self._take(len(self._buffer))
        return RawHead(heads=tuple(self._heads), end=end)
