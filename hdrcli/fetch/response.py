"""Responses, what a page may read of them, and the reasons for which a fetch fails.

Source: https://fetch.spec.whatwg.org/#responses
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

from hdrcli.fetch.headers import Header, sort_and_combine, values_by_name
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.url import URL

CORS_SAFELISTED_RESPONSE_HEADER_NAMES: Final = frozenset(
    {
        "cache-control",
        "content-language",
        "content-length",
        "content-type",
        "expires",
        "last-modified",
        "pragma",
    },
)
"""https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name, without the names that a response exposes"""

FORBIDDEN_RESPONSE_HEADER_NAMES: Final = frozenset({"set-cookie", "set-cookie2"})
"""https://fetch.spec.whatwg.org/#forbidden-response-header-name"""

REDIRECT_STATUSES: Final = frozenset({301, 302, 303, 307, 308})
"""https://fetch.spec.whatwg.org/#redirect-status"""

ResponseType = Literal["basic", "cors", "opaque", "opaqueredirect"]


class Failure(StrEnum):
    """Why `fetch()` is rejected: one member for each way in which the standard ends in a TypeError or network error."""

    # `new Request()` throws; nothing is sent: https://fetch.spec.whatwg.org/#dom-request
    INVALID_URL = "invalid-url"
    URL_WITH_CREDENTIALS = "url-with-credentials"
    INVALID_METHOD = "invalid-method"
    FORBIDDEN_METHOD = "forbidden-method"
    NO_CORS_METHOD = "no-cors-method"
    INVALID_HEADER_NAME = "invalid-header-name"
    INVALID_HEADER_VALUE = "invalid-header-value"
    BODY_NOT_ALLOWED = "body-not-allowed"

    # Main fetch: https://fetch.spec.whatwg.org/#main-fetch
    BAD_PORT = "bad-port"
    BAD_HOST = "bad-host"
    MIXED_CONTENT = "mixed-content"
    SAME_ORIGIN_MODE = "same-origin-mode"
    NO_CORS_REDIRECT_MODE = "no-cors-redirect-mode"
    SCHEME_NOT_HTTP = "scheme-not-http"

    # CORS check: https://fetch.spec.whatwg.org/#cors-check
    ALLOW_ORIGIN_MISSING = "allow-origin-missing"
    ALLOW_ORIGIN_MISMATCH = "allow-origin-mismatch"
    ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS = "allow-origin-wildcard-with-credentials"
    ALLOW_CREDENTIALS_NOT_TRUE = "allow-credentials-not-true"

    # CORS-preflight fetch: https://fetch.spec.whatwg.org/#cors-preflight-fetch
    PREFLIGHT_STATUS = "preflight-status"
    PREFLIGHT_UNPARSABLE_METHODS = "preflight-unparsable-methods"
    PREFLIGHT_UNPARSABLE_HEADERS = "preflight-unparsable-headers"
    PREFLIGHT_METHOD = "preflight-method"
    PREFLIGHT_HEADER = "preflight-header"
    PREFLIGHT_AUTHORIZATION = "preflight-authorization"

    # Cross-origin resource policy check: https://fetch.spec.whatwg.org/#cross-origin-resource-policy-header
    RESOURCE_POLICY = "resource-policy"

    # HTTP fetch and HTTP-redirect fetch: https://fetch.spec.whatwg.org/#http-redirect-fetch
    REDIRECT_MODE_ERROR = "redirect-mode-error"
    REDIRECT_LOCATION_UNPARSABLE = "redirect-location-unparsable"
    REDIRECT_SCHEME = "redirect-scheme"
    REDIRECT_LIMIT = "redirect-limit"
    REDIRECT_WITH_CREDENTIALS = "redirect-with-credentials"

    # HTTP-network-or-cache fetch and below: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
    PROXY_AUTHENTICATION = "proxy-authentication"
    CONTENT_CODING = "content-coding"
    DNS = "dns"
    CONNECTION_REFUSED = "connection-refused"
    CONNECTION_FAILED = "connection-failed"
    CONNECTION_RESET = "connection-reset"
    CERTIFICATE = "certificate"
    TLS = "tls"
    TIMEOUT = "timeout"
    EMPTY_REPLY = "empty-reply"
    INVALID_HTTP = "invalid-http"


REQUEST_ERRORS: Final = frozenset(
    {
        Failure.INVALID_URL,
        Failure.URL_WITH_CREDENTIALS,
        Failure.INVALID_METHOD,
        Failure.FORBIDDEN_METHOD,
        Failure.NO_CORS_METHOD,
        Failure.INVALID_HEADER_NAME,
        Failure.INVALID_HEADER_VALUE,
        Failure.BODY_NOT_ALLOWED,
    },
)
"""Failures of `new Request()`: the page's code is wrong, whatever the server does."""

TRANSPORT_FAILURES: Final = frozenset(
    {
        Failure.DNS,
        Failure.CONNECTION_REFUSED,
        Failure.CONNECTION_FAILED,
        Failure.CONNECTION_RESET,
        Failure.CERTIFICATE,
        Failure.TLS,
        Failure.TIMEOUT,
        Failure.EMPTY_REPLY,
        Failure.INVALID_HTTP,
    },
)
"""Failures below Fetch: no HTTP response was received."""

