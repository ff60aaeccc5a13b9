"""The reasons for which a fetch fails.

Source: https://fetch.spec.whatwg.org/#concept-network-error
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Final, Literal

from hdrcli.structs import Record


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
    LOCAL_NETWORK = "local-network"
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
    NOT_RECORDED = "not-recorded"


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
        Failure.NOT_RECORDED,
    },
)
"""Failures below Fetch: no HTTP response was received, or the recording lacks it."""

TimeoutSubject = Literal["lookup", "connection", "handshake", "response"]
"""The step that took too long."""
CertificateSubject = Literal["unknown-authority", "other-name"]
TLSSubject = Literal[
    "plain-http",
    "client-certificate-required",
    "client-certificate-perhaps-required",
    "client-certificate-not-trusted",
    "http2-required",
]
ConnectionSubject = Literal[
    "proxy-setting",
    "proxy-tunnel",
    "http2-over-http",
    "http2-required",
    "http2-through-proxy",
]
MalformedSubject = Literal[
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
TransportSubject = Literal[""] | TimeoutSubject | CertificateSubject | TLSSubject | ConnectionSubject | MalformedSubject
"""The cause of a transport failure, where its `Failure` leaves more than one possible."""


class TransportFailure(Record, frozen=True, kw_only=True):
    """No HTTP response was received: the facts. `hdrcli.verdict.failures` makes a sentence of them.

    `failure` is one of `TRANSPORT_FAILURES`, `subject` its cause. `peer` is the host, with a port if it matters, to
    which hdrcli talked or tried to; `proxy` the host and port of the proxy between the two. `at_proxy` means that the
    proxy itself could not be reached or did not respond. `seen` is the text of the operating system, of the TLS or HTTP
    library, or the part of the response that is malformed; `expected` a limit that was exceeded.
    """

    not_in_repr: ClassVar = frozenset({"seen"})

    failure: Failure
    subject: TransportSubject = ""
    peer: str = ""
    proxy: str | None = None
    at_proxy: bool = False
    seen: str = ""
    expected: str = ""


FailedAt = Literal["request", "preflight", "redirect", "response"]
"""Before a request was sent; on the response to a preflight; on a redirect; on the final response, or without one."""


class NetworkError(Record, frozen=True, kw_only=True):
    """https://fetch.spec.whatwg.org/#concept-network-error: which check failed, where, and the values it compared.

    These are facts: `hdrcli.verdict.failures` makes a sentence of them.
    """

    not_in_repr: ClassVar = frozenset({"seen"})

    failure: Failure
    at: FailedAt = "request"
    exchange: int | None = None
    """The number of the exchange, from 0 on, whose response (or lack of one) is the reason; None if nothing was sent.

    A request that is blocked after a redirect has the exchange of that redirect."""
    status: int | None = None
    """The status of that exchange's response."""
    subject: str = ""
    """The name of the header that was checked; or, in lower case, the part of the request or URL ("method", "port")."""
    seen: tuple[str, ...] = ()
    """The values that were found: a header's lines, the elements of a list, or the one that is invalid."""
    expected: tuple[str, ...] = ()
    """The values of which one would have passed; for a preflight, the method or all request headers not allowed.

    The headers are in the order in which the page set them, in lower case."""
    also: tuple[Failure, ...] = ()
    """The later checks of the same preflight response that fail, too: some browsers make them earlier."""
    tainted_origin: bool = False
    """Whether redirects have made the request's origin opaque, so that it is sent as `Origin: null`.

    https://fetch.spec.whatwg.org/#concept-request-tainted-origin"""
    cause: TransportFailure | None = None
    """Why no response was received, if `failure` is one of `TRANSPORT_FAILURES`."""
