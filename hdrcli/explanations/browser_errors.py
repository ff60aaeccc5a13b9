"""How browsers word each failure: a table to show, and to recognise a pasted text by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

# A subject is a failure, a rule where no failure of Fetch is meant, or one of the four below the table. Each line is
# "engine name (rule): phrase": what the engine itself calls it, the rule where the wording tells more than the failure
# does, and the part of its message that is always the same, in straight quotes. `{header}` and the like stand for what
# differs. An engine without a name is one that gives it none.
_TABLE: Final = """\
allow-origin-missing
    Chromium MissingAllowOriginHeader: No 'Access-Control-Allow-Origin' header is present
    Firefox CORSMissingAllowOrigin2: CORS header 'Access-Control-Allow-Origin' missing
    WebKit: Origin {page} is not allowed by Access-Control-Allow-Origin
allow-origin-mismatch
    Chromium AllowOriginMismatch: header has a value '{value}' that is not equal to the supplied origin
    Chromium MultipleAllowOriginValues (HDR104): header contains multiple values '{value}', but only one is allowed
    Chromium InvalidAllowOriginValue: header contains the invalid value '{value}'
    Firefox CORSAllowOriginNotMatchingOrigin: CORS header 'Access-Control-Allow-Origin' does not match '{value}'
    Firefox CORSMultipleAllowOriginNotAllowed (HDR104): Multiple CORS header 'Access-Control-Allow-Origin' not allowed
    WebKit: Origin {page} is not allowed by Access-Control-Allow-Origin
    WebKit (HDR104): Access-Control-Allow-Origin cannot contain more than one origin
allow-origin-wildcard-with-credentials
    Chromium WildcardOriginNotAllowed: must not be the wildcard '*' when the request's credentials mode is 'include'
    Firefox CORSNotSupportingCredentials: not supported if the CORS header 'Access-Control-Allow-Origin' is '*'
    WebKit: Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true
allow-credentials-not-true
    Chromium InvalidAllowCredentials: 'Access-Control-Allow-Credentials' header in the response is '{value}' which must
    Firefox CORSMissingAllowCredentials: expected 'true' in CORS header 'Access-Control-Allow-Credentials'
    WebKit: Credentials flag is true, but Access-Control-Allow-Credentials is not
preflight-status
    Chromium PreflightInvalidStatus (HDR201): It does not have HTTP ok status
    Chromium PreflightDisallowedRedirect (HDR202): Redirect is not allowed for a preflight request
    Firefox CORSPreflightDidNotSucceed3: CORS preflight response did not succeed
    Firefox CORSExternalRedirectNotAllowed (HDR202): CORS request external redirect not allowed
    WebKit: Preflight response is not successful
preflight-unparsable-methods
    Chromium InvalidAllowMethodsPreflightResponse: Cannot parse Access-Control-Allow-Methods response header field
    Firefox CORSInvalidAllowMethod: invalid token '{value}' in CORS header 'Access-Control-Allow-Methods'
    WebKit: Header Access-Control-Allow-Methods has an invalid value
preflight-unparsable-headers
    Chromium InvalidAllowHeadersPreflightResponse: Cannot parse Access-Control-Allow-Headers response header field
    Firefox CORSInvalidAllowHeader: invalid token '{value}' in CORS header 'Access-Control-Allow-Headers'
    WebKit: Header Access-Control-Allow-Headers has an invalid value
preflight-method
    Chromium MethodDisallowedByPreflightResponse: Method {method} is not allowed by Access-Control-Allow-Methods
    Firefox CORSMethodNotFound: Did not find method in CORS header 'Access-Control-Allow-Methods'
    WebKit: Method {method} is not allowed by Access-Control-Allow-Methods
preflight-header
    Chromium HeaderDisallowedByPreflightResponse: header field {header} is not allowed by Access-Control-Allow-Headers
    Firefox CORSMissingAllowHeaderFromPreflight2: header '{header}' is not allowed according to header
    WebKit: header field {header} is not allowed by Access-Control-Allow-Headers
