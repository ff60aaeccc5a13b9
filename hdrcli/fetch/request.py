"""Requests: the arguments of a page's `fetch(url, init)`, and the state of a fetch.

Source: https://fetch.spec.whatwg.org/#requests, https://fetch.spec.whatwg.org/#request-class
"""

from __future__ import annotations

from typing import ClassVar, Final, Literal

from msgspec import Struct, field

from hdrcli.fetch.failures import FailedAt, Failure, NetworkError
from hdrcli.fetch.headers import HTTP_WHITESPACE, Header, contains, get, is_header_value, is_token
from hdrcli.fetch.infra import byte_lowercase, scalar_value_string
from hdrcli.fetch.safelist import (
    CORS_SAFELISTED_METHODS,
    is_cors_safelisted_method,
    is_forbidden_method,
    is_forbidden_request_header,
    is_no_cors_safelisted_request_header,
    normalize_method,
)
from hdrcli.fetch.url import URL, Origin, parse_url, parse_url_with_space_in_host, same_origin, same_site
from hdrcli.fetch.user_agent import CheckQuirks, UserAgent
from hdrcli.fetch.user_agents import STANDARD
from hdrcli.structs import Record, replace

Mode = Literal["same-origin", "cors", "no-cors"]
CredentialsMode = Literal["omit", "same-origin", "include"]
RedirectMode = Literal["follow", "error", "manual"]
ResponseTainting = Literal["basic", "cors", "opaque"]
RedirectTaint = Literal["same-origin", "same-site", "cross-site"]
ReferrerPolicy = Literal[
    "",
    "no-referrer",
    "no-referrer-when-downgrade",
    "same-origin",
    "origin",
    "strict-origin",
    "origin-when-cross-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
]

DEFAULT_REFERRER_POLICY: Final = "strict-origin-when-cross-origin"
"""https://w3c.github.io/webappsec-referrer-policy/#default-referrer-policy"""

TEXT_BODY_TYPE: Final = "text/plain;charset=UTF-8"
"""The Content-Type of a string body: https://fetch.spec.whatwg.org/#concept-bodyinit-extract"""


class RequestInit(Record, frozen=True, kw_only=True):
    """The arguments of a page's `fetch(url, init)`; `body` is a JavaScript string."""

    not_in_repr: ClassVar = frozenset({"url", "headers", "body"})

    url: str
    method: str = "GET"
    headers: tuple[Header, ...] = ()
    body: str | None = None
    mode: Mode = "cors"
    credentials: CredentialsMode = "same-origin"
    redirect: RedirectMode = "follow"
    referrer_policy: ReferrerPolicy = ""


class Request(Struct, kw_only=True):
    """https://fetch.spec.whatwg.org/#concept-request: the only value here that the algorithms change.

    The fields from `exchange_count` on are not the standard's: they hold the state that quirks need, and facts for
    errors.
    """

    not_in_repr: ClassVar = frozenset({"header_list", "body", "first_header_list", "removed_headers"})

    method: str
    url_list: list[URL]
    header_list: list[Header]
    body: bytes | None
    origin: Origin
    mode: Mode
    credentials_mode: CredentialsMode
    redirect_mode: RedirectMode
    referrer_policy: ReferrerPolicy
    referrer: str | None
    """The page's URL, or None once it must not be sent. Only its origin is known here.

    Browsers never send the URL of a page that is not http or https."""
    first_referrer: str | None = None
    """The value of `Referer` in the first request: see `PreflightQuirks.preflight_sends_first_referrer`."""
    redirect_count: int = 0
    response_tainting: ResponseTainting = "basic"
    timing_allow_failed: bool = False
    dropped_header_names: tuple[str, ...] = ()
    """Headers that the page set and the browser silently dropped."""
    exchange_count: int = 0
    """How many requests have been sent for this fetch, preflights included."""
    first_method: str = ""
    first_header_list: list[Header] = field(default_factory=list)
    """Method and header list before any redirect."""
    preflight_at_every_hop: bool = False
    """See `RedirectQuirks.preflight_repeated_after_redirect`: it needed a preflight when it left the page's origin."""
    removed_names: frozenset[str] = frozenset()
    """The headers that redirects have removed for good."""
    removed_headers: list[Header] = field(default_factory=list)
    """Headers that are no longer sent, but still listed in preflights: see `RedirectQuirks.removed_headers`."""
    kept_origin: str | None = None
    """The Origin of the method that became GET: see `RequestHeaderQuirks.origin_kept_on_redirect_to_get`."""
    late_error: NetworkError | None = None
    """Why the request is blocked once its preflight has passed."""

    @property
    def current_url(self) -> URL:
        """https://fetch.spec.whatwg.org/#concept-request-current-url."""
        return self.url_list[-1]

    @property
    def began_with_own_credentials(self) -> bool:
        """Whether the fetch began at the page's own origin with credentials mode "same-origin"."""
        return self.credentials_mode == "same-origin" and same_origin(self.url_list[0].origin, self.origin)

    @property
    def has_changed_origin(self) -> bool:
        """Whether any redirect led to another origin."""
        return any(url.origin != last.origin for last, url in zip(self.url_list, self.url_list[1:], strict=False))

    @property
    def has_just_changed_origin(self) -> bool:
        """Whether the last redirect led to another origin."""
        return len(self.url_list) > 1 and self.url_list[-2].origin != self.current_url.origin

    @property
    def serialized_origin(self) -> str:
        """https://fetch.spec.whatwg.org/#serializing-a-request-origin."""
        return "null" if redirect_taint(self) != "same-origin" else str(self.origin)

    def failed_at(self, at: FailedAt, error: NetworkError, status: int | None = None) -> NetworkError:
        """The error with the place where this fetch failed: the last exchange, and the status of its response."""
        return replace(
            error,
            at=at,
            exchange=self.exchange_count - 1 if self.exchange_count else None,
            status=status,
            tainted_origin=not self.origin.is_opaque and redirect_taint(self) != "same-origin",
        )


