"""What went over the wire as lines of text, without secrets: requests as they were sent, responses as they came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from hdrcli.fetch import HTTPRequest, HTTPResponse, TransportFailure
from hdrcli.fetch.response import REDIRECT_STATUSES
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import Caller
from hdrcli.reporters.phrases import FAILURES, MODES
from hdrcli.reporters.view import shown_headers, shown_heads, shown_request_headers, shown_url
from hdrcli.verdict.failures import transport_sentence

_CONNECTION_FIELDS: Final = frozenset({"host", "connection"})
"""HTTP/2 has none of them: https://www.rfc-editor.org/rfc/rfc9113.html#section-8.2.2."""


def summary(exchange: Exchange) -> str:
    """The request and its status; of a redirect also where it leads."""
    request, response = exchange.request, exchange.response
    preflight = "preflight " if request.purpose == "preflight" else ""
    line = f"{preflight}{request.method} {shown_url(str(request.url))}"
    if isinstance(response, TransportFailure):
        return f"{line}: {FAILURES[response.failure]}"
    location = next((value for name, value in shown_headers(response.headers) if name.lower() == "location"), None)
    if location is None:
        return f"{line}: {response.status}"
    if response.status in REDIRECT_STATUSES:
        return f"{line}: {response.status}, redirects to {location}"
    return f"{line}: {response.status}, Location: {location}"


def who(callers: Iterable[Caller]) -> str:
    """The browsers that call, and their credentials modes: "chromium, firefox (without cookies, with cookies)"."""
    modes: dict[str, list[str]] = {}
    for caller in callers:
        modes.setdefault(caller.browser, []).append(MODES[caller.credentials])
    browsers: dict[str, list[str]] = {}
    for browser, its_modes in modes.items():
        browsers.setdefault(", ".join(its_modes), []).append(browser)
    return ", ".join(f"{', '.join(names)} ({its_modes})" for its_modes, names in browsers.items())


def sent_lines(request: HTTPRequest, *, is_http2: bool = False) -> Iterator[str]:
    """The request's lines; over HTTP/2 its pseudo-header fields, and names in lower case."""
    target = shown_url(request.url.target)
    headers = shown_request_headers(request)
    if is_http2:
        yield f":method: {request.method}"
        yield f":scheme: {request.url.scheme}"
        yield f":authority: {request.url.authority}"
        yield f":path: {target}"
        yield from (f"{name.lower()}: {value}" for name, value in headers if name.lower() not in _CONNECTION_FIELDS)
    else:
        yield f"{request.method} {target} HTTP/1.1"
        yield from (f"{name}: {value}" for name, value in headers)


def is_http2(exchange: Exchange) -> bool:
    """Whether the response came over HTTP/2."""
    return isinstance(exchange.response, HTTPResponse) and exchange.response.http_version == "2"


def received_lines(exchange: Exchange) -> Iterator[str]:
    """The heads as they came; where the transport has parsed them itself, the result."""
    response = exchange.response
    heads = shown_heads(exchange)
    if heads is not None:
        yield from heads
    elif isinstance(response, TransportFailure):
        yield transport_sentence(response)
    else:
        yield f":status: {response.status}" if response.http_version == "2" else str(response.status)
        yield from (f"{name}: {value}" for name, value in shown_headers(response.headers))
