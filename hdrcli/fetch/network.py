"""HTTP-network-or-cache fetch: from a request to the words on the wire, and back.

The only `yield` of the engine is here: an `HTTPRequest` goes out, and what is sent back in is the `HTTPResponse` or the
`TransportFailure` that it met. There is no HTTP cache.

Source: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

from hdrcli.fetch.cookies import CookieStore
from hdrcli.fetch.headers import Header, contains, get
from hdrcli.fetch.received import received_header_list
from hdrcli.fetch.request import Request
from hdrcli.fetch.response import Failure, NetworkError, Response
from hdrcli.fetch.sending import header_list_to_send
from hdrcli.fetch.url import (
    URL,
    is_loopback,
    is_potentially_trustworthy,
    same_origin,
    same_site,
    schemelessly_same_site,
)
from hdrcli.fetch.user_agent import HeadQuirks, RequestHeaderQuirks, UserAgent

Purpose = Literal["preflight", "request"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HTTPRequest:
    """An HTTP request as a browser words it: `headers` are complete and in order, with `Host`.

    `body_wanted` is how many bytes of the answer's body are asked for, at most; 0: nothing behind the head is needed.
    `client_certificate` says that the connection may show the browser's certificate to a server that demands one.
    """

    purpose: Purpose
    method: str
    url: URL
    headers: tuple[Header, ...]
    body: bytes | None
    body_wanted: int = 0
    client_certificate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HTTPResponse:
    """An answer as it is read: header lines in order, as code units U+0000-U+00FF.

    `body` is as much of it as the request's `body_wanted` asked for and as came, without transfer coding; a content
    coding is untouched. `proxy` is the host and port of the proxy that it came through, `http_version` "1.1" for all of
    HTTP/1: over HTTP/2 names are in lower case, and there are no faulty lines.
    """

    status: int
    headers: tuple[Header, ...]
    body: bytes = b""
    proxy: str | None = None
    http_version: Literal["1.1", "2"] = "1.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportFailure:
    """No answer came: `failure` is one of `TRANSPORT_FAILURES`, `detail` a sentence."""

    failure: Failure
    detail: str


T = TypeVar("T")
Fetching = Generator[HTTPRequest, HTTPResponse | TransportFailure, T]

MISDIRECTED_REQUEST: Final = 421
_PROXY_AUTHENTICATION_REQUIRED: Final = 407


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkContext:
    """What the network layer needs to know besides the request."""

    user_agent: UserAgent
    cookies: CookieStore
    clock: Callable[[], float]
    """Seconds, monotonic: the age of preflight-cache entries."""
    has_client_certificate: bool = False


def _may_show_certificate(request: Request, context: NetworkContext, *, include_credentials: bool) -> bool:
    """https://fetch.spec.whatwg.org/#create-a-connection: a preflight, for one, shows none, and http knows none."""
    return include_credentials and context.has_client_certificate and request.current_url.scheme == "https"


def http_network_or_cache_fetch(
    request: Request,
    context: NetworkContext,
    purpose: Purpose = "request",
) -> Fetching[Response | NetworkError]:
    """https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch."""
    include_credentials = request.credentials_mode == "include" or (
        request.credentials_mode == "same-origin" and request.response_tainting == "basic"
    )
    if context.user_agent.redirects.no_cors_redirect_keeps_credentials and request.mode == "no-cors":
        include_credentials |= request.began_with_own_credentials
    http_request = HTTPRequest(
        purpose=purpose,
        method=request.method,
        url=request.current_url.without_credentials().with_fragment(None),
        headers=tuple(_headers_on_the_wire(request, context, purpose, include_credentials=include_credentials)),
        body=request.body,
        client_certificate=_may_show_certificate(request, context, include_credentials=include_credentials),
    )
    answer = yield http_request
    response = _read(answer, http_request, request, context.user_agent.head)
    if isinstance(response, Response) and response.status == MISDIRECTED_REQUEST:
        answer = yield http_request
        response = _read(answer, http_request, request, context.user_agent.head)
    if isinstance(answer, HTTPResponse) and purpose == "request":
        context.cookies.receive(request, answer.headers, include_credentials=include_credentials)
    return response


def _read(
    answer: HTTPResponse | TransportFailure, http_request: HTTPRequest, request: Request, quirks: HeadQuirks
) -> Response | NetworkError:
    """What the user agent takes from an answer."""
    if isinstance(answer, TransportFailure):
        return NetworkError(failure=answer.failure, detail=answer.detail)
    if answer.status == _PROXY_AUTHENTICATION_REQUIRED and not quirks.status_407_is_readable:
        return NetworkError(
            failure=Failure.PROXY_AUTHENTICATION,
            detail="The answer has status 407: a browser asks its user for a proxy's password, or gives up.",
        )
    offered = get("Accept-Encoding", http_request.headers) or ""
    headers = received_header_list(answer.status, answer.headers, offered, quirks)
    if isinstance(headers, NetworkError):
        return headers
    return Response(status=answer.status, header_list=headers, url_list=tuple(request.url_list))