def redirect_taint(request: Request) -> RedirectTaint:
    """https://fetch.spec.whatwg.org/#concept-request-tainted-origin."""
    taint: RedirectTaint = "same-origin"
    if len(request.url_list) == 1:
        return taint
    for last, url in zip(request.url_list, request.url_list[1:], strict=False):
        if not same_site(url.origin, last.origin) and not same_site(request.origin, last.origin):
            return "cross-site"
        if not same_origin(url.origin, last.origin) and not same_origin(request.origin, last.origin):
            taint = "same-site"
    return taint


def new_request(init: RequestInit, page: Origin, user_agent: UserAgent = STANDARD) -> Request | NetworkError:
    """The steps of `new Request(url, init)` in a page at origin `page`; the reason if they throw.

    Source: https://fetch.spec.whatwg.org/#dom-request
    """
    url = _parse_request_url(init.url, user_agent.checks)
    method = _check_method(init)
    if isinstance(url, NetworkError):
        return url
    if isinstance(method, NetworkError):
        return method
    headers: list[Header] = []
    dropped: list[str] = []
    for name, value in init.headers:
        error = _append(headers, dropped, (name, value.strip(HTTP_WHITESPACE)), init.mode, user_agent)
        if error is not None:
            return error
    body = None
    if init.body is not None:
        if method in {"GET", "HEAD"}:
            return NetworkError(failure=Failure.BODY_NOT_ALLOWED, subject="method", seen=(method,))
        body = scalar_value_string(init.body).encode()
        if not contains("Content-Type", headers):
            headers.append(("Content-Type", TEXT_BODY_TYPE))
    return Request(
        method=method,
        url_list=[url],
        header_list=headers,
        body=body,
        origin=page,
        mode=init.mode,
        credentials_mode=init.credentials,
        redirect_mode=init.redirect,
        referrer_policy=init.referrer_policy or DEFAULT_REFERRER_POLICY,
        referrer=f"{page}/" if page.is_http else None,
        dropped_header_names=tuple(dropped),
    )


def parse_url_as(text: str, quirks: CheckQuirks, base: URL | None = None) -> URL | None:
    """Parse a URL as a user agent does: https://url.spec.whatwg.org/#concept-url-parser."""
    url = parse_url(text, base)
    if url is None and quirks.host_space_is_encoded:
        url = parse_url_with_space_in_host(text)
    if url is not None and quirks.path_bar_is_encoded and "|" in url.path:
        url = replace(url, path=url.path.replace("|", "%7C"))
    return url


def _parse_request_url(text: str, quirks: CheckQuirks) -> URL | NetworkError:
    url = parse_url_as(text, quirks)
    if url is None:
        return NetworkError(failure=Failure.INVALID_URL, subject="URL", seen=(text,))
    if url.includes_credentials:
        return NetworkError(failure=Failure.URL_WITH_CREDENTIALS, subject="URL")  # `seen` would be a secret
    return url


def _check_method(init: RequestInit) -> str | NetworkError:
    if not is_token(init.method):
        return NetworkError(failure=Failure.INVALID_METHOD, subject="method", seen=(init.method,))
    method = normalize_method(init.method)
    if is_forbidden_method(method):
        return NetworkError(failure=Failure.FORBIDDEN_METHOD, subject="method", seen=(method,))
    if init.mode == "no-cors" and not is_cors_safelisted_method(method):
        return NetworkError(
            failure=Failure.NO_CORS_METHOD,
            subject="method",
            seen=(method,),
            expected=tuple(sorted(CORS_SAFELISTED_METHODS)),
        )
    return method


def _append(
    headers: list[Header],
    dropped: list[str],
    header: Header,
    mode: Mode,
    user_agent: UserAgent,
) -> NetworkError | None:
    """https://fetch.spec.whatwg.org/#concept-headers-append."""
    name, value = header
    if not is_token(name):
        return NetworkError(failure=Failure.INVALID_HEADER_NAME, subject="header name", seen=(name,))
    if not is_header_value(value):
        return NetworkError(failure=Failure.INVALID_HEADER_VALUE, subject=name)  # `seen` might be a secret
    no_cors_unsafe = mode == "no-cors" and not is_no_cors_safelisted_request_header(
        name, _joined(headers, name, value), user_agent.preflight
    )
    if no_cors_unsafe or is_forbidden_request_header(name, value, user_agent.request_headers):
        dropped.append(name)
    else:
        # The casing of a name's first header counts for all: the standard's "append" to a header list.
        lowercase = byte_lowercase(name)
        first = next((known for known, _ in headers if byte_lowercase(known) == lowercase), name)
        headers.append((first, value))
    return None


def _joined(headers: list[Header], name: str, value: str) -> str:
    known = get(name, headers)
    return value if known is None else f"{known}, {value}"
