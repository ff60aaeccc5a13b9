"""The browsers' console messages for each failure: one table, to predict them and to recognise pasted ones."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from hdrcli.structs import Record

# A subject is a failure, a rule (if it is not about a failure of Fetch), or one of the four below the table. Each line
# is "engine name (rule) [when]: phrase": the engine's own name for the message, if it has one; the rule, if the message
# is more specific than the failure; and the part of the message that is always the same, with straight quotes.
# `{header}` and the like stand for values, "…" for omitted text.
#
# Of an engine's lines for a failure, the first one whose condition (see `hdrcli.verdict.console`) holds is used; if
# there is none, one of those for "no-response" or "unspecific". "pasted" marks messages of other versions, and messages
# that appear next to another one. All others were measured in November 2026 in Chromium 156, Firefox ESR 153 and
# WebKitGTK 2.50 (`tests/browser/test_console.py`), except Safari's messages about connections.
_TABLE: Final = """\
allow-origin-missing
  Chromium MissingAllowOriginHeader: No 'Access-Control-Allow-Origin' header is present on the requested resource
  Firefox CORSMissingAllowOrigin2: CORS header 'Access-Control-Allow-Origin' missing. Status code: {status}
  WebKit: Origin {page} is not allowed by Access-Control-Allow-Origin. Status code: {status}
allow-origin-mismatch
  Chromium MultipleAllowOriginValues (HDR104) [list]: The 'Access-Control-Allow-Origin' header contains multiple values '{value}', but only one is allowed
  Chromium InvalidAllowOriginValue [invalid-origin]: The 'Access-Control-Allow-Origin' header contains the invalid value '{value}'
  Chromium AllowOriginMismatch: The 'Access-Control-Allow-Origin' header has a value '{value}' that is not equal to the supplied origin
  Firefox CORSMultipleAllowOriginNotAllowed (HDR104) [lines]: Multiple CORS header 'Access-Control-Allow-Origin' not allowed
  Firefox CORSAllowOriginNotMatchingOrigin: CORS header 'Access-Control-Allow-Origin' does not match '{value}'
  WebKit (HDR104) [comma]: Access-Control-Allow-Origin cannot contain more than one origin
  WebKit: Origin {page} is not allowed by Access-Control-Allow-Origin. Status code: {status}
allow-origin-wildcard-with-credentials
  Chromium WildcardOriginNotAllowed: The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'
  Firefox CORSNotSupportingCredentials: Credential is not supported if the CORS header 'Access-Control-Allow-Origin' is '*'
  WebKit: Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true
allow-credentials-not-true
  Chromium InvalidAllowCredentials: The value of the 'Access-Control-Allow-Credentials' header in the response is '{value}' which must be 'true' when the request's credentials mode is 'include'
  Firefox CORSMissingAllowCredentials: expected 'true' in CORS header 'Access-Control-Allow-Credentials'
  WebKit: Credentials flag is true, but Access-Control-Allow-Credentials is not "true"
preflight-status
  Chromium [unparsable-redirect]: net::ERR_INVALID_REDIRECT
  Chromium PreflightDisallowedRedirect (HDR202) [redirect]: Redirect is not allowed for a preflight request
  Chromium PreflightInvalidStatus (HDR201): It does not have HTTP ok status
  Firefox CORSExternalRedirectNotAllowed (HDR202) [allowed-redirect]: CORS request external redirect not allowed
  Firefox CORSPreflightDidNotSucceed3 [no-redirect]: CORS preflight response did not succeed. Status code: {status}
  WebKit: Preflight response is not successful. Status code: {status}
preflight-unparsable-methods
  Chromium InvalidAllowMethodsPreflightResponse: Cannot parse Access-Control-Allow-Methods response header field in preflight response
  Firefox CORSInvalidAllowMethod: invalid token '{value}' in CORS header 'Access-Control-Allow-Methods'
  WebKit: Header Access-Control-Allow-Methods has an invalid value
preflight-unparsable-headers
  Chromium InvalidAllowHeadersPreflightResponse: Cannot parse Access-Control-Allow-Headers response header field in preflight response
  Firefox CORSInvalidAllowHeader: invalid token '{value}' in CORS header 'Access-Control-Allow-Headers'
  WebKit: Header Access-Control-Allow-Headers has an invalid value
preflight-method
  Chromium MethodDisallowedByPreflightResponse: Method {method} is not allowed by Access-Control-Allow-Methods
  Firefox CORSMethodNotFound: Did not find method in CORS header 'Access-Control-Allow-Methods'
  WebKit: Method {method} is not allowed by Access-Control-Allow-Methods
