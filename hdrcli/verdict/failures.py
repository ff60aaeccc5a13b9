"""The sentence for each failure: the only place where these facts become prose.

The engine and the transports report facts (`NetworkError`, `TransportFailure`). User names and
passwords in URLs are redacted here, as the values that a sentence quotes may be URLs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from hdrcli.fetch import Failure, NetworkError, TransportFailure
from hdrcli.fetch.headers import is_token
from hdrcli.text.header_redaction import redact_line
from hdrcli.text.redaction import redact_framing, redact_text

_Sentence = Callable[[NetworkError], str]


def sentence(error: NetworkError) -> str:
    """One or two sentences on why a fetch failed."""
    if error.cause is not None:
        return transport_sentence(error.cause)
    return redact_text(_SENTENCES[error.failure](error))


def _first(values: Sequence[str]) -> str:
    return values[0] if values else ""


def _quoted(values: Sequence[str]) -> str:
    """The values as one header value in quotes."""
    return f'"{", ".join(values)}"'


def _any_of(values: Sequence[str]) -> str:
    """The values in quotes, as alternatives."""
    return " or ".join(f'"{value}"' for value in values)


def _header(error: NetworkError) -> str:
    """A clause on the value of the header that was checked."""
    if not error.seen:
        return f"{error.subject} is missing"
    times = f" (sent in {len(error.seen)} lines, which browsers join)" if len(error.seen) > 1 else ""
    return f"{error.subject} is {_quoted(error.seen)}{times}"


def _list(error: NetworkError) -> str:
    """A clause on the list that does not allow the method or header."""
    if not error.seen:
        return f"{error.subject} is missing or empty"
    void = ', and "*" does not count with credentials' if "*" in error.seen else ""
    return f"{error.subject} is {_quoted(error.seen)}{void}"


def _preflight_header(error: NetworkError) -> str:
    names = ", ".join(error.expected)
    header = "header" if len(error.expected) == 1 else "headers"
    return f"The preflight response does not allow the request {header} {names}: {_list(error)}."


def _preflight_authorization(error: NetworkError) -> str:
    names = ", ".join(error.expected)
    wildcard = ', and "*" does not cover Authorization' if "*" in error.seen else ""
    value = f"{error.subject} is {_quoted(error.seen)}" if error.seen else f"{error.subject} is missing or empty"
    return f"The preflight response does not list {names}: {value}{wildcard}."


def _local_network(error: NetworkError) -> str:
    target = "this machine" if error.seen == ("loopback",) else "the local network"
    if error.subject == "permission":
        return f"A public page may request an address of {target} only after the user has allowed it."
    return f"A public page without a secure context (https) may not request an address of {target}."


def _invalid_header_name(error: NetworkError) -> str:
    """A sentence that does not quote the name: it may be a part of a value."""
    name = _first(error.seen)
    invalid = next((character for character in name if not is_token(character)), "")
    fault = f'contains "{invalid}", which no header name may contain' if invalid else "is empty"
    return f"fetch() throws: a request header's name {fault}."


def _invalid_http(error: NetworkError) -> str:
    return f"The response contains different values of {error.subject}: {_quoted([*map(redact_framing, error.seen)])}."


def _location(error: NetworkError) -> str:
    if len(error.seen) > 1:
        return f"The redirect has several {error.subject} lines: {_quoted(error.seen)}."
    return f"The redirect's {error.subject} is {_quoted(error.seen)}, which is not a valid URL."


_SENTENCES: Final[Mapping[Failure, _Sentence]] = {
    Failure.INVALID_URL: lambda error: f"fetch() throws: {_quoted(error.seen)} is not a valid URL.",
    Failure.URL_WITH_CREDENTIALS: lambda _: (
        "fetch() throws: the URL contains a user name or password. Send an Authorization header instead."
    ),
    Failure.INVALID_METHOD: lambda error: f"fetch() throws: {_quoted(error.seen)} is not a valid HTTP method.",
    Failure.FORBIDDEN_METHOD: lambda error: f"fetch() throws: pages may not use the method {_first(error.seen)}.",
    Failure.NO_CORS_METHOD: lambda error: (
        f'fetch() throws: mode "no-cors" allows only the methods {", ".join(error.expected)}, not {_first(error.seen)}.'
    ),
    Failure.INVALID_HEADER_NAME: _invalid_header_name,
    Failure.INVALID_HEADER_VALUE: lambda error: (
        f"fetch() throws: the value of {error.subject} contains a line break, a NUL, or a character over U+00FF."
    ),
    Failure.BODY_NOT_ALLOWED: lambda error: (
        f"fetch() throws: a {_first(error.seen)} request cannot have a body. Use another method, such as POST."
    ),
    Failure.BAD_PORT: lambda error: f"Browsers never connect to port {_first(error.seen)}.",
    Failure.BAD_HOST: lambda error: (
        f"{_first(error.seen)} is an address to listen on: this browser does not send requests to it."
    ),
    Failure.MIXED_CONTENT: lambda error: (
        f"The page is loaded over https and {_first(error.seen)} is not: browsers block this as mixed content."
    ),
    Failure.LOCAL_NETWORK: _local_network,
    Failure.SAME_ORIGIN_MODE: lambda error: (
        f'Mode "same-origin" does not allow requests to another origin: {_first(error.seen)} is not '
        f"{_first(error.expected)}."
    ),
    Failure.NO_CORS_REDIRECT_MODE: lambda error: (
        f'Mode "no-cors" requires redirect mode "follow", not "{_first(error.seen)}".'
    ),
    Failure.SCHEME_NOT_HTTP: lambda error: f'The scheme is "{_first(error.seen)}", not http or https.',
    Failure.ALLOW_ORIGIN_MISSING: lambda error: (
        f'The response (status {error.status}) has no {error.subject} header, which must allow "{error.expected[0]}".'
    ),
    Failure.ALLOW_ORIGIN_MISMATCH: lambda error: f"{_header(error)}; it must be exactly {_any_of(error.expected)}.",
    Failure.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS: lambda error: (
        f'{error.subject} is "*", which does not count with credentials; it must be {_any_of(error.expected)}.'
    ),
    Failure.ALLOW_CREDENTIALS_NOT_TRUE: lambda error: (
        f'{_header(error)}; with credentials, it must be "true", in lower case.'
    ),
    Failure.PREFLIGHT_STATUS: lambda error: f"The preflight response has status {error.status}; it must be 200 to 299.",
    Failure.PREFLIGHT_UNPARSABLE_METHODS: lambda error: (
        f"{error.subject} contains {_quoted(error.seen)}, which is not a valid method: the whole list is invalid."
    ),
    Failure.PREFLIGHT_UNPARSABLE_HEADERS: lambda error: (
        f"{error.subject} contains {_quoted(error.seen)}, which is not a valid header name: the whole list is invalid."
    ),
    Failure.PREFLIGHT_METHOD: lambda error: (
        f"The preflight response does not allow the method {_first(error.expected)}: {_list(error)}."
    ),
    Failure.PREFLIGHT_HEADER: _preflight_header,
    Failure.PREFLIGHT_AUTHORIZATION: _preflight_authorization,
    Failure.RESOURCE_POLICY: lambda error: (
        f"{error.subject} is {_quoted(error.seen)}, which hides the response from the page."
    ),
    Failure.REDIRECT_MODE_ERROR: lambda error: (
        f'The response is a redirect (status {error.status}), and the redirect mode is "error".'
    ),
    Failure.REDIRECT_LOCATION_UNPARSABLE: _location,
    Failure.REDIRECT_SCHEME: lambda error: (
        f'The redirect leads to a URL with the scheme "{_first(error.seen)}"; browsers follow only http and https.'
    ),
    Failure.REDIRECT_LIMIT: lambda error: f"There are more than {_first(error.expected)} redirects.",
    Failure.REDIRECT_WITH_CREDENTIALS: lambda error: (
        f"The redirect's {error.subject} contains a user name or password; CORS requests do not follow it."
    ),
    Failure.PROXY_AUTHENTICATION: lambda error: (
        f"The response has status {error.status}: browsers ask the user for the password of a proxy, or give up."
    ),
    Failure.CONTENT_CODING: lambda error: (
        f"{error.subject} contains {_quoted(error.seen)}; the request offered only {_quoted(error.expected)}."
    ),
    Failure.INVALID_HTTP: _invalid_http,
}
"""For all failures but those of transports; `Failure.INVALID_HTTP` may be either."""


# --- transports -------------------------------------------------------------------------------------------------------

_ANY_CERTIFICATE: Final = "--insecure accepts any certificate"
_CLIENT_CERTIFICATE: Final = "--cert names one, which browsers present only in fetches with credentials"
_CERTIFICATE_ADVICE: Final = {
    "unknown-authority": f"; --cacert trusts its authority, {_ANY_CERTIFICATE}.",
    "other-name": f" (browsers check only subjectAltName); {_ANY_CERTIFICATE}.",
}
_TLS_ADVICE: Final = {
    "plain-http": "; is it an http URL?",
    "client-certificate-required": f": it requires a client certificate; {_CLIENT_CERTIFICATE}.",
    "client-certificate-perhaps-required": f"; does it require a client certificate? {_CLIENT_CERTIFICATE}.",
    "client-certificate-not-trusted": ": it does not trust the client certificate of --cert.",
    "http2-required": ": it does not speak HTTP/2, which --http2 requires.",
}
_TIMEOUTS: Final = {
    "lookup": "The name {peer} was not resolved within {expected}.",
    "connection": "{peer} did not accept the connection within {expected}.",
    "handshake": "{peer} did not finish the TLS handshake within {expected}.",
    "response": "{peer} did not respond within {expected}.",
}
_NOT_CONNECTED: Final = {
    "proxy-setting": "The proxy that {proxy} names cannot be used: {seen}.",
    "proxy-tunnel": "{peer} does not open a tunnel: {seen}.",
    "http2-over-http": "hdrcli speaks HTTP/1.1 over http, as browsers do; --http2 requires HTTP/2: use an https URL.",
    "http2-required": "{peer} does not speak HTTP/2, which --http2 requires.",
    "http2-through-proxy": "hdrcli speaks HTTP/1.1 through the proxy that {proxy} names; --http2 requires HTTP/2.",
}
_MALFORMED: Final = {
    "head-too-large": "The head of the response is larger than {expected}.",
    "head-cut-off": "The connection was closed within the head of the response.",
    "tls-alert": "The response is a TLS alert: is it an https URL?",
    "status-line": 'The response begins with "{seen}", which is not an HTTP status line.',
    "empty-lines": "The response begins with too many empty lines.",
    "nul": "The head of the response contains a NUL byte.",
    "content-lengths": "The response has several Content-Length headers with different values.",
    "content-length": 'Content-Length is "{seen}", which is not a number.',
    "transfer-encoding": 'Transfer-Encoding is "{seen}", which is not a known transfer coding.',
    # httpx's own text would quote the header, which may be a secret.
    "refused-header": "httpx rejects a header of the request to {peer}: it is not valid HTTP.",
    "http2-head-too-large": "The head of the HTTP/2 response is too large.",
    "http2-name": 'The HTTP/2 response has the header name "{seen}", which is malformed.',
    "http2-value": 'The value of the header "{seen}" is malformed in the HTTP/2 response.',
    "http2-connection-field": 'The header "{seen}" is not allowed over HTTP/2.',
    "http2-pseudo-header": 'The HTTP/2 response has a misplaced pseudo-header "{seen}".',
    "http2-status": 'The :status of the HTTP/2 response is "{seen}", which is not a status.',
    "http2-content-length": 'Content-Length is "{seen}", which is malformed or contradicts the HTTP/2 response.',
    "http2-data-first": "The HTTP/2 response begins with DATA instead of HEADERS.",
    "http2-second-head": "The HTTP/2 response has a second head.",
    "http2-reset": "The server reset the HTTP/2 stream ({seen}) before the response was complete.",
    "http2-goaway": "The server ended the HTTP/2 connection (GOAWAY, {seen}) before the response was complete.",
    "http2-closed": "The connection was closed before the HTTP/2 response was complete.",
    "http2-protocol": "The server violates HTTP/2 ({seen}).",
    "": "The response of {peer} is not valid HTTP: {seen}.",
}

_MALFORMED_SHOWN: Final[Mapping[str, Callable[[str], str]]] = {
    "status-line": redact_line,
    "content-length": redact_framing,
    "transfer-encoding": redact_framing,
}
"""How the malformed part is redacted, which may be anything."""


def transport_sentence(failure: TransportFailure) -> str:
    """One or two sentences on why no response was received."""
    return redact_text(_transport_sentence(failure))


def _transport_sentence(failure: TransportFailure) -> str:
    subject, seen, peer = failure.subject, failure.seen, _peer(failure)
    match failure.failure:
        case Failure.DNS:
            name = f"of the proxy {failure.proxy}" if failure.at_proxy else failure.peer
            return f"The name {name} was not found."
        case Failure.TIMEOUT:
            return _TIMEOUTS[subject].format(peer=peer, expected=failure.expected)
        case Failure.CERTIFICATE:
            advice = _CERTIFICATE_ADVICE.get(subject, f"; {_ANY_CERTIFICATE}.")
            return f"The certificate of {peer} is not trusted: {seen}{advice}"
        case Failure.TLS:
            return f"TLS with {peer} failed: {seen}{_TLS_ADVICE.get(subject, '.')}"
        case Failure.CONNECTION_REFUSED:
            return f"{peer} refused the connection."
        case Failure.CONNECTION_RESET:
            return f"{peer} reset the connection{_TLS_ADVICE.get(subject, '.')}"
        case Failure.NOT_RECORDED:
            return f"The recording has no response to this request{f': {seen}' if seen else ''}."
        case Failure.EMPTY_REPLY:
            through = "" if failure.proxy is None else f" through the proxy {failure.proxy}"
            return f"The connection{through} was closed without a response."
        case Failure.INVALID_HTTP:
            shown = _MALFORMED_SHOWN.get(subject, redact_text)(seen)
            return _MALFORMED[subject].format(peer=peer, seen=shown, expected=failure.expected)
        case _:
            sentence = _NOT_CONNECTED.get(subject, "{peer} cannot be reached: {seen}.")
            return sentence.format(peer=peer, proxy=failure.proxy, seen=seen)


def _peer(failure: TransportFailure) -> str:
    """The other side of the connection."""
    if failure.proxy is None:
        return failure.peer
    return f"The proxy {failure.proxy}" if failure.at_proxy else f"{failure.peer} through the proxy {failure.proxy}"