preflight-authorization
    Chromium: header field authorization is not allowed by Access-Control-Allow-Headers
    Firefox CORSAllowHeaderFromPreflightDeprecation: header 'authorization' is not allowed according to header
resource-policy
    Chromium: ERR_BLOCKED_BY_RESPONSE.NotSame
    Firefox: was blocked due to its Cross-Origin-Resource-Policy header
    WebKit: violates the resource's Cross-Origin-Resource-Policy
mixed-content
    Chromium: loaded over HTTPS, but requested an insecure
    Firefox: Blocked loading mixed active content
    WebKit: requested insecure content from
    WebKit: was not allowed to display insecure content
bad-port
    Chromium: ERR_UNSAFE_PORT
    WebKit: Not allowed to use restricted network port
same-origin-mode
    Chromium DisallowedByMode: Cross origin requests are not allowed by request mode
    Chromium: Request mode is "same-origin" but the URL's origin is not same
scheme-not-http
    Chromium CorsDisabledScheme: Cross origin requests are only supported for protocol schemes
    Chromium: URL scheme "{value}" is not supported
    Chromium: Not allowed to load local resource
    Firefox CORSRequestNotHttp: CORS request not http
redirect-limit
    Chromium: ERR_TOO_MANY_REDIRECTS
redirect-scheme
    WebKit: non CORS scheme
redirect-with-credentials
    Chromium RedirectContainsCredentials: contains a username and password
    WebKit: redirection URL {value} has credentials
invalid-url
    Chromium: Failed to parse URL from
    Firefox: is not a valid URL
url-with-credentials
    Chromium: Request cannot be constructed from a URL that includes credentials
    Firefox: is an url with embedded credentials
invalid-method
    Chromium: '{value}' is not a valid HTTP method
    Firefox: is an invalid request method
forbidden-method
    Chromium: '{method}' HTTP method is unsupported
no-cors-method
    Chromium: '{method}' is unsupported in no-cors mode
invalid-header-name
    Chromium: on 'Window': Invalid name
    Firefox: is an invalid header name
    WebKit: Invalid header name
invalid-header-value
    Chromium: on 'Window': Invalid value
    Chromium: contains non ISO-8859-1 code point
    Firefox: is an invalid header value
    WebKit: Header '{header}' has invalid value
body-not-allowed
    Chromium: Request with GET/HEAD method cannot have body
    Firefox: HEAD or GET Request cannot have a body
    WebKit: Request has method '{method}' and cannot have a body
dns
    Chromium: ERR_NAME_NOT_RESOLVED
    WebKit: A server with the specified hostname could not be found
connection-refused
    Chromium: ERR_CONNECTION_REFUSED
    WebKit: Could not connect to the server
connection-failed
    Chromium: ERR_ADDRESS_UNREACHABLE
    Chromium: ERR_INTERNET_DISCONNECTED
    WebKit: Internet connection appears to be offline
connection-reset
    Chromium: ERR_CONNECTION_RESET
    Chromium: ERR_CONNECTION_CLOSED
    WebKit: The network connection was lost
tls
    Chromium: ERR_CERT_
    Chromium: ERR_SSL_
    WebKit: The certificate for this server is invalid
timeout
    Chromium: ERR_CONNECTION_TIMED_OUT
    Chromium: ERR_TIMED_OUT
    WebKit: The request timed out
empty-reply
    Chromium: ERR_EMPTY_RESPONSE
invalid-http
    Chromium: ERR_INVALID_HTTP_RESPONSE
HDR505
    Chromium LocalNetworkAccessPermissionDenied: Permission was denied for this request to access the
    Chromium InsecureLocalNetwork: resource is in more-private address space
hidden-header
    Chromium: Refused to get unsafe header "{header}"
    Chromium: Refused to get unsafe header
forbidden-request-header
    Chromium: Refused to set unsafe header "{header}"
    Chromium: Refused to set unsafe header
    Firefox: Attempt to set a forbidden header was denied: {header}
