"""Reads the body of an HTTP/1.1 answer from bytes, sans I/O: where it ends, and as much of it as is wanted.

Source: https://www.rfc-editor.org/rfc/rfc9112.html#section-6
"""

from __future__ import annotations

import re
from typing import Final, Literal

from hdrcli.fetch import HTTPResponse
from hdrcli.fetch.headers import values_of

MAX_LINE_SIZE: Final = 16 * 1024
"""Bytes of a line beside a chunk's data: its size with extensions, a trailer."""

_STATUSES_WITHOUT_BODY: Final = frozenset({204, 304})

_length = re.compile(r"[0-9]{1,15}").fullmatch
_chunk_size = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?", re.DOTALL).fullmatch
_Line = Literal["size", "end of data", "trailer"]


def is_without_body(method: str, status: int) -> bool:
    """Whether an answer ends with its head: https://www.rfc-editor.org/rfc/rfc9112.html#section-6.3."""
    return method == "HEAD" or status in _STATUSES_WITHOUT_BODY


class BodyReader:
    """Takes the bytes behind a head in any portions, until the body ends or `limit` bytes of it are in.

    `body` is what came of it, without transfer coding. `done` says that more bytes would change nothing; `ended` that
    the body is whole by a framing without doubt, and nothing came behind it: the connection can carry another exchange.
    """

    def __init__(self, method: str, head: HTTPResponse, limit: int) -> None:
        codings = values_of("Transfer-Encoding", head.headers)
        lengths = values_of("Content-Length", head.headers)
        self._unread = bytearray()
        self._limit = limit
        self._line: _Line | None = None
        self._left: int | None = None
        """Bytes that are still to come of the body, or of the chunk; None: all until the end of the connection."""
        self._in_doubt = bool(codings and lengths)
        self.body = bytearray()
        self.done = False
        self.ended = False
        if is_without_body(method, head.status):
            self._left = 0
            # Some servers send what they announce, and it may come later than the head.
            self._in_doubt = bool(codings) or any(length != "0" for length in lengths)
        elif codings:
            if ", ".join(codings).rpartition(",")[2].strip().lower() == "chunked":
                self._left, self._line = 0, "size"
        elif lengths and _length(lengths[0]):
            self._left = int(lengths[0])
        self._end_if_whole()

    def feed(self, data: bytes) -> None:
        """Take what came next on the connection."""
        self._unread += data
        while not self.done and (self._read_line() if self._left == 0 else self._read_data()):
            pass
        if self._unread:
            self.ended = False

    def _read_data(self) -> bool:
        """Take in what is there of the body or of a chunk; whether that is all of it."""
        data = self._unread[: self._left]
        del self._unread[: len(data)]
        self.body += data
        if self._left is not None:
            self._left -= len(data)
        if len(self.body) <= self._limit:
            self._end_if_whole()
        self.done = self.done or len(self.body) >= self._limit
        del self.body[self._limit :]
        return self._left == 0

    def _read_line(self) -> bool:
        """Take in a line that stands around the chunks; False if its end is not there yet."""
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
            self.done = size is None
        elif self._line == "end of data":
            self._line = "size"
            self.done = bool(line)
        elif not line:
            self._line = None
            self._end_if_whole()
        return True

    def _end_if_whole(self) -> None:
        if self._left == 0 and self._line is None:
            self.done = True
            self.ended = not self._in_doubt
