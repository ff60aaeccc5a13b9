"""HTTP-network-or-cache fetch: from a request to the HTTP request that is sent, and from the response back.

The only `yield` of the engine is here: it hands out an `HTTPRequest`, and `send` returns the `HTTPResponse` or the
`TransportFailure`. There is no HTTP cache.

Source: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal, TypeVar

from hdrcli.fetch.address_space import AddressSpace
from hdrcli.fetch.cookies import CookieStore
from hdrcli.fetch.failures import FailedAt, Failure, NetworkError, TransportFailure
from hdrcli.fetch.headers import Header
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.received import received_header_list
from hdrcli.fetch.request import Request
from hdrcli.fetch.response import REDIRECT_STATUSES, Response
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
from hdrcli.structs import Record

Purpose = Literal["preflight", "request"]

_FIRST_ERROR: Final = 400


class HTTPRequest(Record, frozen=True, kw_only=True):
    """An HTTP request as a browser sends it: `headers` are complete and in order, with `Host`.

    `body_wanted` is the maximum number of bytes of the response's body that are needed; 0 means only the head.
    `error_body_wanted` is that of an error response, if it is greater: a request that writes can't be sent again.
    `client_certificate` says whether the connection may present the browser's certificate to a server that requires
    one. `added` are headers that no browser sends, such as a gateway's token: the engine knows none.
    """

    not_in_repr: ClassVar = frozenset({"headers", "body", "added"})

    purpose: Purpose
    method: str
    url: URL
    headers: tuple[Header, ...]
    body: bytes | None
    body_wanted: int = 0
    error_body_wanted: int = 0
    client_certificate: bool = False
    added: tuple[Header, ...] = ()

    def body_wanted_of(self, status: int) -> int:
        """The maximum number of bytes that are needed of the body of a response with this status."""
        return max(self.body_wanted, self.error_body_wanted) if status >= _FIRST_ERROR else self.body_wanted

    @property
    def sent_headers(self) -> tuple[Header, ...]:
        """The headers on the wire: those of `added` are in place of the browser's of the same names."""
        if not self.added:
            return self.headers
        names = {name.lower() for name, _ in self.added}  # names of requests are tokens
        return (*(header for header in self.headers if header[0].lower() not in names), *self.added)


@dataclass(frozen=True, slots=True, kw_only=True)
class HTTPResponse:
    """An HTTP response: its header lines in order, as code units U+0000-U+00FF.

    `body` is the part of it that was received and that the request's `body_wanted` covers, without transfer coding but
    with its content coding; `is_body_late` says that the time was up before all of that part was received. `proxy` is
    the host and port of the proxy that it came through. `http_version` is "1.1" for every HTTP/1 version; over HTTP/2,
    names are in lower case and no line is malformed.
    """

    status: int
    headers: tuple[Header, ...] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    is_body_late: bool = field(default=False, compare=False)
    proxy: str | None = None
    http_version: Literal["1.1", "2"] = "1.1"


T = TypeVar("T")
Fetching = Generator[HTTPRequest, HTTPResponse | TransportFailure, T]

MISDIRECTED_REQUEST: Final = 421
_PROXY_AUTHENTICATION_REQUIRED: Final = 407


class NetworkContext(Record, frozen=True, kw_only=True):
    """The user agent and its state, as far as the network layer needs them."""

    user_agent: UserAgent
    cookies: CookieStore
    clock: Callable[[], float]
    """Seconds, monotonic: for the age of preflight-cache entries."""
    has_client_certificate: bool = False
    page_address_space: AddressSpace | None = None
    """Where the page was loaded from, in a browser whose user has not granted it access to the local network.

    None if that access is not in question."""


def http_network_or_cache_fetch(
    request: Request,
    context: NetworkContext,
    purpose: Purpose = "request",
) -> Fetching[Response | NetworkError]:
    """https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch."""
    user_agent = context.user_agent
    include_credentials = request.credentials_mode == "include" or (
        request.credentials_mode == "same-origin" and request.response_tainting == "basic"
    )
    if user_agent.redirects.no_cors_redirect_keeps_credentials and request.mode == "no-cors":
        include_credentials |= request.began_with_own_credentials
    trustworthy = is_potentially_trustworthy(request.current_url.origin)
    accept_encoding = _accept_encoding(request, user_agent.request_headers, trustworthy=trustworthy)
    headers = _headers_to_send(request, user_agent, purpose, accept_encoding, trustworthy=trustworthy)
    if purpose == "request":
        cookie = context.cookies.header_for(request, include_credentials=include_credentials)
        if cookie is not None:
            headers.append(("Cookie", cookie))
    http_request = HTTPRequest(
        purpose=purpose,
        method=request.method,
        url=request.current_url.without_credentials().with_fragment(None),
        headers=tuple(headers),
        body=request.body,
        client_certificate=_may_present_certificate(request, context, include_credentials=include_credentials),
    )
    received = yield http_request
    request.exchange_count += 1
    response = _response(received, request, purpose, accept_encoding, user_agent.head)
    if isinstance(response, Response) and response.status == MISDIRECTED_REQUEST:
        received = yield http_request
        request.exchange_count += 1
        response = _response(received, request, purpose, accept_encoding, user_agent.head)
    if isinstance(received, HTTPResponse) and purpose == "request":
        context.cookies.receive(request, received.headers, include_credentials=include_credentials)
    return response


def _may_present_certificate(request: Request, context: NetworkContext, *, include_credentials: bool) -> bool:
    """https://fetch.spec.whatwg.org/#create-a-connection: only with credentials, so never for a preflight."""
    return include_credentials and context.has_client_certificate and request.current_url.scheme == "https"


