"""What browsers do and the engine does not play: vectors whose departure is not the engine's to make, with the reason.

The engine gets an answer's head from `hdrcli.wire`, and no more than the head. A vector that comes to pass must go from
here: the test fails until it does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.fetch.vector_files import UserAgent


@dataclass(frozen=True, slots=True, kw_only=True)
class Beyond:
    """Vectors that one browser takes otherwise than the engine, for one reason."""

    browser: UserAgent
    reason: str
    vectors: frozenset[str]


def _beyond(browser: UserAgent, reason: str, vectors: str) -> Beyond:
    return Beyond(browser=browser, reason=reason, vectors=frozenset(vectors.split()))


BEYOND_THE_ENGINE: Final = (
    # The page.
    _beyond(
        "webkit", "an opaque page has no URL here that Referer could tell", "network_headers-18 preflight_needed-8"
    ),
    # Redirects.
    _beyond("webkit", "preflights keep the referrer policy that the fetch began with", "redirects-162"),
    _beyond("webkit", "a preflight is sent before a user name in Location is seen", "redirects-163"),
    # Cookies.
    _beyond(
        "webkit",
        "libsoup reads Set-Cookie in a way of its own (libsoup)",
        "cookies-48 cookies-54 cookies-55 cookies-63 cookies-66 cookies-67 cookies-68 cookies-69 cookies-96 cookies-99"
        " cookies-100 cookies-101 cookies-102 cookies-104",
    ),
    _beyond("chromium", "a + before digits is a number", "cookies-102"),
    _beyond("firefox", "what begins with a minus is a negative number", "cookies-102"),
    _beyond("chromium", "dates are read by a parser of its own", "cookies-101"),
    _beyond("firefox", "dates are read by a parser of its own", "cookies-101"),
    _beyond("webkit", "a cookie that is refused for its SameSite takes the old one with it (libsoup)", "cookies-107"),
    _beyond("webkit", "a fetch that was refused cookies once gets none any more", "cookies-85"),
    # Oddities that no server is known to meet, and that cost more than they tell.
    _beyond("chromium", "quotes keep together a list of lengths", "heads-186"),
    _beyond("firefox", "http in lower case begins HTTP/0.9 behind a 1xx, too", "heads-187"),
    _beyond("firefox", "the Content-Type of a 1xx or a 421 is joined to the next answer's", "heads-188 heads-195"),
    _beyond("firefox", "a dictionary's coding without the dictionary makes up a Content-Length", "heads-189"),
    _beyond("firefox", "empty Allow-Origin lines count in the CORS check and are not shown", "exposure-95"),
    _beyond("webkit", "with credentials a * exposes the header Accept", "exposure-96"),
    _beyond("chromium", "what follows a 1xx that is cut off is taken for HTTP/0.9", "heads-196"),
    _beyond("firefox", "a 421 whose head is cut off is not asked again", "heads-197"),
    _beyond("webkit", "the body of a 421 must be read before it is asked again", "heads-198"),
    # Bodies are not read.
    _beyond("firefox", "the body of an opaque answer must be whole", "heads-194"),
    _beyond("webkit", "the body of a preflight answer must be whole", "preflight_judged-70 preflight_judged-73"),
    _beyond("firefox", "the first chunk of a body must be sound", "preflight_judged-71 preflight_judged-74 heads-76"),
    _beyond("firefox", "an announced body must have a first byte", "preflight_judged-73"),
    # The CORS-preflight cache, which lasts longer than a fetch in browsers alone.
    _beyond(
        "webkit", "control characters around a Max-Age are blanks: too rare to be worth a field", "preflight_cache-42"
    ),
    _beyond("chromium", "the null of another fetch is another origin, to its cache", "preflight_cache-48"),
    _beyond("webkit", "the null of another fetch is another origin, to its cache", "preflight_cache-51"),
    _beyond("firefox", "its cache knows the page's origin, not the request's null", "preflight_cache-52"),
)


def is_beyond_the_engine(vector_id: str, user_agent: UserAgent) -> bool:
    return any(vector_id in beyond.vectors for beyond in BEYOND_THE_ENGINE if beyond.browser == user_agent)
