"""Browser behaviour that the engine does not simulate: vectors that it fails for a browser, with reasons.

The engine gets the head of a response from `hdrcli.wire`, and nothing of the body. When the engine passes a vector that
is listed here, a test fails until the vector is removed from the list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.fetch.vector_files import UserAgent


@dataclass(frozen=True, slots=True, kw_only=True)
class Beyond:
    """Vectors that the engine fails for one browser, and the reason."""

    browser: UserAgent
    reason: str
    vectors: frozenset[str]


def _beyond(browser: UserAgent, reason: str, vectors: str) -> Beyond:
    return Beyond(browser=browser, reason=reason, vectors=frozenset(vectors.split()))


BEYOND_THE_ENGINE: Final = (
    # The page.
    _beyond(
        "webkit",
        "the engine knows no URL of an opaque page that Referer could contain",
        "network_headers-18 preflight_needed-8",
    ),
    # Redirects.
    _beyond("webkit", "preflights keep the referrer policy with which the fetch began", "redirects-162"),
    _beyond("webkit", "the preflight is sent before a user name in Location is rejected", "redirects-163"),
    # Cookies.
    _beyond(
        "webkit",
        "libsoup has its own parser for Set-Cookie (libsoup)",
        "cookies-48 cookies-54 cookies-55 cookies-63 cookies-66 cookies-67 cookies-68 cookies-69 cookies-96 cookies-99"
        " cookies-100 cookies-101 cookies-102 cookies-104",
    ),
    _beyond("chromium", "a Max-Age with a plus sign is a number", "cookies-102"),
    _beyond("firefox", "a Max-Age that begins with a minus sign is a negative number", "cookies-102"),
    _beyond("chromium", "it has its own parser for dates", "cookies-101"),
    _beyond("firefox", "it has its own parser for dates", "cookies-101"),
    _beyond("webkit", "rejecting a cookie for its SameSite deletes the old one (libsoup)", "cookies-107"),
    _beyond("webkit", "once a fetch was sent without cookies, it gets none any more", "cookies-85"),
    # Rare cases for which no server is known.
    _beyond("chromium", "a list of lengths in quotes is one value", "heads-186"),
    _beyond("firefox", "http in lower case after a 1xx response is HTTP/0.9, too", "heads-187"),
    _beyond(
        "firefox",
        "the Content-Type of a 1xx or 421 response is joined to that of the next response",
        "heads-188 heads-195",
    ),
    _beyond("firefox", "a dictionary coding without the dictionary produces a Content-Length", "heads-189"),
    _beyond("firefox", "empty Allow-Origin lines count in the CORS check, but are not readable", "exposure-95"),
    _beyond("webkit", "with credentials, a * exposes the header Accept", "exposure-96"),
    _beyond("chromium", "the bytes after a cut-off 1xx response are read as HTTP/0.9", "heads-196"),
    _beyond("firefox", "the request is not repeated after a 421 response with a cut-off head", "heads-197"),
    _beyond("webkit", "the request is repeated only once the body of a 421 response is complete", "heads-198"),
    # Bodies are not read.
    _beyond("firefox", "the body of an opaque response must be complete", "heads-194"),
    _beyond("webkit", "the body of a preflight response must be complete", "preflight_judged-70 preflight_judged-73"),
    _beyond("firefox", "the first chunk of a body must be valid", "preflight_judged-71 preflight_judged-74 heads-76"),
    _beyond("firefox", "a body with a length must have a first byte", "preflight_judged-73"),
    # The CORS-preflight cache, which outlives a fetch only in browsers.
    _beyond(
        "webkit",
        "control characters around a Max-Age are ignored: too rare for a field of `UserAgent`",
        "preflight_cache-42",
    ),
    _beyond("chromium", "its cache treats the null of another fetch as another origin", "preflight_cache-48"),
    _beyond("webkit", "its cache treats the null of another fetch as another origin", "preflight_cache-51"),
    _beyond("firefox", "its cache uses the page's origin instead of the request's null", "preflight_cache-52"),
)


def is_beyond_the_engine(vector_id: str, user_agent: UserAgent) -> bool:
    return any(vector_id in beyond.vectors for beyond in BEYOND_THE_ENGINE if beyond.browser == user_agent)
