"""Takes the heads of an HTTP/1 answer off a connection, byte for byte, sans I/O.

What is found where a head ends is the same in all browsers; what they make of its bytes is `hdrcli.wire.reading`'s.

Source: https://www.rfc-editor.org/rfc/rfc9112.html#name-message-parsing
"""

from __future__ import annotations

import re
from typing import Final

from hdrcli.fetch import USER_AGENTS
from hdrcli.records.exchange import RawHead, RawHeadEnd

MAX_SIZE: Final = max(user_agent.head.max_head_size for user_agent in USER_AGENTS.values())
"""Bytes of all heads of an answer: beyond that nobody reads on."""

_end_of_head = re.compile(rb"\n\r?\n")
_interim = re.compile(rb"[\r\n]*.{0,4}?HTTP[^ \t\n]*[ \t]+1[0-9][0-9](?![0-9])", re.DOTALL | re.IGNORECASE)
_beginning = re.compile(rb".{0,4}?(?:HTTP|ICY)", re.DOTALL | re.IGNORECASE)
BEGINNING_SIZE: Final = 8
"""Within so many bytes whatever a browser takes for a status line shows itself."""


class HeadReader:
    """Takes the bytes of a connection in any portions, until the head of the final answer is whole."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._heads: list[bytes] = []
        self._size = 0  # of the heads
        self._start = 0  # where what is no empty line begins in the buffer

    @property
    def body(self) -> bytes:
        """What came behind the head, or behind what is none."""
        return bytes(self._buffer)

    @property
    def is_no_http(self) -> bool:
        """Whether what came begins with nothing that any browser takes for a status line."""
        return len(self._buffer) >= BEGINNING_SIZE and _beginning.match(self._buffer) is None

    def feed(self, data: bytes) -> RawHead | None:
        """The answer's heads once the final one is whole, or it is clear that there is none; until then None."""
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
            searched = 0
        if self._size + len(self._buffer) > MAX_SIZE:
            return self._last("too large")
        # Another protocol's greeting has no end that could be waited for.
        return self._last("whole") if self.is_no_http and b"\n" in self._buffer else None

    def end(self) -> RawHead:
        """What came of a head, if anything, when the connection ends before it does."""
        return self._last("cut off")

    def _skip_empty_lines(self) -> None:
        """Those before a status line are no end of a head."""
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
