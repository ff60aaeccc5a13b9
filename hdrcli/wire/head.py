"""Reads the head of an HTTP/1 answer from bytes, sans I/O, and as leniently as browsers do.

Where RFC 9112 leaves open what to do with a faulty answer, this follows what Chromium, Firefox and WebKit agree on, or
two of them: lines without a colon or with a faulty name are skipped, a bare LF ends a line, a NUL spoils the whole.

Source: https://www.rfc-editor.org/rfc/rfc9112.html
"""

from __future__ import annotations

import re
from typing import Final

from hdrcli.fetch import Failure, HTTPResponse, TransportFailure
from hdrcli.fetch.headers import HTTP_TAB_OR_SPACE, Header, is_token, values_of

MAX_HEAD_SIZE: Final = 256 * 1024
"""Bytes up to the end of the head, 1xx answers before it included: Chromium's limit."""

_end_of_head = re.compile(rb"\n\r*\n")
_status_line = re.compile(
    r".{0,4}?HTTP/(?:[0-9]+\.[0-9]+|[0-9]+(?=[ \t]))(?:[ \t]+([0-9]{1,3})(?![0-9]).*)?|ICY[ \t]+([0-9]{3}).*",
    re.DOTALL,
)
_STATUS_WHERE_NONE_IS_GIVEN: Final = 200

Head = HTTPResponse | TransportFailure


class HeadReader:
    """Takes the bytes of a connection in any portions, until the head of the final answer is whole."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._before = 0  # bytes that are done with: empty lines, 1xx answers
        self._body = b""

    @property
    def body(self) -> bytes:
        """What came behind the head."""
        return self._body

    def feed(self, data: bytes) -> Head | None:
        """The head of the final answer once its last byte is in; until then None."""
        searched = max(0, len(self._buffer) - 2)
        self._buffer += data
        if self._skip_empty_lines():
            searched = 0
        while match := _end_of_head.search(self._buffer, searched):
            if self._before + match.end() > MAX_HEAD_SIZE:
                break
            head = parse_head(bytes(self._buffer[: match.start()]))
            if not _is_interim(head):
                self._body = bytes(self._buffer[match.end() :])
                return head
            self._drop(match.end())
            self._skip_empty_lines()
            searched = 0
        if self._before + len(self._buffer) > MAX_HEAD_SIZE:
            return _invalid(f"The head of the answer is larger than {MAX_HEAD_SIZE // 1024} KiB.")
        return None

    def end(self) -> Head:
        """What came of a head when the connection ends before it does: browsers take that for a whole one."""
        head = parse_head(bytes(self._buffer)) if self._buffer else None
        if head is None or _is_interim(head):
            return TransportFailure(failure=Failure.EMPTY_REPLY, detail="The connection was closed without an answer.")
        return head

    def _skip_empty_lines(self) -> bool:
        """Drop empty lines before a status line; whether there were any."""
        empty = len(self._buffer) - len(self._buffer.lstrip(b"\r\n"))
        self._drop(empty)
        return empty > 0

    def _drop(self, size: int) -> None:
        del self._buffer[:size]
        self._before += size


def parse_head(head: bytes) -> Head:
    """Parse a head without the empty line at its end."""
    text = head.decode("latin-1")
    if text.startswith("\x15\x03"):
        return _invalid("The answer is a TLS alert: is it an https URL?")
    if "\0" in text:
        return _invalid("The head of the answer holds a NUL byte.")
    first, *lines = (line.rstrip("\r") for line in text.split("\n"))
    status_line = _status_line.fullmatch(first)
    if status_line is None:
        return _invalid(f'The answer begins with "{first[:40]}", which is no HTTP status line.')
    headers = tuple(_parse_lines(lines))
    if len(set(values_of("Content-Length", headers))) > 1:
        return _invalid("The answer has several Content-Length headers that differ.")
    return HTTPResponse(
        status=int(status_line[1] or status_line[2] or _STATUS_WHERE_NONE_IS_GIVEN),
        headers=headers,
    )


def _parse_lines(lines: list[str]) -> list[Header]:
    """The header lines that have a name; obs-fold and bare CR in a value become blanks (RFC 9112, 5.2 and 2.2)."""
    headers: list[Header] = []
    foldable = False
    for line in lines:
        if line.startswith((" ", "\t")):
            if foldable:
                name, value = headers[-1]
                headers[-1] = (name, f"{value} {line.lstrip(HTTP_TAB_OR_SPACE)}")
            continue
        name, colon, value = line.partition(":")
        foldable = bool(colon) and is_token(name)
        if foldable:
            headers.append((name, value))
    return [(name, value.replace("\r", " ").strip(HTTP_TAB_OR_SPACE)) for name, value in headers]


def _is_interim(head: Head) -> bool:
    return isinstance(head, HTTPResponse) and 100 <= head.status <= 199  # noqa: PLR2004 -- RFC 9110, 15.2


def _invalid(detail: str) -> TransportFailure:
    return TransportFailure(failure=Failure.INVALID_HTTP, detail=detail)
