"""One HTTP request and what came back, byte for byte and as a browser reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from hdrcli.fetch import HTTPRequest, HTTPResponse, TransportFailure

RawHeadEnd = Literal["whole", "cut off", "too large"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawHead:
    """The heads of a response, byte for byte: those of 1xx responses, then the final one, each with its empty line.

    The last one is "cut off" by the end of the connection (it may be empty), or "too large" to be read to its end.
    `body` is what came behind it, as far as the request wanted it, without transfer coding.
    """

    heads: tuple[bytes, ...] = field(repr=False)
    end: RawHeadEnd
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One HTTP request, and the response or the failure that came back, as one browser reads it.

    `interim` are the 1xx responses that came before, `raw` are the bytes, if the transport has them. `number` counts
    the requests of a route from 1 (0 before the driver has numbered it): exchanges that differ only in how browsers
    read the response have the same number.
    """

    request: HTTPRequest
    response: HTTPResponse | TransportFailure
    interim: tuple[HTTPResponse, ...] = ()
    raw: RawHead | None = None
    number: int = 0


Received = Exchange | HTTPResponse | TransportFailure
"""What a transport returns: the exchange as the standard reads it, with its bytes, which browsers may read otherwise;
or what another parser has made of it."""