no-answer
    Firefox CORSDidNotSucceed2: CORS request did not succeed
unsaid
    Chromium: Failed to fetch
    Firefox: NetworkError when attempting to fetch resource
    Firefox: Cross-Origin Request Blocked
    WebKit: Load failed
    WebKit: due to access control checks
    axios: Network Error
    axios: ERR_NETWORK
    Chromium: ERR_FAILED
    Chromium: has been blocked by CORS policy
"""

HIDDEN_HEADER: Final = "hidden-header"
FORBIDDEN_REQUEST_HEADER: Final = "forbidden-request-header"
NO_ANSWER: Final = "no-answer"
UNSAID: Final = "unsaid"
"""The words by which browsers tell that something failed, but not what: they count when nothing else is found."""

_row = re.compile(r" +(?P<engine>\w+)(?: (?P<name>\w+))?(?: \((?P<rule>HDR\d+)\))?: (?P<phrase>.+)").fullmatch

_TOKEN: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]*[0-9A-Za-z]"  # noqa: S105 -- a header's name or a method
_FIELDS: Final = {"header": _TOKEN, "method": _TOKEN, "value": r"[^']*", "page": r"\S+?"}
_CURLY_QUOTES: Final = str.maketrans("\u2018\u2019\u201a`\u00b4\u201c\u201d\u201e", "'" * 5 + '"' * 3)

_CIRCUMSTANCES: Final = (
    r"\bat '(?P<url>[^' ]+)' (?:\(redirected from '(?P<redirected>[^' ]+)'\) )?from origin '(?P<page>[^' ]+)'",
    r"remote resource at (?P<url>\S+?)\.? \(Reason",  # Firefox
    r"\bcannot load (?P<url>[a-z]+:\S+?)[.,]?(?: |$)",  # WebKit
    r"Status code: (?P<status>\d{3})",
    r"(?P<preflight>preflight)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How an engine tells of a subject; `name` and `rule` may be empty."""

    subject: str
    engine: str
    name: str
    rule: str
    phrase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """The wordings that a text holds, and its values: header, method, page, url, redirected, status, preflight."""

    wordings: tuple[Wording, ...]
    values: Mapping[str, str]


@cache
def wordings() -> tuple[Wording, ...]:
    """The whole table."""
    found = []
    subject = ""
    for line in _TABLE.splitlines():
        match = _row(line)
        if match is None:
            subject = line
        else:
            found.append(Wording(subject=subject, **{name: text or "" for name, text in match.groupdict().items()}))
    return tuple(found)


def recognise(text: str) -> Recognised | None:
    """What a browser's message, pasted with whatever stands around it, is about; None for any other text."""
    plain = " ".join(text.translate(_CURLY_QUOTES).split())
    matches = [(wording, match) for wording in wordings() if (match := _pattern(wording).search(plain)) is not None]
    telling = [(wording, match) for wording, match in matches if wording.subject != UNSAID] or matches
    if not telling:
        return None
    values: dict[str, str] = {}
    for match in (
        *(match for _, match in telling),
        *(re.search(known, plain, re.IGNORECASE) for known in _CIRCUMSTANCES),
    ):
        found = match.groupdict() if match is not None else {}
        values |= {field: value for field, value in found.items() if value and field not in values}
    return Recognised(wordings=tuple(wording for wording, _ in telling), values=values)


def _pattern(wording: Wording) -> re.Pattern[str]:
    """The phrase, or the engine's own name for it, with any number: Firefox counts up when a text changes."""
    fixed, *rest = re.split(r"\{(\w+)\}", wording.phrase)
    pattern = re.escape(fixed)
    for field, text in zip(rest[::2], rest[1::2], strict=True):
        pattern += f"(?P<{field}>{_FIELDS[field]}){re.escape(text)}"
    if wording.name:
        pattern += rf"|\b(?:Preflight)?{wording.name.rstrip('0123456789')}\d*\b"
    return re.compile(pattern, re.IGNORECASE)