preflight-header
  Chromium HeaderDisallowedByPreflightResponse: Request header field {header} is not allowed by Access-Control-Allow-Headers
  Firefox CORSMissingAllowHeaderFromPreflight2: header '{header}' is not allowed according to header 'Access-Control-Allow-Headers' from CORS preflight response
  WebKit: Request header field {header} is not allowed by Access-Control-Allow-Headers
preflight-authorization
  Chromium HeaderDisallowedByPreflightResponse: Request header field authorization is not allowed by Access-Control-Allow-Headers
  Firefox CORSMissingAllowHeaderFromPreflight2: header 'authorization' is not allowed according to header 'Access-Control-Allow-Headers' from CORS preflight response
  Firefox CORSAllowHeaderFromPreflightDeprecation [pasted]: header 'authorization' is not allowed according to header
  WebKit: Request header field authorization is not allowed by Access-Control-Allow-Headers
resource-policy
  Chromium [same-site]: net::ERR_BLOCKED_BY_RESPONSE.NotSameSite
  Chromium: net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin
  Firefox: The resource at … was blocked due to its Cross-Origin-Resource-Policy header
  WebKit: Cancelled load to … because it violates the resource's Cross-Origin-Resource-Policy
mixed-content
  Chromium: The page at … was loaded over HTTPS, but requested an insecure …
  Firefox: Blocked loading mixed active content …
  WebKit: The page at … requested insecure content from …
  WebKit [pasted]: was not allowed to display insecure content
bad-port
  Chromium: net::ERR_UNSAFE_PORT
  WebKit: Not allowed to use restricted network port …
bad-host
  WebKit [direct]: Not allowed to use restricted network host …
local-network
  Chromium InsecureLocalNetwork [insecure-page]: The request client is not a secure context and the resource is in more-private address space `{value}`
  Chromium LocalNetworkAccessPermissionDenied: Permission was denied for this request to access the `{value}` address space
same-origin-mode
  Chromium [redirected]: Unsafe attempt to load URL … Domains, protocols and ports must match
  Chromium: Request mode is "same-origin" but the URL's origin is not same as the request origin
  Chromium DisallowedByMode [pasted]: Cross origin requests are not allowed by request mode
  Firefox: Security Error: Content at … may not load data from …
  WebKit [redirected]: Unsafe attempt to load URL … Domains, protocols and ports must match
no-cors-redirect-mode
  Chromium: Request mode is "no-cors" but the redirect mode is not "follow"
scheme-not-http
  Chromium: URL scheme "{value}" is not supported
  Chromium CorsDisabledScheme [pasted]: Cross origin requests are only supported for protocol schemes
  Chromium [pasted]: Not allowed to load local resource
  Firefox CORSRequestNotHttp: CORS request not http
redirect-mode-error
  WebKit: Not allowed to follow a redirection while loading …
redirect-location-unparsable
  Chromium [different]: net::ERR_RESPONSE_HEADERS_MULTIPLE_LOCATION
  Chromium: net::ERR_INVALID_REDIRECT
  WebKit: not allowed to follow a cross-origin CORS redirection with non CORS scheme
redirect-limit
  Chromium: net::ERR_TOO_MANY_REDIRECTS
  WebKit: Load cannot follow more than 20 redirections
redirect-scheme
  Chromium [unsafe]: net::ERR_UNSAFE_REDIRECT
  Chromium CorsDisabledScheme: Cross origin requests are only supported for protocol schemes
  Firefox CORSRequestNotHttp [ftp]: CORS request not http
  WebKit [ftp]: FTP URLs are disabled
  WebKit: not allowed to follow a cross-origin CORS redirection with non CORS scheme
redirect-with-credentials
  Chromium RedirectContainsCredentials [cross-origin]: Redirect location … contains a username and password
  WebKit: redirection URL {value} has credentials
invalid-url
  Chromium: Failed to parse URL from …
  Firefox: … is not a valid URL
  WebKit: URL is not valid or contains user credentials
url-with-credentials
  Chromium: Request cannot be constructed from a URL that includes credentials
  Firefox: … is an url with embedded credentials
  WebKit: URL is not valid or contains user credentials
invalid-method
  Chromium: '{value}' is not a valid HTTP method
  Firefox: Invalid request method {method}
  Firefox [pasted]: is an invalid request method
  WebKit: Method is not a valid HTTP token
forbidden-method
  Chromium: '{method}' HTTP method is unsupported
  Firefox: Invalid request method {method}
  WebKit: Method is forbidden
no-cors-method
  Chromium: '{method}' is unsupported in no-cors mode
  Firefox: Invalid request method {method}
  WebKit: Method must be GET, POST or HEAD in no-cors mode
invalid-header-name
  Chromium: … on 'Window': Invalid name
  Firefox: … is an invalid header name
  WebKit: Invalid header name
invalid-header-value
  Chromium: … on 'Window': Invalid value
  Chromium [pasted]: contains non ISO-8859-1 code point
  Firefox: … is an invalid header value
  WebKit: Header '{header}' has invalid value
