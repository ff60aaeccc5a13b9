"""One HTTP request and what came back, byte for byte and as a browser reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hdrcli.fetch import HTTPRequest, HTTPResponse, TransportFailure

RawHeadEnd = Literal["whole", "cut off", "too large"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawHead:
    """An answer's heads, byte for byte: those of 1xx answers, and the final one, with the empty lines at their ends.

    The last one is "cut off" by the end of the connection (there may be nothing of it), or goes on and is "too large".
    `body` is what came behind it, as far as the request asked for it, without transfer coding.
    """

    heads: tuple[bytes, ...]
    end: RawHeadEnd
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One HTTP request, and the answer or the failure that it met, as one browser reads it.

    `interim` are the 1xx answers that came before, `raw` is what came as bytes, if the transport has them.
    """

    request: HTTPRequest
    response: HTTPResponse | TransportFailure
    interim: tuple[HTTPResponse, ...] = ()
    raw: RawHead | None = None

    @property
    def received(self) -> RawHead | HTTPResponse | TransportFailure:
        """One object for each request that was sent, however many browsers read the answer in their own ways."""
        return self.response if self.raw is None else self.raw


Received = Exchange | HTTPResponse | TransportFailure
"""What a transport hands over: the exchange as the standard has it read, with its bytes for who reads them otherwise;
or else what another parser has made of it."""
