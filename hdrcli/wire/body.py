"""Reads the body of an HTTP/1.1 message from bytes, sans I/O: where it ends, and as much of it as is wanted.

Theory of operation: a body is framed by "chunked", by Content-Length, or by the end of the connection, in this order.
`BodyReader` moves bytes from `_unread` to `body` as long as `_left` says that data is due, and reads a line where none
is: a chunk's size, the empty line behind a chunk's data, a trailer. It is lenient about whatever browsers are lenient
about, as the head has been judged already and a faulty body changes no verdict; but a connection whose framing is in
doubt is not used again. It never holds more than `limit` bytes of the body, a line, and the last portion; and it reads
only so many bytes that are not the body's (`MAX_EXCESS`, `MAX_TRAILERS_SIZE`).

Source: https://www.rfc-editor.org/rfc/rfc9112.html#section-6
"""

from __future__ import annotations

import re
from typing import Final, Literal

from hdrcli.fetch.headers import Header, values_of

MAX_LINE_SIZE: Final = 16 * 1024
"""Bytes of a line around a chunk's data: its size with extensions, a trailer."""

MAX_TRAILERS_SIZE: Final = 64 * 1024
"""Bytes of all trailers."""

MAX_EXCESS: Final = 16 * 1024
_FREE_BYTES: Final = 16
"""A chunk may have this many bytes around its data, and twice as many as its data. More is excess, of which the whole
body may have `MAX_EXCESS`: the rule of Go's net/http, https://pkg.go.dev/net/http/internal#NewChunkedReader."""

_STATUSES_WITHOUT_BODY: Final = frozenset({204, 304})

_length = re.compile(r"[0-9]{1,15}").fullmatch
_chunk_size = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?", re.DOTALL).fullmatch
_Line = Literal["size", "end of data", "trailer"]


def is_without_body(method: str, status: int) -> bool:
    """Whether a response ends with its head: https://www.rfc-editor.org/rfc/rfc9112.html#section-6.3."""
    return method == "HEAD" or status in _STATUSES_WITHOUT_BODY


class BodyReader:
    """Takes the bytes that follow a head, in any portions, until the body ends or `limit` bytes of it are read.

    Without a limit, it only finds the end. `is_empty` says that there is no body, whatever the headers say.

    `body` is the part of it that came, without transfer coding. `done` says that more bytes would change nothing,
    `is_complete` that the body's end was found, and `ended` that it was found by an unambiguous framing, and nothing
    followed: the connection is reusable.
    """

    def __init__(self, headers: tuple[Header, ...], limit: int | None, *, is_empty: bool) -> None:
        codings = values_of("Transfer-Encoding", headers)
        lengths = values_of("Content-Length", headers)
        self._unread = bytearray()
        self._limit = limit
        self._line: _Line | None = None
        self._left: int | None = None
        """Bytes of the body or of the chunk that are still to come; None: all until the end of the connection."""
        self._excess = 0
        self._trailers_size = 0
        self._in_doubt = bool(codings and lengths)
        self.body = bytearray()
        self.done = False
        self.is_complete = False
        self.ended = False
        if is_empty:
            self._left = 0
            # Some servers send the body that they announce, and it may come later than the head.
            self._in_doubt = bool(codings) or any(length != "0" for length in lengths)
        elif codings:
            if ", ".join(codings).rpartition(",")[2].strip().lower() == "chunked":
                self._left, self._line = 0, "size"
        elif lengths and _length(lengths[0]):
            self._left = int(lengths[0])
        self._end_if_complete()

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        self._unread += data
        while not self.done and (self._read_line() if self._left == 0 else self._read_data()):
            pass
        if self._unread:
            self.ended = False

    @property
    def rest(self) -> bytes:
        """The bytes behind the body."""
        return bytes(self._unread)

    def _read_data(self) -> bool:
        """Read the data of the body or of a chunk that is there; True if that is all of it."""
        data = self._unread[: self._left]
        del self._unread[: len(data)]
        if self._left is not None:
            self._left -= len(data)
        if self._limit is None:
            self._end_if_complete()
            return self._left == 0
        self.body += data
        if len(self.body) <= self._limit:
            self._end_if_complete()
        self.done = self.done or len(self.body) >= self._limit
        del self.body[self._limit :]
        return self._left == 0

    def _read_line(self) -> bool:
        """Read a line around the chunks; False if its end is not there yet."""
        end = self._unread.find(b"\n")
        if end < 0:
            self.done = len(self._unread) > MAX_LINE_SIZE
            return False
        line = bytes(self._unread[:end]).removesuffix(b"\r")
        del self._unread[: end + 1]
        if self._line == "size":
            size = _chunk_size(line)
            self._left = int(size[1], 16) if size else 0
            self._line = "end of data" if self._left else "trailer"
            self._excess = max(0, self._excess + end - _FREE_BYTES - 2 * self._left)
            self.done = size is None or self._excess > MAX_EXCESS
        elif self._line == "end of data":
            self._line = "size"
            self.done = bool(line)
        elif line:
            self._trailers_size += end
            self.done = self._trailers_size > MAX_TRAILERS_SIZE
        else:
            self._line = None
            self._end_if_complete()
        return True

    def _end_if_complete(self) -> None:
        if self._left == 0 and self._line is None:
            self.done = self.is_complete = True
            self.ended = not self._in_doubt
