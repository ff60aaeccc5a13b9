"""One HTTP request and what came back, byte for byte and as a browser reads it."""

from __future__ import annotations

from operator import itemgetter
from typing import ClassVar, Literal

from hdrcli.fetch import HTTPRequest, HTTPResponse, TransportFailure
from hdrcli.structs import Record

RawHeadEnd = Literal["whole", "cut off", "too large"]


class RawHead(Record, frozen=True, kw_only=True):
    """The heads of a response, byte for byte: those of 1xx responses, then the final one, each with its empty line.

    The last one is "cut off" by the end of the connection (it may be empty), or "too large" to be read to its end.
    `body` is what came behind it, as far as the request wanted it, without transfer coding.
    """

    not_in_repr: ClassVar = frozenset({"heads", "body"})

    heads: tuple[bytes, ...]
    end: RawHeadEnd
    body: bytes = b""


class StreamEvent(Record, frozen=True, kw_only=True):
    """One thing that came on an HTTP/2 stream, or ended it.

    `fields` are those of "headers", decoded and in order, with pseudo-headers, as code units U+0000-U+00FF;
    `continuations` is how many CONTINUATION frames they took. `size` is the number of bytes of "data" (of a body in
    many portions, the first event counts the first portion, the one that ends the stream the rest), `ends` the flag
    END_STREAM, `code` the error code of "reset" and "goaway". Events that the same portion of bytes brought have the
    same `burst`.
    """

    kind: Literal["headers", "data", "reset", "goaway", "closed", "error"]
    burst: int
    fields: tuple[tuple[str, str], ...] = ()
    continuations: int = 0
    size: int = 0
    ends: bool = False
    code: int = 0


class RawStream(Record, frozen=True, kw_only=True):
    """An HTTP/2 response as it came: the events of its stream, and its body as far as the request wanted it.

    "closed" is the end of the connection, "error" a violation of HTTP/2 that ends it; `too_large` says that the fields
    are larger than any browser reads.
    """

    events: tuple[StreamEvent, ...]
    too_large: bool = False
    body: bytes = b""

    @property
    def heads(self) -> tuple[bytes, ...]:
        """The header blocks in order as lines, for reports: pseudo-headers begin with a colon."""
        blocks = (event.fields for event in self.events if event.kind == "headers")
        lines = ("".join(f"{name}: {value}\r\n" for name, value in fields) for fields in blocks)
        return tuple(text.encode("latin-1") for text in lines)


def identity(request: HTTPRequest) -> object:
    """What makes requests equal. Which codings they accept does not: browsers differ there more than services do.

    The order of headers of different names has no meaning: https://www.rfc-editor.org/rfc/rfc9110.html#section-5.3
    """
    headers = [(name, value) for name, value in request.headers if name != "Accept-Encoding" or value == "identity"]
    headers.sort(key=itemgetter(0))
    lines = "\n".join(f"{name}: {value}" for name, value in headers)  # a string stores its hash, a tuple does not
    return request.method, str(request.url), lines, request.body, request.client_certificate


class Exchange(Record, frozen=True, kw_only=True):
    """One HTTP request, and the response or the failure that came back, as one browser reads it.

    `interim` are the 1xx responses that came before, `raw` are the bytes, if the transport has them. `number` counts
    the requests of a route from 1 (0 before the driver has numbered it): exchanges that differ only in how browsers
    read the response have the same number.
    """

    request: HTTPRequest
    response: HTTPResponse | TransportFailure
    interim: tuple[HTTPResponse, ...] = ()
    raw: RawHead | RawStream | None = None
    number: int = 0


Received = Exchange | HTTPResponse | TransportFailure
"""What a transport returns: the exchange as the standard reads it, with its bytes, which browsers may read otherwise;
or what another parser has made of it."""
