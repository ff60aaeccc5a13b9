"""Responses: what came, what of it a page may see, and the ways in which a fetch fails.

Source: https://fetch.spec.whatwg.org/#responses
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from hdrcli.fetch.headers import Header, sort_and_combine
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
"""https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name, without the list of a response"""

FORBIDDEN_RESPONSE_HEADER_NAMES: Final = frozenset({"set-cookie", "set-cookie2"})
"""https://fetch.spec.whatwg.org/#forbidden-response-header-name"""

REDIRECT_STATUSES: Final = frozenset({301, 302, 303, 307, 308})

ResponseType = Literal["basic", "cors", "opaque", "opaqueredirect"]


class Failure(StrEnum):
    """Why `fetch()` is rejected: one name for each way in which the standard ends in a TypeError or a network error."""

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
"""Failures of `new Request()`: the page's code is wrong, whatever the server answers."""

TRANSPORT_FAILURES: Final = frozenset(
    {
        Failure.DNS,
        Failure.CONNECTION_REFUSED,
        Failure.CONNECTION_FAILED,
        Failure.CONNECTION_RESET,
        Failure.TLS,
        Failure.TIMEOUT,
        Failure.EMPTY_REPLY,
        Failure.INVALID_HTTP,
    },
)
"""Failures below Fetch: no HTTP response came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkError:
    """https://fetch.spec.whatwg.org/#concept-network-error: which check failed, and what was seen and wanted."""

    failure: Failure
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """https://fetch.spec.whatwg.org/#concept-response: as it came over the network.

    `url_list` holds each URL asked for, redirects followed; `header_list` the raw lines in order.
    """

    status: int
    header_list: tuple[Header, ...]
    url_list: tuple[URL, ...]

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


@dataclass(frozen=True, slots=True, kw_only=True)
class FilteredResponse:
    """https://fetch.spec.whatwg.org/#concept-filtered-response: what JavaScript gets.

    `cors_exposed_header_names` is the CORS-exposed header-name list in lower case; it counts for the type "cors" alone.
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
        """Whether the filter lets a response header of this name through."""
        lowercase = byte_lowercase(name)
        if self._is_opaque or lowercase in FORBIDDEN_RESPONSE_HEADER_NAMES:
            return False
        if self.type == "basic" or lowercase in CORS_SAFELISTED_RESPONSE_HEADER_NAMES:
            return True
        return lowercase in self.cors_exposed_header_names
