"""Reads one answer of a connection, sans I/O: its head, then as much of its body as is of use."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hdrcli.fetch import STANDARD, HTTPRequest, HTTPResponse
from hdrcli.fetch.headers import values_of
from hdrcli.fetch.network import MISDIRECTED_REQUEST
from hdrcli.records.exchange import Exchange, RawHead
from hdrcli.wire.body import BodyReader
from hdrcli.wire.head import HeadReader
from hdrcli.wire.reading import read_answer

_UNASKED_BODY_SIZE: Final = 65536
"""So much of a body is taken in that nobody asked for: servers log it as a fault when a client hangs up in the middle,
and a small body that is read to its end leaves the connection free."""

_HTTP_1_1: Final = b"HTTP/1.1 "


class AnswerReader:
    """Takes what comes behind a request, in any portions, until `done`: more bytes would change nothing."""

    def __init__(self, request: HTTPRequest) -> None:
        self._request = request
        self._head_reader = HeadReader()
        self._exchange: Exchange | None = None
        self._body: BodyReader | None = None
        self._closes = True
        self.began = False
        """Whether anything came."""
        self.done = False

    @property
    def only_body_is_missing(self) -> bool:
        """Whether the head is in, and nobody asked for more."""
        return self._exchange is not None and not self._request.body_wanted

    @property
    def leaves_connection(self) -> bool:
        """Whether another exchange can follow: https://www.rfc-editor.org/rfc/rfc9112.html#section-9.3.

        Who speaks HTTP/1.0 may keep connections, too, but is not relied on.
        """
        return self._body is not None and self._body.ended and not self._closes

    def feed(self, data: bytes) -> None:
        """Take what came next."""
        if self._body is not None:
            self._body.feed(data)
            self.done = self._body.done
            return
        self.began = True
        raw = self._head_reader.feed(data)
        if raw is None:
            return
        self._exchange = read_answer(raw, self._request, STANDARD)
        head = self._exchange.response
        if isinstance(head, HTTPResponse):
            self._closes = _closes(raw, head)
            self._body = BodyReader(self._request.method, head, max(self._request.body_wanted, _UNASKED_BODY_SIZE))
            self._body.feed(self._head_reader.body)
        self.done = self._body is None or self._body.done

    def end(self) -> bool:
        """Take the end of the connection; whether what came says more than that the end was an error."""
        self.done = True
        if self._exchange is not None:
            return True
        tells_more = self._head_reader.is_no_http
        self._exchange = read_answer(self._head_reader.end(), self._request, STANDARD)
        return tells_more

    def answer(self) -> Exchange | None:
        """The exchange with what came of the body, as far as that is wanted; None as long as the head is not in."""
        exchange, wanted = self._exchange, self._request.body_wanted
        if exchange is None or exchange.raw is None or self._body is None or not wanted:
            return exchange
        return read_answer(replace(exchange.raw, body=bytes(self._body.body[:wanted])), self._request, STANDARD)


def _closes(raw: RawHead, head: HTTPResponse) -> bool:
    """By what the server says (https://www.rfc-editor.org/rfc/rfc9112.html#section-9.6), or as it is the wrong server.

    What a 421 answers is sent again over a new one: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
    """
    if head.status == MISDIRECTED_REQUEST or not raw.heads[-1].startswith(_HTTP_1_1):
        return True
    return any("close" in value.lower() for value in values_of("Connection", head.headers))
