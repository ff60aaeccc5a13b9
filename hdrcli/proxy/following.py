"""Follows the requests and responses of one connection, sans I/O.

It takes the bytes of both directions before they are passed on, pairs each head of a response with that of its
request, and finds the ends of bodies. It holds no more than a head of each direction, and so many requests that wait
for their responses.

Source: https://www.rfc-editor.org/rfc/rfc9112.html#name-message-format
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import ClassVar, Final

from hdrcli.fetch import STANDARD, HTTPRequest, HTTPResponse, TransportFailure, parse_url
from hdrcli.fetch.headers import Header, get, is_token, values_of
from hdrcli.fetch.url import URL
from hdrcli.records.exchange import RawHead
from hdrcli.structs import Record
from hdrcli.wire.body import BodyReader, is_without_body
from hdrcli.wire.head import HeadReader
from hdrcli.wire.reading import read_response

_MAX_HEAD: Final = 256 * 1024
"""Bytes of a request's head: no browser sends as much."""
_MAX_WAITING: Final = 100
"""Requests that wait for a response on one connection: browsers send one at a time."""

_request_line = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+) HTTP/1\.[01]").fullmatch
_end_of_head = re.compile(rb"\r?\n\r?\n")
_host_line = re.compile(rb"(?im)^host:[^\r\n]*")
_switching = re.compile(rb"HTTP/1\.1[ \t]+101(?![0-9])").match


class SentRequest(Record, frozen=True, kw_only=True):
    """A request as it was sent to the proxy; `url` has the host that it was sent to."""

    not_in_repr: ClassVar = frozenset({"headers"})

    method: str
    url: URL
    headers: tuple[Header, ...]

    def get(self, name: str) -> str | None:
        """The value of a header."""
        return get(name, self.headers)


class Answered(Record, frozen=True, kw_only=True):
    """A request, and the heads of its response, or why it has none. `read` is the response as the standard reads it."""

    request: SentRequest
    response: RawHead | TransportFailure
    read: HTTPResponse | TransportFailure


class _CannotFollowError(Exception):
    """The bytes are not HTTP/1.1, or leave open where a message ends."""


class Follower:
    """Takes the bytes of a connection, and reports each request with its response.

    With `host`, the requests that are passed on have this `Host`; nothing else is ever changed. `is_lost` says that it
    could not follow, and that the bytes are passed on without it. `has_response` says whether any byte of a response
    came.
    """

    def __init__(self, report: Callable[[Answered], None], host: str | None = None) -> None:
        self._report = report
        self._requests = _Requests(host)
        self._head: HeadReader | None = None
        self._body: BodyReader | None = None
        self._is_over = False
        self.is_lost = False
        self.has_response = False

    @property
    def waiting(self) -> int:
        """The requests that have no response."""
        return len(self._requests.waiting)

    @property
    def is_idle(self) -> bool:
        """Whether each request has its complete response."""
        return not (self._is_over or self.waiting or self._head or self._body or self._requests.is_within)

    def sent(self, data: bytes) -> bytes:
        """Take bytes of the client; returns those to pass on."""
        if self._is_over:
            return self._requests.release() + data
        passed = self._requests.feed(data)
        if self._requests.is_lost:
            self._is_over = self.is_lost = True
        return passed

    def received(self, data: bytes) -> None:
        """Take bytes of the service."""
        self.has_response = True
        if self._is_over:
            return
        try:
            self._follow(data)
        except _CannotFollowError:
            self._is_over = self.is_lost = True

    def ended(self) -> None:
        """Take the end of the service's bytes."""
        if not self._is_over and self._head is not None:
            self._answer(self._head.end())
        self._is_over = True

    def failed(self, failure: TransportFailure) -> SentRequest | None:
        """Take that the first request has no response; returns it, if its head has come."""
        self._is_over = True
        if not self._requests.waiting:
            return None
        request = self._requests.waiting.popleft()
        self._report(Answered(request=request, response=failure, read=failure))
        return request

    def _follow(self, data: bytes) -> None:
        while data and not self._is_over:
            if self._body is not None:
                self._body.feed(data)
                data = self._end_of_body(self._body)
                continue
            if not self._requests.waiting:
                raise _CannotFollowError  # a response to no request
            self._head = self._head or HeadReader()
            known = len(self._head.heads)
            raw = self._head.feed(data)
            if raw is None:
                self._is_over = any(map(_switching, self._head.heads[known:]))
                if self._is_over:
                    self._answer(RawHead(heads=tuple(self._head.heads), end="whole"))
                return
            data = self._head.body
            self._answer(raw)

    def _answer(self, raw: RawHead) -> None:
        request = self._requests.waiting.popleft()
        self._head = None
        sent = HTTPRequest(
            purpose="request", method=request.method, url=request.url, headers=request.headers, body=None
        )
        read = read_response(raw, sent, STANDARD).response
        self._report(Answered(request=request, response=raw, read=read))
        if not isinstance(read, HTTPResponse) or raw.end != "whole" or request.method == "CONNECT":
            self._is_over = True
            return
        is_empty = is_without_body(request.method, read.status)
        self._body = BodyReader(read.headers, None, is_empty=is_empty)
        self._end_of_body(self._body)

    def _end_of_body(self, body: BodyReader) -> bytes:
        """The bytes behind the body, if its end was found."""
        if not body.done:
            return b""
        if not body.is_complete:
            raise _CannotFollowError
        self._body = None
        return body.rest


