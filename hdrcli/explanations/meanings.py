"""What each failure means, and which rules know more of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hdrcli.fetch import Failure


@dataclass(frozen=True, slots=True)
class FailureMeaning:
    """`summary` is one sentence, `advice` how to go on, `rules` are the codes of those that find its causes."""

    summary: str
    advice: str
    rules: tuple[str, ...] = ()


MEANINGS: Final[dict[Failure, FailureMeaning]] = {
    Failure.INVALID_URL: FailureMeaning(
        "fetch() throws: what it was given is no URL.",
        "Nothing is sent. Look at the base URL in the front end's configuration: a missing scheme, a port that is no "
        "number, a variable that is not set.",
    ),
    Failure.URL_WITH_CREDENTIALS: FailureMeaning(
        "fetch() throws: the URL holds a user name or a password.",
        "Nothing is sent. Send them in an Authorization header.",
    ),
    Failure.INVALID_METHOD: FailureMeaning(
        "fetch() throws: the method is no HTTP method.",
        "Nothing is sent. A method is one word without spaces.",
    ),
    Failure.FORBIDDEN_METHOD: FailureMeaning(
        "fetch() throws: no page may send CONNECT, TRACE or TRACK.",
        "Nothing is sent. Give the route another method.",
    ),
    Failure.NO_CORS_METHOD: FailureMeaning(
        'fetch() throws: the mode "no-cors" takes GET, HEAD and POST only.',
        'Leave the mode out. "no-cors" is no way round CORS: the page gets a response without headers and body.',
    ),
    Failure.INVALID_HEADER_NAME: FailureMeaning(
        "fetch() throws: a header's name is no token.",
        "Nothing is sent. Names have no spaces, no colons, and only ASCII.",
    ),
    Failure.INVALID_HEADER_VALUE: FailureMeaning(
        "fetch() throws: a header's value holds what no header can.",
        "Nothing is sent. A line break, a NUL or a character over U+00FF is in it: encode it, by encodeURIComponent() "
        "or as Base64.",
    ),
    Failure.BODY_NOT_ALLOWED: FailureMeaning(
        "fetch() throws: a GET or HEAD request cannot have a body.",
        "Nothing is sent. Put the values into the query, or use POST.",
    ),
    Failure.BAD_PORT: FailureMeaning(
        "Browsers do not connect to this port: it belongs to another protocol.",
        "Nothing is sent, though curl gets through. Let the service listen on another port.",
        ("HDR001",),
    ),
    Failure.BAD_HOST: FailureMeaning(
        "WebKit, and so Safari, sends nothing to 0.0.0.0.",
        "It is the address on which a server listens to all comers: call it by localhost or 127.0.0.1.",
        ("HDR004",),
    ),
    Failure.MIXED_CONTENT: FailureMeaning(
        "A page on https may not ask for a URL on http.",
        "The browser blocks it before CORS comes into question, also where a redirect leads from https to http. Ask "
        "for the https URL; behind a proxy, let the service know the scheme (X-Forwarded-Proto).",
        ("HDR002", "HDR402"),
    ),
    Failure.SAME_ORIGIN_MODE: FailureMeaning(
        'The page asked in mode "same-origin" for a URL of another origin.',
        "Leave the mode out, or ask for a URL of the page's own origin.",
    ),
    Failure.NO_CORS_REDIRECT_MODE: FailureMeaning(
        'The mode "no-cors" does not go with a redirect mode other than "follow".',
        'Leave "no-cors" out.',
    ),
    Failure.SCHEME_NOT_HTTP: FailureMeaning(
        "CORS is for http and https alone: the URL has another scheme.",
        "A file: URL, or localhost:8000 without http:// before it, is the usual cause. Write the URL in full.",
    ),
    Failure.ALLOW_ORIGIN_MISSING: FailureMeaning(
        "The answer has no Access-Control-Allow-Origin: the page may not read it.",
        "Either the service's CORS layer does not allow this page's origin, or the answer did not come through it: an "
        "error, a proxy's own answer, a redirect. Look at the status first: a 500 without CORS headers is a 500.",
        ("HDR101", "HDR103", "HDR107", "HDR403", "HDR405"),
    ),
    Failure.ALLOW_ORIGIN_MISMATCH: FailureMeaning(
        "Access-Control-Allow-Origin is there, and is not the page's origin.",
        "It is compared byte by byte with what the browser sends as Origin: scheme, host and port, no slash at the "
        "end, no list. Two such headers count as a list.",
        ("HDR102", "HDR103", "HDR104", "HDR403", "HDR405"),
    ),
    Failure.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS: FailureMeaning(
        'Access-Control-Allow-Origin is *, and the page asks with credentials: "include".',
        "With credentials the page's origin must be named. Name it, or ask without credentials.",
        ("HDR105", "HDR405"),
    ),
    Failure.ALLOW_CREDENTIALS_NOT_TRUE: FailureMeaning(
        'The page asks with credentials: "include", and Access-Control-Allow-Credentials is not "true".',
        "The header must be sent once, and its value be exactly true, in lower case.",
        ("HDR106", "HDR405"),
    ),
    Failure.PREFLIGHT_STATUS: FailureMeaning(
        "The preflight's answer is no success: its status is not 200-299.",
        "The browser asks by OPTIONS before it sends the request. A CORS layer that refuses (Starlette: 400), a router "
        "that does not know OPTIONS (405), a login before the CORS layer (401, 403) or a redirect (3xx) ends it there.",
        ("HDR201", "HDR202"),
    ),
    Failure.PREFLIGHT_UNPARSABLE_METHODS: FailureMeaning(
        "The preflight's Access-Control-Allow-Methods is no list of methods.",
        "One element that is no token makes the whole header void. Separate the methods by commas.",
        ("HDR205",),
    ),
    Failure.PREFLIGHT_UNPARSABLE_HEADERS: FailureMeaning(
        "The preflight's Access-Control-Allow-Headers is no list of header names.",
        "One element that is no token makes the whole header void. Separate the names by commas.",
        ("HDR205",),
    ),
    Failure.PREFLIGHT_METHOD: FailureMeaning(
        "The preflight's answer does not allow the method.",
        "Name it in Access-Control-Allow-Methods, in upper case; * counts only without credentials. Methods are "
        'compared as they are: fetch() leaves "patch" in lower case.',
        ("HDR203",),
    ),
    Failure.PREFLIGHT_HEADER: FailureMeaning(
        "The preflight's answer does not allow a request header that the page sets.",
        "Name it in Access-Control-Allow-Headers; * counts only without credentials. Content-Type with "
        "application/json is such a header, too.",
        ("HDR204",),
    ),
    Failure.PREFLIGHT_AUTHORIZATION: FailureMeaning(
        "The preflight's answer does not name Authorization.",
        "By the standard, * in Access-Control-Allow-Headers does not cover Authorization: name it.",
        ("HDR204",),
    ),
    Failure.RESOURCE_POLICY: FailureMeaning(
        "The answer's Cross-Origin-Resource-Policy keeps it from this page.",
        'It counts for requests in mode "no-cors", such as those of images. Send the value cross-origin, or leave the '
        "mode out.",
    ),
    Failure.REDIRECT_MODE_ERROR: FailureMeaning(
        'The service redirects, and the page asked with redirect: "error".',
        "Ask for the URL that the redirect leads to, or leave the redirect mode out.",
    ),
    Failure.REDIRECT_LOCATION_UNPARSABLE: FailureMeaning(
        "The redirect's Location is no URL.",
        "Look at what the service, or the proxy before it, puts there.",
        ("HDR406",),
    ),
    Failure.REDIRECT_SCHEME: FailureMeaning(
        "The redirect leads to a URL that is neither http nor https.",
        "A page's fetch() cannot follow it: open such a URL by navigation.",
        ("HDR406",),
    ),
    Failure.REDIRECT_LIMIT: FailureMeaning(
        "More than 20 redirects in a row.",
        "It is a loop, most often between http and https, or between a slash at the end and none.",
        ("HDR406",),
    ),
    Failure.REDIRECT_WITH_CREDENTIALS: FailureMeaning(
        "The redirect leads to a URL with a user name or a password.",
        "Across origins no browser follows it. Take them out of the URL.",
        ("HDR406",),
    ),
    Failure.PROXY_AUTHENTICATION: FailureMeaning(
        "A proxy wants a password (407).",
        "It is the browser's proxy that answers, not the service; or the service answers like one.",
        ("HDR003",),
    ),
    Failure.CONTENT_CODING: FailureMeaning(
        "Chromium refuses the answer: its Content-Encoding is one that was not offered.",
        "Over plain http browsers offer gzip and deflate alone, no br and no zstd: let the server compress by "
        "Accept-Encoding, not always.",
        ("HDR003",),
    ),
    Failure.DNS: FailureMeaning(
        "The host's name cannot be resolved.",
        "A name of a container network (http://backend:8000) is unknown to the browser, which runs outside it.",
    ),
    Failure.CONNECTION_REFUSED: FailureMeaning(
        "Nobody listens at this address and port.",
        "Is the service running, and is it this port? localhost may mean ::1 to the browser and 127.0.0.1 to the "
        "service.",
    ),
    Failure.CONNECTION_FAILED: FailureMeaning(
        "No connection came about.",
        "The host cannot be reached from here: a network, a firewall, a wrong address.",
    ),
    Failure.CONNECTION_RESET: FailureMeaning(
        "The connection broke before an answer came.",
        "The service or a proxy cut it: http spoken to an https port, a crash, a limit.",
    ),
    Failure.CERTIFICATE: FailureMeaning(
        "The server's certificate is not trusted.",
        "fetch() shows no warning that a user could dismiss: open the URL in a tab, or trust the certificate's issuer.",
    ),
    Failure.TLS: FailureMeaning(
        "The TLS handshake failed.",
        "The server requires a client certificate, or it speaks plain http, or the two sides have no TLS version in "
        "common.",
    ),
    Failure.TIMEOUT: FailureMeaning(
        "No answer came in time.",
        "hdrcli waits for --timeout seconds; browsers wait for minutes.",
    ),
    Failure.EMPTY_REPLY: FailureMeaning(
        "The connection was closed without a byte of an answer.",
        "uvicorn does this when an app sends a header that cannot be: a line break in a value, a space in a name.",
    ),
    Failure.INVALID_HTTP: FailureMeaning(
        "What came is no HTTP answer.",
        "Is it an HTTP port at all? https on an http port, or a header line without a name, looks like this.",
    ),
}