body-not-allowed
  Chromium: Request with GET/HEAD method cannot have body
  Firefox: HEAD or GET Request cannot have a body
  WebKit: Request has method '{method}' and cannot have a body
proxy-authentication
  Chromium: net::ERR_UNEXPECTED_PROXY_AUTH
content-coding
  Chromium: net::ERR_CONTENT_DECODING_FAILED
dns
  Chromium: net::ERR_NAME_NOT_RESOLVED
  WebKit: A server with the specified hostname could not be found
connection-refused
  Chromium: net::ERR_CONNECTION_REFUSED
  WebKit: Could not connect to the server
connection-failed
  Chromium: net::ERR_ADDRESS_UNREACHABLE
  Chromium [pasted]: net::ERR_INTERNET_DISCONNECTED
  WebKit: Could not connect to the server
  WebKit [pasted]: Internet connection appears to be offline
connection-reset
  Chromium: net::ERR_CONNECTION_RESET
  Chromium [pasted]: net::ERR_CONNECTION_CLOSED
  WebKit: The network connection was lost
certificate
  Chromium: net::ERR_CERT_…
  WebKit: The certificate for this server is invalid
tls
  Chromium: net::ERR_SSL_…
  WebKit: An SSL error has occurred and a secure connection to the server cannot be made
timeout
  Chromium: net::ERR_CONNECTION_TIMED_OUT
  Chromium [pasted]: net::ERR_TIMED_OUT
  WebKit: The request timed out
empty-reply
  Chromium: net::ERR_EMPTY_RESPONSE
  WebKit: The network connection was lost
invalid-http
  Chromium [locations]: net::ERR_RESPONSE_HEADERS_MULTIPLE_LOCATION
  Chromium [dispositions]: net::ERR_RESPONSE_HEADERS_MULTIPLE_CONTENT_DISPOSITION
  Chromium [http2]: net::ERR_HTTP2_PROTOCOL_ERROR
  Chromium: net::ERR_INVALID_HTTP_RESPONSE
  Chromium [pasted]: net::ERR_HTTP2_COMPRESSION_ERROR
  Chromium [pasted]: net::ERR_RESPONSE_HEADERS_MULTIPLE_CONTENT_LENGTH
  Chromium [pasted]: net::ERR_RESPONSE_HEADERS_TOO_BIG
  Chromium [pasted]: net::ERR_RESPONSE_HEADERS_TRUNCATED
hidden-header
  Chromium: Refused to get unsafe header "{header}"
  Chromium: Refused to get unsafe header
forbidden-request-header
  Chromium: Refused to set unsafe header "{header}"
  Chromium: Refused to set unsafe header
  Firefox: Attempt to set a forbidden header was denied: {header}
no-response
  Firefox CORSDidNotSucceed2 [cors]: CORS request did not succeed. Status code: (null)
unspecific
  Chromium [rejection]: Failed to fetch
  Firefox [rejection]: NetworkError when attempting to fetch resource.
  WebKit [rejection]: Load failed
  Chromium [pasted]: has been blocked by CORS policy
  Chromium [redirect-mode]: net::ERR_FAILED
  Firefox [pasted]: Cross-Origin Request Blocked
  WebKit [same-origin-mode]: Fetch API cannot load …
  WebKit: Fetch API cannot load … due to access control checks
  axios: Network Error
  axios: ERR_NETWORK
"""  # noqa: E501 -- a message is one line

HIDDEN_HEADER: Final = "hidden-header"
FORBIDDEN_REQUEST_HEADER: Final = "forbidden-request-header"
NO_RESPONSE: Final = "no-response"
UNSPECIFIC: Final = "unspecific"
"""Messages that something failed, but not why: they are used if there is no other."""

PASTED: Final = "pasted"
REJECTION: Final = "rejection"
"""The condition of messages that only JavaScript gets."""

_row = re.compile(
    r" +(?P<engine>\w+)(?: (?P<name>\w+))?(?: \((?P<rule>HDR\d+)\))?(?: \[(?P<when>[\w-]+)\])?: (?P<phrase>.+)"
).fullmatch


class KnownMessage(Record, frozen=True, kw_only=True):
    """An engine's message for a subject; `name`, `rule` and `when` may be empty."""

    subject: str
    engine: str
    name: str
    rule: str
    when: str
    phrase: str


@cache
def known_messages() -> tuple[KnownMessage, ...]:
    """The whole table."""
    found = []
    subject = ""
    for line in _TABLE.splitlines():
        match = _row(line)
        if match is None:
            subject = line
        else:
            found.append(
                KnownMessage(subject=subject, **{name: text or "" for name, text in match.groupdict().items()})
            )
    return tuple(found)