TransportSubject = Literal[
    "",
    # Timeouts: the step that took too long.
    "lookup",
    "connection",
    "handshake",
    "response",
    # Certificates and TLS.
    "unknown-authority",
    "other-name",
    "plain-http",
    "client-certificate-required",
    "client-certificate-perhaps-required",
    "client-certificate-not-trusted",
    # Proxies.
    "proxy-setting",
    "proxy-tunnel",
    # Malformed HTTP.
    "head-too-large",
    "head-cut-off",
    "tls-alert",
    "status-line",
    "empty-lines",
    "nul",
    "content-lengths",
    "content-length",
    "transfer-encoding",
    "refused-header",
    # HTTP/2.
    "http2-over-http",
    "http2-required",
    "http2-through-proxy",
    "http2-head-too-large",
    "http2-name",
    "http2-value",
    "http2-connection-field",
    "http2-pseudo-header",
    "http2-status",
    "http2-content-length",
    "http2-data-first",
    "http2-second-head",
    "http2-reset",
    "http2-goaway",
    "http2-closed",
    "http2-protocol",
]
"""The cause of a transport failure, where its `Failure` leaves more than one possible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportFailure:
    """No HTTP response was received: the facts. `hdrcli.verdict.failures` makes a sentence of them.

    `failure` is one of `TRANSPORT_FAILURES`, `subject` its cause. `peer` is the host, with a port if it matters, to
    which hdrcli talked or tried to; `proxy` the host and port of the proxy between the two. `at_proxy` means that the
    proxy itself could not be reached or did not respond. `seen` is the text of the operating system, of the TLS or HTTP
    library, or the part of the response that is malformed; `expected` a limit that was exceeded.
    """

    failure: Failure
    subject: TransportSubject = ""
    peer: str = ""
    proxy: str | None = None
    at_proxy: bool = False
    seen: str = field(default="", repr=False)
    expected: str = ""


FailedAt = Literal["request", "preflight", "redirect", "response"]
"""Before a request was sent; on the response to a preflight; on a redirect; on the final response, or without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkError:
    """https://fetch.spec.whatwg.org/#concept-network-error: which check failed, where, and the values it compared.

    These are facts: `hdrcli.verdict.failures` makes a sentence of them.
    """

    failure: Failure
    at: FailedAt = "request"
    exchange: int | None = None
    """The number of the exchange, from 0 on, whose response (or lack of one) is the reason; None if nothing was sent.

    A request that is blocked after a redirect has the exchange of that redirect."""
    status: int | None = None
    """The status of that exchange's response."""
    subject: str = ""
    """The name of the header that was checked; or, in lower case, the part of the request or URL ("method", "port")."""
    seen: tuple[str, ...] = field(default=(), repr=False)
    """The values that were found: a header's lines, the elements of a list, or the one that is invalid."""
    expected: tuple[str, ...] = ()
    """The values of which one would have passed; for a preflight, the method or all request headers not allowed."""
    also: tuple[Failure, ...] = ()
    """The later checks of the same preflight response that fail, too: some browsers make them earlier."""
    tainted_origin: bool = False
    """Whether redirects have made the request's origin opaque, so that it is sent as `Origin: null`.

    https://fetch.spec.whatwg.org/#concept-request-tainted-origin"""
    cause: TransportFailure | None = None
    """Why no response was received, if `failure` is one of `TRANSPORT_FAILURES`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """https://fetch.spec.whatwg.org/#concept-response: as it was received.

    `url_list` holds the URL of each request, from the first one over all redirects; `header_list` the lines in order.
    """

    status: int
    header_list: tuple[Header, ...] = field(repr=False)
    url_list: tuple[URL, ...]
    _by_name: Mapping[str, Sequence[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", values_by_name(self.header_list))

    @property
    def url(self) -> URL:
        return self.url_list[-1]

    @property
    def is_redirect(self) -> bool:
        """https://fetch.spec.whatwg.org/#redirect-status."""
        return self.status in REDIRECT_STATUSES

    @property
    def is_ok(self) -> bool:
        """https://fetch.spec.whatwg.org/#ok-status."""
        return 200 <= self.status <= 299  # noqa: PLR2004 -- the definition itself

    def lines(self, lowercase_name: str) -> Sequence[str]:
        """The values of all header lines of a name, in order."""
        return self._by_name.get(lowercase_name, ())

    def get(self, lowercase_name: str) -> str | None:
        """https://fetch.spec.whatwg.org/#concept-header-list-get."""
        lines = self._by_name.get(lowercase_name)
        return ", ".join(lines) if lines else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilteredResponse:
    """https://fetch.spec.whatwg.org/#concept-filtered-response: the response that JavaScript gets.

    `cors_exposed_header_names` is the CORS-exposed header-name list in lower case; it matters only for the type "cors".
    """

    type: ResponseType
    internal: Response
    cors_exposed_header_names: frozenset[str] = frozenset()
    timing_allow_passed: bool = True

    @property
    def status(self) -> int:
        """`response.status`."""
        return 0 if self._is_opaque else self.internal.status

    @property
    def url(self) -> str:
        """`response.url`: without the fragment, and empty for an opaque response."""
        return "" if self.type == "opaque" else str(self.internal.url.with_fragment(None))

    @property
    def redirected(self) -> bool:
        """`response.redirected`."""
        return self.type != "opaque" and len(self.internal.url_list) > 1

    @property
    def headers(self) -> tuple[Header, ...]:
        """`[...response.headers]`."""
        return sort_and_combine([header for header in self.internal.header_list if self.is_readable(header[0])])

    @property
    def _is_opaque(self) -> bool:
        return self.type in {"opaque", "opaqueredirect"}

    def is_readable(self, name: str) -> bool:
        """Whether a response header of this name is readable by JavaScript."""
        lowercase = byte_lowercase(name)
        if self._is_opaque or lowercase in FORBIDDEN_RESPONSE_HEADER_NAMES:
            return False
        if self.type == "basic" or lowercase in CORS_SAFELISTED_RESPONSE_HEADER_NAMES:
            return True
        return lowercase in self.cors_exposed_header_names
