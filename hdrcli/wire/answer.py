"""Reads one answer of a connection, sans I/O: its head, then as much of its body as is of use."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hdrcli.fetch import Failure, HTTPRequest, HTTPResponse, TransportFailure
from hdrcli.fetch.headers import values_of
from hdrcli.wire.body import BodyReader
from hdrcli.wire.head import HeadReader

_UNASKED_BODY_SIZE: Final = 65536
"""So much of a body is taken in that nobody asked for: servers log it as a fault when a client hangs up in the middle,
and a small body that is read to its end leaves the connection free."""

_HTTP_1_1: Final = b"HTTP/1.1 "


class AnswerReader:
    """Takes what comes behind a request, in any portions, until `done`: more bytes would change nothing."""

    def __init__(self, request: HTTPRequest) -> None:
        self._request = request
        self._head_reader = HeadReader()
        self._head: HTTPResponse | TransportFailure | None = None
        self._body: BodyReader | None = None
        self._start = b""
        self.done = False

    @property
    def began(self) -> bool:
        """Whether anything came."""
        return bool(self._start)

    @property
    def only_body_is_missing(self) -> bool:
        """Whether the head is in, and nobody asked for more."""
        return self._head is not None and not self._request.body_wanted

    @property
    def leaves_connection(self) -> bool:
        """Whether another exchange can follow: https://www.rfc-editor.org/rfc/rfc9112.html#section-9.3.

        Who speaks HTTP/1.0 may keep connections, too, but is not relied on.
        """
        if self._body is None or not self._body.ended or self._start != _HTTP_1_1:
            return False
        return isinstance(self._head, HTTPResponse) and not _closes(self._head)

    def feed(self, data: bytes) -> None:
        """Take what came next."""
        if self._body is not None:
            self._body.feed(data)
            self.done = self._body.done
            return
        self._start = self._start or data[: len(_HTTP_1_1)]
        self._head = self._head_reader.feed(data)
        if isinstance(self._head, HTTPResponse):
            limit = max(self._request.body_wanted, _UNASKED_BODY_SIZE)
            self._body = BodyReader(self._request.method, self._head, limit)
            self._body.feed(self._head_reader.body)
            self.done = self._body.done
        else:
            self.done = self._head is not None

    def end(self) -> bool:
        """Take the end of the connection; whether what came says more than that the end was an error."""
        self.done = True
        if self._head is not None:
            return True
        self._head = self._head_reader.end()
        return isinstance(self._head, TransportFailure) and self._head.failure is Failure.INVALID_HTTP

    def answer(self) -> HTTPResponse | TransportFailure | None:
        """The head with what came of the body, as far as that is wanted; None as long as it is not in."""
        if self._body is None or not isinstance(self._head, HTTPResponse) or not self._request.body_wanted:
            return self._head
        return replace(self._head, body=bytes(self._body.body[: self._request.body_wanted]))


def _closes(head: HTTPResponse) -> bool:
    """https://www.rfc-editor.org/rfc/rfc9112.html#section-9.6."""
    return any("close" in value.lower() for value in values_of("Connection", head.headers))
