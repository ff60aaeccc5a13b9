"""Whether a recorded fetch is so plain that all browsers make the same of it.

Most are: a GET with the browser's own headers, one response, nothing odd in its head. Such a fetch is simulated once,
and its record serves every browser. What is plain is judged narrowly: each condition keeps away from all quirks of
`hdrcli.fetch.user_agent`, and a test runs the vectors in all browsers to show that plain ones never differ.
"""

from __future__ import annotations

from typing import Final

from hdrcli.fetch import Failure, HTTPRequest, HTTPResponse, NetworkError
from hdrcli.fetch.blocking import UNSPECIFIED_ADDRESSES
from hdrcli.fetch.cors import extract_expose_list
from hdrcli.fetch.headers import UnparsableList, get
from hdrcli.records.exchange import Exchange, RawStream
from hdrcli.records.route import FetchRecord
from hdrcli.wire.reading import is_read_alike

_OWN_HEADERS: Final = frozenset(
    {
        "Accept",
        "Accept-Encoding",
        "Accept-Language",
        "Connection",
        "Host",
        "Origin",
        "Referer",
        "Sec-Fetch-Dest",
        "Sec-Fetch-Mode",
        "Sec-Fetch-Site",
        "User-Agent",
    },
)
"""The request headers that browsers set themselves."""

_SPECIAL: Final = frozenset({"clear-site-data", "content-encoding", "set-cookie", "set-cookie2"})
"""Response headers that some browser treats otherwise, whatever they contain."""

_CORS_CHECK: Final = frozenset(
    {
        Failure.ALLOW_ORIGIN_MISSING,
        Failure.ALLOW_ORIGIN_MISMATCH,
        Failure.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS,
        Failure.ALLOW_CREDENTIALS_NOT_TRUE,
    },
)
"""The failures of the CORS check, in which browsers agree: https://fetch.spec.whatwg.org/#concept-cors-check."""

_PORTS_REACHED_BY_SOME: Final = frozenset({4190, 6679})
_PROXY_AUTHENTICATION_REQUIRED: Final = 407
_MISDIRECTED: Final = 421


def is_plain(record: FetchRecord, *, sets_headers: bool, is_page_public: bool = False) -> bool:
    """Whether every browser has the same exchange and the same result for this fetch.

    `sets_headers` says that the page sets request headers, and `is_page_public` that the page may lack access to the
    local network: browsers treat both in different ways.
    """
    if (
        sets_headers
        or is_page_public
        or len(record.exchanges) != 1
        or record.dropped_header_names
        or record.cookies
        or record.set_cookies
    ):
        return False
    (exchange,), result = record.exchanges, record.result
    response = exchange.response
    if record.outcome == "opaque" or (isinstance(result, NetworkError) and result.failure not in _CORS_CHECK):
        return False
    return (
        isinstance(response, HTTPResponse)
        and _is_plain_request(exchange.request, record.page.scheme)
        and _is_read_alike(exchange)
        and _is_plain_response(response)
    )


def is_over_http2(record: FetchRecord) -> bool:
    """Whether a plain fetch was made over HTTP/2, where one browser adds a header to the response.

    Source: `HTTP2Quirks.http2_header_added`. Only browsers that agree in it share the record.
    """
    return isinstance(record.exchanges[0].raw, RawStream)


def _is_read_alike(exchange: Exchange) -> bool:
    if not isinstance(exchange.raw, RawStream):
        return is_read_alike(exchange)
    from hdrcli.wire.http2.reading import is_stream_read_alike

    return is_stream_read_alike(exchange.raw, exchange.request)


def _is_plain_request(request: HTTPRequest, page_scheme: str) -> bool:
    url = request.url
    return (
        request.purpose == "request"
        and request.method in {"GET", "HEAD"}
        and request.body is None
        and not request.client_certificate
        and page_scheme in {url.scheme, "http"}
        and url.host not in UNSPECIFIED_ADDRESSES
        and url.effective_port not in _PORTS_REACHED_BY_SOME
        and not any(bar in url.path for bar in ("|", "%7C", "%7c"))
        and "%" not in url.host
        and all(name in _OWN_HEADERS for name, _ in request.headers)
    )


def _is_plain_response(response: HTTPResponse) -> bool:
    if response.status // 100 in {1, 3} or response.status in {_PROXY_AUTHENTICATION_REQUIRED, _MISDIRECTED}:
        return False
    names = {name.lower() for name, _ in response.headers}
    if len(names) < len(response.headers) or not names.isdisjoint(_SPECIAL):
        return False
    if not all(value.isascii() and value.isprintable() for _, value in response.headers):
        return False
    disposition = get("Content-Disposition", response.headers)
    if disposition is not None and "," in disposition:  # which may be a list
        return False
    return not isinstance(extract_expose_list(response.headers), UnparsableList)
