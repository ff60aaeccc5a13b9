"""What front ends read, or send, the well-known headers for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hdrcli.stacks.setting import Concept


@dataclass(frozen=True, slots=True)
class KnownHeader:
    """What pages read from it on a response, and what it says on a request; both are clauses.

    `for_browser`: on a response it speaks to the browser itself, and `read_for` is what it does. `concept` is the
    setting that makes a CORS layer send it.
    """

    name: str
    read_for: str = ""
    sent_for: str = ""
    concept: Concept | None = None
    for_browser: bool = False


_RATE_LIMIT: Final = "how many requests are left, and when there will be more: to slow down before the 429 comes"
_RESUMABLE: Final = "where a resumable upload (tus) goes on: without it the client begins anew, or fails"

_HEADERS: Final = (
    # Lists, files, created things
    KnownHeader("X-Total-Count", "how long the whole list is: pagers, tables and admin front ends stand on it"),
    KnownHeader("Content-Range", "which part of a list or a file this is, and how long the whole is"),
    KnownHeader("Accept-Ranges", "whether parts may be asked for: players and download managers"),
    KnownHeader("Link", "which are the next and the last page of a list"),
    KnownHeader("X-Next-Cursor", "where the next page of a list begins"),
    KnownHeader("Content-Disposition", "the name under which a download is to be saved"),
    KnownHeader("Location", "where the thing that was just created lives (201), or a job that was accepted (202)"),
    KnownHeader("Content-Location", "the URL of exactly this representation"),
    KnownHeader("ETag", "the version of what came: for If-Match on a write, for the parts of an upload"),
    KnownHeader("Content-Digest", "a checksum, to compare with what came"),
    # Going easy on the service
    KnownHeader("Retry-After", "how long to wait after a 429 or a 503"),
    KnownHeader("X-RateLimit-Limit", _RATE_LIMIT),
    KnownHeader("X-RateLimit-Remaining", _RATE_LIMIT),
    KnownHeader("X-RateLimit-Reset", _RATE_LIMIT),
    KnownHeader("RateLimit", _RATE_LIMIT),
    KnownHeader("RateLimit-Policy", _RATE_LIMIT),
    KnownHeader("Deprecation", "that this route will go: to warn the developers"),
    KnownHeader("Sunset", "the day from which this route is gone"),
    # Finding out what happened
    KnownHeader(
        "X-Request-ID",
        "the number under which the service's log holds this request: for bug reports",
        "under which number the log is to hold the request",
    ),
    KnownHeader(
        "X-Correlation-ID",
        "the number that joins the log entries of several services",
        "which requests belong together",
    ),
    KnownHeader("Traceparent", "which trace the request belongs to", "which trace the request belongs to"),
    KnownHeader("X-Process-Time", "how long the service took"),
    KnownHeader(
        "Server-Timing",
        "how long the service's parts took. PerformanceResourceTiming.serverTiming has it, too: for that "
        "Timing-Allow-Origin counts, not the expose list",
    ),
    KnownHeader("Date", "the service's clock"),
    KnownHeader("Age", "how old a cache's copy is"),
    KnownHeader("X-Cache", "whether a cache answered"),
    KnownHeader("WWW-Authenticate", "how to log in after a 401"),
    KnownHeader("Allow", "which methods a route takes, after a 405"),
    # Sessions and secrets
    KnownHeader(
        "Mcp-Session-Id",
        "the session that a Model Context Protocol server has opened: without it the second request fails",
        "which session goes on",
    ),
    KnownHeader("Upload-Offset", _RESUMABLE, "where in a resumable upload (tus) this part belongs"),
    KnownHeader("Upload-Length", _RESUMABLE, "how long a resumable upload (tus) will be"),
    KnownHeader("Tus-Resumable", "which version of tus is spoken", "which version of tus is spoken"),
    KnownHeader(
        "Authorization",
        "a fresh token that some services send along; a body is the better place",
        "who is asking, by a bearer token, or a user name and password",
    ),
    KnownHeader("X-CSRF-Token", "which token to send with the next write", "that the service's own page is asking"),
    KnownHeader("X-API-Key", sent_for="which client is asking; in a page everybody can read it"),
    KnownHeader("Set-Cookie"),
    KnownHeader("Cookie", sent_for="what cookies the browser holds, where the page asks with credentials"),
    KnownHeader("Clear-Site-Data", "makes the browser forget what it holds for the site", for_browser=True),
    # The body
    KnownHeader(
        "Content-Type",
        "what the body is",
        "what the body is; application/json is the usual reason for a preflight",
    ),
    KnownHeader("Content-Length", "how much will come: progress bars, which compression leads astray"),
    KnownHeader("Content-Language", "the language of the body"),
    KnownHeader("Content-Encoding", "tells the browser how to unpack the body", for_browser=True),
    KnownHeader("Cache-Control", "how long a copy may be kept", "that no old copy is wanted"),
    KnownHeader("Expires", "until when a copy may be kept"),
    KnownHeader("Last-Modified", "when it was changed"),
    KnownHeader("Pragma", "nothing that counts today"),
    KnownHeader("Vary", "tells caches which request headers the answer depends on", for_browser=True),
    # What only requests carry
    KnownHeader("Accept", sent_for="which kinds of body the page understands"),
    KnownHeader("Accept-Language", sent_for="which languages are wanted"),
    KnownHeader("Range", sent_for="which part of a file is wanted"),
    KnownHeader("If-Match", sent_for="by an ETag, which version a write may overwrite"),
    KnownHeader("If-None-Match", sent_for="by an ETag, which version the client has already"),
    KnownHeader("Idempotency-Key", sent_for="that a repeated write counts once"),
    KnownHeader("X-Requested-With", sent_for="that a script is asking; often its one effect is a preflight"),
    KnownHeader("X-HTTP-Method-Override", sent_for="which other method is meant"),
    KnownHeader("User-Agent", sent_for="which browser is asking"),
    KnownHeader("Origin", sent_for="where the page comes from: what the service's CORS layer decides by"),
    KnownHeader("Referer", sent_for="the page's address, or no more than its origin"),
    KnownHeader("Host", sent_for="which site is meant"),
    KnownHeader("Access-Control-Request-Method", sent_for="in a preflight, which method the page wants to send"),
    KnownHeader("Access-Control-Request-Headers", sent_for="in a preflight, which headers the page wants to send"),
    # What answers tell the browser
    KnownHeader(
        "Access-Control-Allow-Origin",
        "tells the browser which page may read the answer, one origin or *",
        concept="origins",
        for_browser=True,
    ),
    KnownHeader(
        "Access-Control-Allow-Credentials",
        "tells the browser, by the word true, that the page may read answers to requests with credentials",
        concept="credentials",
        for_browser=True,
    ),
    KnownHeader(
        "Access-Control-Expose-Headers",
        "tells the browser which of the other headers JavaScript may read, and counts on the answer itself, not on a "
        "preflight's",
        concept="expose",
        for_browser=True,
    ),
    KnownHeader(
        "Access-Control-Allow-Methods",
        "tells the browser, on a preflight's answer, which methods a page may send",
        concept="methods",
        for_browser=True,
    ),
    KnownHeader(
        "Access-Control-Allow-Headers",
        "tells the browser, on a preflight's answer, which request headers a page may send (to make response headers "
        "readable is the work of Access-Control-Expose-Headers)",
        concept="request-headers",
        for_browser=True,
    ),
    KnownHeader(
        "Access-Control-Max-Age",
        "tells the browser for how many seconds a preflight's answer holds (at the most 7200 in Chromium, 86400 in "
        "Firefox, 600 in Safari)",
        concept="max-age",
        for_browser=True,
    ),
    KnownHeader(
        "Timing-Allow-Origin",
        "tells the browser which page may see timings and Server-Timing",
        for_browser=True,
    ),
    KnownHeader(
        "Cross-Origin-Resource-Policy",
        "tells the browser which pages may have the answer at all",
        for_browser=True,
    ),
)

KNOWN_HEADERS: Final = {header.name.lower(): header for header in _HEADERS}