def _response(
    received: HTTPResponse | TransportFailure,
    request: Request,
    purpose: Purpose,
    accept_encoding: str,
    quirks: HeadQuirks,
) -> Response | NetworkError:
    """The response that the user agent makes of an HTTP response, or the reason why it rejects it."""
    at: FailedAt = "preflight" if purpose == "preflight" else "response"
    if isinstance(received, TransportFailure):
        return request.failed_at(at, NetworkError(failure=received.failure, cause=received))
    if purpose == "request" and received.status in REDIRECT_STATUSES:
        at = "redirect"
    headers: tuple[Header, ...] | NetworkError
    if received.status == _PROXY_AUTHENTICATION_REQUIRED and not quirks.status_407_is_readable:
        headers = NetworkError(failure=Failure.PROXY_AUTHENTICATION)
    else:
        headers = received_header_list(received.status, received.headers, accept_encoding, quirks)
    if isinstance(headers, NetworkError):
        return request.failed_at(at, headers, received.status)
    return Response(status=received.status, header_list=headers, url_list=tuple(request.url_list))


def _headers_to_send(
    request: Request,
    user_agent: UserAgent,
    purpose: Purpose,
    accept_encoding: str,
    *,
    trustworthy: bool,
) -> list[Header]:
    """All headers but Cookie, in the order in which they are sent."""
    quirks = user_agent.request_headers
    sends_own_body = request.body is not None and not request.redirect_count
    set_by_page = header_list_to_send(request.method, request.header_list, quirks, sends_own_body=sends_own_body)
    headers = [("Host", request.current_url.authority), ("Connection", "keep-alive"), *set_by_page]
    if request.body is not None or request.method in {"POST", "PUT"}:
        headers.append(("Content-Length", str(len(request.body or b""))))
    if request.referrer is not None:
        headers.append(("Referer", request.referrer))
    origin = origin_header(request, user_agent, purpose)
    if origin is not None:
        headers.append(("Origin", origin))
    headers += _fetch_metadata_headers(request, user_agent, purpose, trustworthy=trustworthy)
    if not any(byte_lowercase(name) == "user-agent" for name, _ in set_by_page):
        headers.append(("User-Agent", quirks.user_agent_value))
    headers.append(("Accept-Encoding", accept_encoding))
    return headers


def _accept_encoding(request: Request, quirks: RequestHeaderQuirks, *, trustworthy: bool) -> str:
    if any(byte_lowercase(name) == "range" for name, _ in request.header_list):
        return "identity"
    offers_all = trustworthy and (quirks.insecure_loopback_gets_all_encodings or request.current_url.scheme == "https")
    return quirks.accept_encoding if offers_all else quirks.accept_encoding_insecure


def origin_header(request: Request, user_agent: UserAgent, purpose: Purpose = "request") -> str | None:
    """https://fetch.spec.whatwg.org/#append-a-request-origin-header."""
    if purpose == "preflight" and user_agent.preflight.preflight_sends_page_origin:
        return str(request.origin)
    if request.response_tainting == "cors":
        return request.serialized_origin
    if request.method in {"GET", "HEAD"}:
        return request.kept_origin
    quirks = user_agent.request_headers
    if request.mode != "cors" and not quirks.origin_ignores_referrer_policy and _origin_is_withheld(request):
        return "null"
    if (
        request.mode == "no-cors"
        and quirks.no_cors_origin_null_after_cross_origin_redirect
        and request.has_changed_origin
    ):
        return "null"
    return request.serialized_origin


def _origin_is_withheld(request: Request) -> bool:
    """Whether the referrer policy forbids sending the page's origin."""
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
    user_agent: UserAgent,
    purpose: Purpose,
    *,
    trustworthy: bool,
) -> list[Header]:
    """https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-append-the-fetch-metadata-headers-for-a-request."""
    quirks = user_agent.request_headers
    from_first = purpose == "preflight" and user_agent.preflight.preflight_metadata_from_first_request
    if from_first and not is_potentially_trustworthy(request.url_list[0].origin):
        return []
    if not trustworthy:
        only_mode = purpose == "preflight" and quirks.sec_fetch_mode_on_every_preflight
        return [("Sec-Fetch-Mode", request.mode)] if only_mode else []
    if (
        purpose == "request"
        and quirks.sec_fetch_dropped_after_cross_origin_redirect
        and _is_redirected_to_other_origin(request)
    ):
        return []
    ignores_redirects = purpose == "preflight" and quirks.preflight_site_ignores_redirects
    urls = request.url_list[-1:] if ignores_redirects else request.url_list
    return [
        ("Sec-Fetch-Dest", "empty"),
        ("Sec-Fetch-Mode", request.mode),
        (
            "Sec-Fetch-Site",
            "cross-site"
            if from_first and request.serialized_origin == "null"
            else _sec_fetch_site(request, urls, quirks),
        ),
    ]


def _is_redirected_to_other_origin(request: Request) -> bool:
    """Whether the last redirect of a CORS request led to another origin."""
    return request.mode != "no-cors" and request.has_just_changed_origin


def _sec_fetch_site(request: Request, urls: Sequence[URL], quirks: RequestHeaderQuirks) -> str:
    """https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-set-site."""
    site = "same-origin"
    for url in urls:
        if same_origin(url.origin, request.origin):
            continue
        if quirks.loopback_has_no_site_behind_redirects and len(urls) > 1 and is_loopback(url.host):
            return "cross-site"
        any_scheme = quirks.loopback_site_ignores_scheme and is_loopback(url.host)
        if not (schemelessly_same_site if any_scheme else same_site)(request.origin, url.origin):
            return "cross-site"
        site = "same-site"
    return site