def _headers_on_the_wire(
    request: Request,
    context: NetworkContext,
    purpose: Purpose,
    *,
    include_credentials: bool,
) -> list[Header]:
    url, quirks = request.current_url, context.user_agent.request_headers
    trustworthy = is_potentially_trustworthy(url.origin)
    set_by_page = header_list_to_send(request.method, request.header_list, request.body, quirks)
    headers = [("Host", url.authority), ("Connection", "keep-alive"), *set_by_page]
    if request.body is not None or request.method in {"POST", "PUT"}:
        headers.append(("Content-Length", str(len(request.body or b""))))
    if request.referrer is not None:
        headers.append(("Referer", request.referrer))
    origin = origin_header(request, context.user_agent, purpose)
    if origin is not None:
        headers.append(("Origin", origin))
    headers += _fetch_metadata_headers(request, quirks, purpose, trustworthy=trustworthy)
    if not contains("User-Agent", headers):
        headers.append(("User-Agent", quirks.user_agent_value))
    headers.append(("Accept-Encoding", _accept_encoding(request, quirks, trustworthy=trustworthy)))
    cookie = None
    if purpose == "request":
        cookie = context.cookies.header_for(request, include_credentials=include_credentials)
    if cookie is not None:
        headers.append(("Cookie", cookie))
    return headers


def _accept_encoding(request: Request, quirks: RequestHeaderQuirks, *, trustworthy: bool) -> str:
    if contains("Range", request.header_list):
        return "identity"
    all_encodings = trustworthy and (
        quirks.insecure_loopback_gets_all_encodings or request.current_url.scheme == "https"
    )
    return quirks.accept_encoding if all_encodings else quirks.accept_encoding_insecure


def origin_header(request: Request, user_agent: UserAgent, purpose: Purpose = "request") -> str | None:
    """https://fetch.spec.whatwg.org/#append-a-request-origin-header."""
    if purpose == "preflight" and user_agent.preflight.preflight_sends_page_origin:
        return str(request.origin)
    if request.response_tainting == "cors":
        return request.serialized_origin
    if request.method in {"GET", "HEAD"}:
        return request.kept_origin
    if (
        request.mode != "cors"
        and not user_agent.request_headers.origin_ignores_referrer_policy
        and _origin_is_withheld(request)
    ):
        return "null"
    if (
        request.mode == "no-cors"
        and user_agent.request_headers.no_cors_origin_null_after_cross_origin_redirect
        and request.has_changed_origin
    ):
        return "null"
    return request.serialized_origin


def _origin_is_withheld(request: Request) -> bool:
    match request.referrer_policy:
        case "no-referrer":
            return True
        case "no-referrer-when-downgrade" | "strict-origin" | "strict-origin-when-cross-origin":
            return request.origin.scheme == "https" and request.current_url.scheme != "https"
        case "same-origin":
            return not same_origin(request.origin, request.current_url.origin)
        case _:
            return False


def _fetch_metadata_headers(
    request: Request,
    quirks: RequestHeaderQuirks,
    purpose: Purpose,
    *,
    trustworthy: bool,
) -> list[Header]:
    """https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-append-the-fetch-metadata-headers-for-a-request."""
    if not trustworthy:
        mode_alone = purpose == "preflight" and quirks.sec_fetch_mode_on_every_preflight
        return [("Sec-Fetch-Mode", request.mode)] if mode_alone else []
    if purpose == "request" and quirks.sec_fetch_dropped_after_cross_origin_redirect and _is_led_away(request):
        return []
    of_last_url = purpose == "preflight" and quirks.preflight_site_ignores_redirects
    return [
        ("Sec-Fetch-Dest", "empty"),
        ("Sec-Fetch-Mode", request.mode),
        (
            "Sec-Fetch-Site",
            _sec_fetch_site(request, request.url_list[-1:] if of_last_url else request.url_list, quirks),
        ),
    ]


def _is_led_away(request: Request) -> bool:
    """Whether a CORS request was just now led to another origin; one that began at home, whether it ever was."""
    if request.mode == "no-cors":
        return False
    return request.has_changed_origin if request.began_with_own_credentials else request.has_just_changed_origin


def _sec_fetch_site(request: Request, urls: list[URL], quirks: RequestHeaderQuirks) -> str:
    """https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-set-site."""
    site = "same-origin"
    for url in urls:
        if same_origin(url.origin, request.origin):
            continue
        any_scheme = quirks.loopback_site_ignores_scheme and is_loopback(url.host)
        if not (schemelessly_same_site if any_scheme else same_site)(request.origin, url.origin):
            return "cross-site"
        site = "same-site"
    return site
