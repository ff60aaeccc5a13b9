"""The use of well-known headers, on a response and on a request."""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.setting import Concept
from hdrcli.structs import Record


class KnownHeader(Record, frozen=True):
    """A header's use, one sentence each; an empty one means that it is hardly ever sent there.

    `for_browser`: on a response, the browser itself acts on the header. `concept` is the setting of CORS layers that
    makes them send it.
    """

    name: str
    on_response: str = ""
    on_request: str = ""
    concept: Concept | None = None
    for_browser: bool = False


_RATE_LIMIT: Final = "Pages read how many requests are left and when the limit resets, to slow down before a 429."
_RESUMABLE: Final = "A resumable upload (tus) continues at this offset; without it, the client starts again or fails."
_TRACE: Final = "It names the trace that the request belongs to."
_TUS: Final = "It names the version of the tus protocol."

_HEADERS: Final = (
    # Lists, files, created resources
    KnownHeader("X-Total-Count", "Pages read the length of the whole list: pagers, tables and admin front ends."),
    KnownHeader("Content-Range", "Pages read which part of a list or file this is, and the length of the whole."),
    KnownHeader("Accept-Ranges", "Players and download managers read whether parts can be requested."),
    KnownHeader("Link", "Pages read the URLs of the next and the last page of a list."),
    KnownHeader("X-Next-Cursor", "Pages read where the next page of a list begins."),
    KnownHeader("Content-Disposition", "Pages read the file name of a download."),
    KnownHeader("Location", "Pages read the URL of a resource that was created (201) or of an accepted job (202)."),
    KnownHeader("Content-Location", "Pages read the URL of exactly this representation."),
    KnownHeader("ETag", "Pages read the version of the content, for If-Match or for the parts of an upload."),
    KnownHeader("Content-Digest", "Pages read a checksum and compare it with the content."),
    # Limits
    KnownHeader("Retry-After", "Pages read how long to wait after a 429 or a 503."),
    KnownHeader("X-RateLimit-Limit", _RATE_LIMIT),
    KnownHeader("X-RateLimit-Remaining", _RATE_LIMIT),
    KnownHeader("X-RateLimit-Reset", _RATE_LIMIT),
    KnownHeader("RateLimit", _RATE_LIMIT),
    KnownHeader("RateLimit-Policy", _RATE_LIMIT),
    KnownHeader("Deprecation", "Pages read that the route is deprecated, to warn their developers."),
    KnownHeader("Sunset", "Pages read the date on which the route will be removed."),
    # Tracing
    KnownHeader(
        "X-Request-ID",
        "Pages read the ID of the request in the service's log, for bug reports.",
        "It proposes the ID of the request in the service's log.",
    ),
    KnownHeader(
        "X-Correlation-ID",
        "Pages read the ID that connects the log entries of several services.",
        "It states which requests belong together.",
    ),
    KnownHeader("Traceparent", _TRACE, _TRACE),
    KnownHeader("X-Process-Time", "Pages read how long the service took."),
    KnownHeader(
        "Server-Timing",
        "Pages read how long the parts of the service took. They can also use PerformanceResourceTiming.serverTiming, "
        "which depends on Timing-Allow-Origin, not on the expose list.",
    ),
    KnownHeader("Date", "Pages read the service's clock."),
    KnownHeader("Age", "Pages read how old a cached response is."),
    KnownHeader("X-Cache", "Pages read whether the response came from a cache."),
    KnownHeader("WWW-Authenticate", "Pages read how to log in after a 401."),
    KnownHeader("Allow", "Pages read which methods the route accepts, after a 405."),
    # Sessions and secrets
    KnownHeader(
        "Mcp-Session-Id",
        "Clients read the session that a Model Context Protocol server has opened; without it, the second request "
        "fails.",
        "It names the session to continue.",
    ),
    KnownHeader("Upload-Offset", _RESUMABLE, "It states where this part of a resumable upload (tus) belongs."),
    KnownHeader("Upload-Length", _RESUMABLE, "It states the length of a resumable upload (tus)."),
    KnownHeader("Tus-Resumable", _TUS, _TUS),
    KnownHeader(
        "Authorization",
        "Some services send a new token in it; the body is a better place.",
        "It identifies the user, by a bearer token or by user name and password.",
    ),
    KnownHeader(
        "X-CSRF-Token",
        "Pages read the token to send with the next write.",
        "It proves that the request comes from the service's own page.",
    ),
    KnownHeader("X-API-Key", on_request="It identifies the client; anyone can read it in the code of a page."),
    KnownHeader("Set-Cookie"),
    KnownHeader("Cookie", on_request="It holds the browser's cookies, if the page sends credentials."),
    KnownHeader("Clear-Site-Data", "It makes the browser delete what it stores for the site.", for_browser=True),
    # The body
    KnownHeader(
        "Content-Type",
        "Pages read the type of the body.",
        "It states the type of the body; application/json is the most frequent reason for a preflight.",
    ),
    KnownHeader("Content-Length", "Pages read the size, for progress bars; compression makes it misleading."),
    KnownHeader("Content-Language", "Pages read the language of the body."),
    KnownHeader("Content-Encoding", "It tells the browser how to decompress the body.", for_browser=True),
    KnownHeader("Cache-Control", "Pages read how long a copy may be kept.", "It asks caches not to use an old copy."),
    KnownHeader("Expires", "Pages read until when a copy may be kept."),
    KnownHeader("Last-Modified", "Pages read when the content was last changed."),
    KnownHeader("Pragma", "It has no use today."),
    KnownHeader("Vary", "It tells caches which request headers the response depends on.", for_browser=True),
    # Only on requests
    KnownHeader("Accept", on_request="It lists the types of body that the page understands."),
    KnownHeader("Accept-Language", on_request="It lists the preferred languages."),
    KnownHeader("Range", on_request="It requests a part of a file."),
    KnownHeader("If-Match", on_request="It states, by an ETag, which version a write may replace."),
    KnownHeader("If-None-Match", on_request="It states, by an ETag, which version the client has already."),
    KnownHeader("Idempotency-Key", on_request="It makes a repeated write count once."),
    KnownHeader("X-Requested-With", on_request="It marks requests of scripts; often its only effect is a preflight."),
    KnownHeader("X-HTTP-Method-Override", on_request="It names the method that is actually meant."),
    KnownHeader("User-Agent", on_request="It identifies the browser."),
    KnownHeader("Origin", on_request="It names the page's origin, by which the service's CORS layer decides."),
    KnownHeader("Referer", on_request="It holds the page's address, or only its origin."),
    KnownHeader("Host", on_request="It names the site."),
    KnownHeader(
        "Access-Control-Request-Method", on_request="In a preflight, it names the method of the actual request."
    ),
    KnownHeader(
        "Access-Control-Request-Headers",
        on_request="In a preflight, it lists the request headers that the page sets.",
    ),
    # CORS and other instructions to the browser
    KnownHeader(
        "Access-Control-Allow-Origin",
        "It tells the browser which page may read the response: one origin, or *.",
        concept="origins",
        for_browser=True,
    ),
    KnownHeader(
        "Access-Control-Allow-Credentials",
        "With the value true, it tells the browser that the page may read responses to requests with credentials.",
        concept="credentials",
        for_browser=True,
    ),
    KnownHeader(
        "Access-Control-Expose-Headers",
        "It tells the browser which other response headers JavaScript may read. It counts on the response itself, not "
        "on the preflight's.",
        concept="expose",
        for_browser=True,
    ),
    KnownHeader(
        "Access-Control-Allow-Methods",
        "On a preflight's response, it tells the browser which methods the page may send.",
        concept="methods",
        for_browser=True,
    ),
    KnownHeader(
        "Access-Control-Allow-Headers",
        "On a preflight's response, it tells the browser which request headers the page may send. To make response "
        "headers readable, use Access-Control-Expose-Headers.",
        concept="request-headers",
        for_browser=True,
    ),
    KnownHeader(
        "Access-Control-Max-Age",
        "It tells the browser for how many seconds a preflight's response stays valid (at most 7200 in Chromium, "
        "86400 in Firefox, 600 in Safari).",
        concept="max-age",
        for_browser=True,
    ),
    KnownHeader(
        "Access-Control-Allow-Private-Network",
        "It belonged to Private Network Access, which was given up: today's browsers ignore it and ask their user "
        "for permission instead (HDR505).",
        for_browser=True,
    ),
    KnownHeader(
        "Timing-Allow-Origin",
        "It tells the browser which page may see the request's timings and Server-Timing.",
        for_browser=True,
    ),
    KnownHeader(
        "Cross-Origin-Resource-Policy",
        "It tells the browser which pages may load the response at all.",
        for_browser=True,
    ),
)

KNOWN_HEADERS: Final = {header.name.lower(): header for header in _HEADERS}