class _Requests:
    """Follows the client's direction; `waiting` are the requests whose heads have come, and no response.

    `is_lost` says that the bytes are not HTTP/1.1, or leave open where a message ends.
    """

    def __init__(self, host: str | None) -> None:
        self._host = host
        self.is_lost = False
        self.waiting: deque[SentRequest] = deque()
        self._buffer = bytearray()
        self._body: BodyReader | None = None

    @property
    def is_within(self) -> bool:
        """Whether a request has begun that is not complete."""
        return bool(self._buffer) or self._body is not None

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes; returns those to pass on. A head is held back until it is complete if it changes."""
        parts = list(self._parts(data))
        return data if self._host is None else b"".join(parts)

    def release(self) -> bytes:
        """The bytes that were held back."""
        held = self._take(len(self._buffer))
        return b"" if self._host is None else held

    def _parts(self, data: bytes) -> Iterator[bytes]:
        """The bytes in portions: of bodies, heads as they are to be passed on, and all that cannot be followed."""
        while data and not self.is_lost:
            if self._body is not None:
                self._body.feed(data)
                self.is_lost = self._body.done and not self._body.is_complete
                rest = self._body.rest if self._body.is_complete else b""
                if self._body.is_complete:
                    self._body = None
                yield data[: len(data) - len(rest)]
                data = rest
                continue
            searched = max(0, len(self._buffer) - 3)
            self._buffer += data
            if empty := len(self._buffer) - len(self._buffer.lstrip(b"\r\n")):  # some clients send a line behind a body
                yield self._take(empty)
                searched = 0
            end = _end_of_head.search(self._buffer, searched)
            if end is None:
                if len(self._buffer) <= _MAX_HEAD and _may_be_method(self._buffer):
                    return
                self.is_lost = True
                yield self._take(len(self._buffer))
                return
            head = self._take(end.end())
            self.is_lost = not self._begin(head)
            yield head if self.is_lost else self._changed(head)
            data = self._take(len(self._buffer))
        if data:
            yield data

    def _take(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _begin(self, head: bytes) -> bool:
        """Take a head; returns whether it can be followed.

        How long the body is: https://www.rfc-editor.org/rfc/rfc9112.html#section-6.3.
        """
        request = _read_request(head)
        if request is None or len(self.waiting) == _MAX_WAITING:
            return False
        codings, lengths = (values_of(name, request.headers) for name in ("Transfer-Encoding", "Content-Length"))
        if len(set(lengths)) > 1 or not all(length.isdecimal() for length in lengths):
            return False
        self.waiting.append(request)
        body = BodyReader(request.headers, None, is_empty=not codings and not lengths)
        self._body = None if body.is_complete else body
        return True

    def _changed(self, head: bytes) -> bytes:
        if self._host is None:
            return head
        line = b"Host: " + self._host.encode("latin-1")
        return _host_line.sub(lambda _: line, head, count=1)


def _may_be_method(data: bytearray) -> bool:
    """Whether bytes may be the beginning of a request line, not of TLS or another protocol."""
    method = bytes(data[:32]).partition(b" ")[0]
    return not method or is_token(method.decode("latin-1"))


def _read_request(head: bytes) -> SentRequest | None:
    """The request with this head; None if it is malformed, or its URL cannot be found."""
    start, *lines = head.decode("latin-1").replace("\r\n", "\n").rstrip("\n").split("\n")
    line = _request_line(start)
    headers = tuple((name, value.strip(" \t")) for name, _, value in (line.partition(":") for line in lines))
    if line is None or not all(":" in each for each in lines) or not all(is_token(name) for name, _ in headers):
        return None
    host = get("Host", headers)
    url = parse_url(f"http://{host}{line[2]}") if host and line[2].startswith("/") else parse_url(line[2])
    if url is None or not url.is_http:
        return None
    return SentRequest(method=line[1], url=url.without_credentials().with_fragment(None), headers=headers)
