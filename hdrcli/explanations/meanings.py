"""The meaning of each failure, and the next step. The rules themselves say which failures they explain."""

from __future__ import annotations

from typing import Final

from hdrcli.fetch import Failure
from hdrcli.structs import Record


class FailureMeaning(Record, frozen=True):
    """`summary` is one sentence, `advice` the next step."""

    summary: str
    advice: str


MEANINGS: Final[dict[Failure, FailureMeaning]] = {
    Failure.INVALID_URL: FailureMeaning(
        "fetch() throws, because its argument is not a valid URL.",
        "Nothing is sent. Look at the base URL in the front end's configuration: the scheme may be missing, the port "
        "may not be a number, or a variable may be unset.",
    ),
    Failure.URL_WITH_CREDENTIALS: FailureMeaning(
        "fetch() throws, because the URL contains a user name or a password.",
        "Nothing is sent. Send them in an Authorization header.",
    ),
    Failure.INVALID_METHOD: FailureMeaning(
        "fetch() throws, because the method is not a valid HTTP method.",
        "Nothing is sent. A method is one word without spaces.",
    ),
    Failure.FORBIDDEN_METHOD: FailureMeaning(
        "fetch() throws, because pages may not send CONNECT, TRACE or TRACK.",
        "Nothing is sent. Let the route accept another method.",
    ),
    Failure.NO_CORS_METHOD: FailureMeaning(
        'fetch() throws, because the mode "no-cors" allows only GET, HEAD and POST.',
        'Remove the mode. "no-cors" is not a way around CORS: the page gets a response without headers and body.',
    ),
    Failure.INVALID_HEADER_NAME: FailureMeaning(
        "fetch() throws, because a header's name is not valid.",
        "Nothing is sent. Names consist of ASCII letters, digits and a few signs such as -, without spaces or colons.",
    ),
    Failure.INVALID_HEADER_VALUE: FailureMeaning(
        "fetch() throws, because a header's value is not valid.",
        "Nothing is sent. The value contains a line break, a NUL or a character above U+00FF: encode it with "
        "encodeURIComponent() or as Base64.",
    ),
    Failure.BODY_NOT_ALLOWED: FailureMeaning(
        "fetch() throws, because a GET or HEAD request cannot have a body.",
        "Nothing is sent. Put the values into the query string, or use POST.",
    ),
    Failure.BAD_PORT: FailureMeaning(
        "Browsers block this port, because it belongs to another protocol.",
        "Nothing is sent, although curl can connect. Let the service listen on another port.",
    ),
    Failure.BAD_HOST: FailureMeaning(
        "Firefox sends no requests to 0.0.0.0 and [::], WebKit and therefore Safari none to 0.0.0.0.",
        "It is an address for servers to listen on. Call the service by localhost or 127.0.0.1.",
    ),
    Failure.MIXED_CONTENT: FailureMeaning(
        "An https page may not request an http URL.",
        "The browser blocks the request before CORS plays a role, also if a redirect leads from https to http. Call "
        "the https URL. Behind a proxy, let the service know the scheme (X-Forwarded-Proto).",
    ),
    Failure.LOCAL_NETWORK: FailureMeaning(
        "A public page requests an address of the local network or of the user's own machine.",
        "Chromium blocks it until the user allows the page to access the local network, and always if the page is not "
        "loaded over https. No response header changes that.",
    ),
    Failure.SAME_ORIGIN_MODE: FailureMeaning(
        'The page requests a URL of another origin in the mode "same-origin".',
        "Remove the mode, or request a URL of the page's own origin.",
    ),
    Failure.NO_CORS_REDIRECT_MODE: FailureMeaning(
        'The mode "no-cors" requires the redirect mode "follow".',
        'Remove "no-cors".',
    ),
    Failure.SCHEME_NOT_HTTP: FailureMeaning(
        "The URL's scheme is not http or https, which CORS requires.",
        "Usually it is a file: URL, or localhost:8000 without http:// in front. Write the URL in full.",
    ),
    Failure.ALLOW_ORIGIN_MISSING: FailureMeaning(
        "The response has no Access-Control-Allow-Origin, so the page cannot read it.",
        "Either the service's CORS layer does not allow this page's origin, or the response did not pass through it: "
        "an error, a proxy's own response, a redirect. Look at the status first: if it is 500, the CORS error only "
        "hides that.",
    ),
    Failure.ALLOW_ORIGIN_MISMATCH: FailureMeaning(
        "Access-Control-Allow-Origin is not the page's origin.",
        "The value is compared byte by byte with the Origin that the browser sends: scheme, host and port, without a "
        "slash at the end. It must be a single value: a list fails, and so does the header on two lines.",
    ),
    Failure.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS: FailureMeaning(
        'Access-Control-Allow-Origin is *, but the page sends credentials: "include".',
        "With credentials, the response must name the page's origin. Name it, or send the request without credentials.",
    ),
    Failure.ALLOW_CREDENTIALS_NOT_TRUE: FailureMeaning(
        'The page sends credentials: "include", but Access-Control-Allow-Credentials is not "true".',
        "The header must be sent once, with the value true in lower case.",
    ),
    Failure.PREFLIGHT_STATUS: FailureMeaning(
        "The status of the preflight's response is not 200-299.",
        "The browser sends an OPTIONS request before the actual one. A CORS layer that refuses it (Starlette: 400), a "
        "router that does not know OPTIONS (405), authentication before the CORS layer (401, 403) or a redirect (3xx) "
        "ends it there.",
    ),
    Failure.PREFLIGHT_UNPARSABLE_METHODS: FailureMeaning(
        "The preflight's Access-Control-Allow-Methods is not a valid list of methods.",
        "One invalid element makes the whole header void. Separate the methods with commas.",
    ),
    Failure.PREFLIGHT_UNPARSABLE_HEADERS: FailureMeaning(
        "The preflight's Access-Control-Allow-Headers is not a valid list of header names.",
        "One invalid element makes the whole header void. Separate the names with commas.",
    ),
    Failure.PREFLIGHT_METHOD: FailureMeaning(
        "The preflight's response does not allow the method.",
        "Name it in Access-Control-Allow-Methods, in upper case; * counts only without credentials. Methods are "
        'compared as they are: fetch() sends "patch" in lower case.',
    ),
    Failure.PREFLIGHT_HEADER: FailureMeaning(
        "The preflight's response does not allow a request header that the page sets.",
        "Name it in Access-Control-Allow-Headers; * counts only without credentials. Content-Type is such a header if "
        "its value is application/json.",
    ),
    Failure.PREFLIGHT_AUTHORIZATION: FailureMeaning(
        "The preflight's response does not name Authorization.",
        "According to the standard, * in Access-Control-Allow-Headers does not cover Authorization: name it.",
    ),
    Failure.RESOURCE_POLICY: FailureMeaning(
        "The response's Cross-Origin-Resource-Policy withholds it from this page.",
        'The header applies to requests in the mode "no-cors", such as those for images. Send it with the value '
        "cross-origin, or remove the mode.",
    ),
    Failure.REDIRECT_MODE_ERROR: FailureMeaning(
        'The service redirects, but the page set redirect: "error".',
        "Request the URL that the redirect leads to, or remove the redirect mode.",
    ),
    Failure.REDIRECT_LOCATION_UNPARSABLE: FailureMeaning(
        "The redirect's Location is not a valid URL.",
        "Look at the code of the service, or of the proxy in front of it, that writes the header.",
    ),
    Failure.REDIRECT_SCHEME: FailureMeaning(
        "The redirect leads to a URL that is neither http nor https.",
        "fetch() cannot follow it. Open such a URL by navigation.",
    ),
    Failure.REDIRECT_LIMIT: FailureMeaning(
        "There are more than 20 redirects in a row.",
        "It is a loop, mostly between http and https, or between a path with and without a slash at the end.",
    ),
    Failure.REDIRECT_WITH_CREDENTIALS: FailureMeaning(
        "The redirect leads to a URL with a user name or a password.",
        "Across origins, no browser follows it. Remove them from the URL.",
    ),
    Failure.PROXY_AUTHENTICATION: FailureMeaning(
        "A proxy requires a password (status 407).",
        "The response comes from the browser's proxy, or the service responds with a proxy's status: use 401 instead.",
    ),
    Failure.CONTENT_CODING: FailureMeaning(
        "Chromium rejects the response, because the request did not offer its Content-Encoding.",
        "Over plain http, browsers offer only gzip and deflate, not br or zstd. Let the server compress according to "
        "Accept-Encoding.",
    ),
    Failure.DNS: FailureMeaning(
        "The host name cannot be resolved.",
        "The name of a container (http://backend:8000) is known only inside the container network, and the browser "
        "runs outside.",
    ),
    Failure.CONNECTION_REFUSED: FailureMeaning(
        "No server listens on this address and port.",
        "Check that the service is running, and on which port. localhost may be ::1 for the browser while the service "
        "listens on 127.0.0.1.",
    ),
    Failure.CONNECTION_FAILED: FailureMeaning(
        "The connection could not be established.",
        "The host cannot be reached from here: check the network, the firewall and the address.",
    ),
    Failure.CONNECTION_RESET: FailureMeaning(
        "The connection broke before a complete response arrived.",
        "The service or a proxy closed it: plain http on an https port, a crash, or a limit.",
    ),
    Failure.CERTIFICATE: FailureMeaning(
        "The server's certificate is not trusted.",
        "fetch() shows no warning that a user could dismiss: open the URL in a tab, or trust the certificate's issuer.",
    ),
    Failure.TLS: FailureMeaning(
        "TLS failed: the certificate is not trusted, or the two sides do not agree on a protocol.",
        "fetch() shows no warning to click through. Open the URL in a tab, or trust the certificate's issuer.",
    ),
    Failure.TIMEOUT: FailureMeaning(
        "No response arrived in time.",
        "hdrcli waits for --timeout seconds; browsers wait for minutes.",
    ),
    Failure.EMPTY_REPLY: FailureMeaning(
        "The server closed the connection without sending a response.",
        "uvicorn does this if an app sends an invalid header: a line break in a value, or a space in a name.",
    ),
    Failure.INVALID_HTTP: FailureMeaning(
        "The server's reply is not a valid HTTP response.",
        "Check that it is an HTTP port. https on an http port looks like this, and so does a header line without a "
        "name.",
    ),
    Failure.NOT_RECORDED: FailureMeaning(
        "The recording (a HAR, or the output of curl) has no response to a request that the page sends.",
        "The browser blocked it or did not reach the service, or the export lacks it. Check the URL itself: hdrcli "
        "check URL --origin PAGE.",
    ),
}
