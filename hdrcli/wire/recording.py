"""A transport over recorded exchanges: it responds as the recording says, and sends nothing.

Each route of a recording has its own: the preflight, the request, and those that its redirects led to. They are found
by purpose, method and URL, so that the same recording is judged for any page and browser. A request that the recording
lacks is a `TransportFailure`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import ClassVar

from hdrcli.fetch import STANDARD, Failure, HTTPRequest, HTTPResponse, TransportFailure
from hdrcli.fetch.headers import Header, get, without
from hdrcli.fetch.network import Purpose
from hdrcli.fetch.url import URL
from hdrcli.records.exchange import RawHead, Received
from hdrcli.structs import Record, replace
from hdrcli.wire.reading import read_response


class Recorded(Record, frozen=True, kw_only=True):
    """A request and its response, as bytes where they were recorded, or why there was none.

    `method` is that of the page's request, also for a preflight; `url` has no fragment and no password. `headers` are
    those of the request, if several pages or credentials modes made it.
    """

    not_in_repr: ClassVar = frozenset({"headers"})

    purpose: Purpose
    method: str
    url: URL
    response: HTTPResponse | RawHead | TransportFailure
    headers: tuple[Header, ...] = ()


class Recording:
    """Responds with what was recorded; `why` says why a response may be missing, as a clause."""

    def __init__(self, exchanges: Iterable[Recorded], why: str = "") -> None:
        self._why = why
        self._recorded: dict[tuple[Purpose, str, URL], list[Recorded]] = {}
        for recorded in exchanges:
            key = recorded.purpose, recorded.method, recorded.url
            self._recorded.setdefault(key, []).append(recorded)
        self._times: Counter[HTTPRequest] = Counter()

    async def exchange(self, request: HTTPRequest) -> Received:
        """The recorded response; of several to equal requests (a redirect to itself) the next one."""
        is_preflight = request.purpose == "preflight"
        method = get("Access-Control-Request-Method", request.headers) if is_preflight else request.method
        recorded = self._recorded.get((request.purpose, method or "", request.url))
        if recorded is None:
            return TransportFailure(failure=Failure.NOT_RECORDED, peer=request.url.authority, seen=self._why)
        nearest = _nearest(recorded, request)
        response = nearest[min(self._times[request], len(nearest) - 1)].response
        self._times[request] += 1
        if isinstance(response, RawHead):
            return read_response(response, request, STANDARD)
        if isinstance(response, TransportFailure):
            return response
        return _as_negotiated(response, request)

    async def aclose(self) -> None:
        """It has nothing to close."""


def _nearest(recorded: Sequence[Recorded], request: HTTPRequest) -> Sequence[Recorded]:
    """Those of the same page with or without cookies as here, or else of the same page, or else all."""
    if len(recorded) == 1:
        return recorded
    origin, has_cookies = get("Origin", request.headers), get("Cookie", request.headers) is not None
    of_page = [each for each in recorded if get("Origin", each.headers) == origin]
    alike = [each for each in of_page if (get("Cookie", each.headers) is not None) == has_cookies]
    return alike or of_page or recorded


def _as_negotiated(response: HTTPResponse, request: HTTPRequest) -> HTTPResponse:
    """Without a content coding that another browser offered, and this one does not: it would get another one."""
    coding = get("Content-Encoding", response.headers)
    offered = get("Accept-Encoding", request.headers) or ""
    if coding is None or coding.strip().lower() in {name.strip() for name in offered.split(",")}:
        return response
    return replace(response, headers=tuple(without({"content-encoding"}, response.headers)))
