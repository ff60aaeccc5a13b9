"""Vectors in which the engine does not do what a browser does, with the reason and what the engine does instead.

The engine gets the head of a response from `hdrcli.wire`, and nothing else of it. When the engine does as the browser
in one of these vectors, the tests fail until the vector is removed from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.fetch.vector_files import UserAgent


@dataclass(frozen=True, slots=True, kw_only=True)
class Beyond:
    """Vectors in which the engine differs from one browser, for one reason.

    The engine, simulating `browser`, does what the vector expects of `engine`.
    """

    browser: UserAgent
    reason: str
    vectors: tuple[str, ...]
    engine: UserAgent


def _beyond(browser: UserAgent, reason: str, *vectors: str, engine: UserAgent = "standard") -> Beyond:
    return Beyond(browser=browser, reason=reason, vectors=vectors, engine=engine)


BEYOND_THE_ENGINE: Final = (
    # The page.
    _beyond(
        "webkit",
        "the engine gives an opaque page no URL that Referer could contain",
        "referer-opaque-page-not-sent",
        "sandboxed-page-asks-with-origin-null-without-referer",
    ),
    # Cookies.
    _beyond(
        "webkit",
        "libsoup parses Set-Cookie in its own way (libsoup)",
        "cookie-dates-years-before-1601-digits-with-letters-behind-them-no-time",
        "cookie-domain-may-be-localhost-on-localhost",
        "cookie-domain-may-be-own-address-no-part",
        "cookie-max-age-only-digits-behind-minus-make-number",
        "cookie-parsing-bytes-over-0x7f-no-utf-8-in-name-stay",
        "cookie-parsing-bytes-over-0x7f-no-utf-8-stay",
        "cookie-parsing-bytes-over-0x7f-stay",
        "cookie-parsing-tab-within-value-stays",
        "cookie-parsing-tabs-around-name-and-path-without-value",
        "parsing-control-character-anywhere-spoils-cookie",
        "parsing-neither-name-nor-value-no-cookie",
        "set-cookie-max-age-goes-before-expires-one-empty-not-count",
        "set-cookie-several-max-age-or-expires-last-can-be-read-counts",
    ),
    _beyond(
        "webkit",
        "libsoup parses Set-Cookie in its own way (libsoup)",
        "parsing-samesite-last-one-counts-value-not-known-none",
        engine="firefox",
    ),
    _beyond("chromium", "a + before digits is a number", "cookie-max-age-only-digits-behind-minus-make-number"),
    _beyond(
        "firefox",
        "anything that begins with a minus is a negative number",
        "cookie-max-age-only-digits-behind-minus-make-number",
    ),
    _beyond(
        "chromium",
        "the browser parses dates in its own way",
        "cookie-dates-years-before-1601-digits-with-letters-behind-them-no-time",
    ),
    _beyond(
        "firefox",
        "the browser parses dates in its own way",
        "cookie-dates-years-before-1601-digits-with-letters-behind-them-no-time",
    ),
    _beyond(
        "webkit",
        "a cookie refused for its SameSite deletes the stored one (libsoup)",
        "set-cookie-cookie-another-site-refused-for-samesite-leaves-old-one",
    ),
    _beyond(
        "webkit",
        "a fetch that was refused cookies once gets none after that",
        "third-party-cookies-blocked-from-own-site-to-another-one-back",
        engine="chromium",
    ),
    # Faulty heads that no known server sends: a field would cost more than it shows.
    _beyond("chromium", "a quoted list of lengths is one value", "content-length-in-quotes-counts-list"),
    _beyond(
        "firefox", "http in lower case begins HTTP/0.9 after a 1xx, too", "status-line-in-lower-case-behind-100-none"
    ),
    _beyond(
        "firefox",
        "the Content-Type of a 1xx or a 421 is joined with that of the next response",
        "content-type-103-not-response",
        "content-type-421-not-response-to-second-request",
    ),
    _beyond(
        "firefox",
        "a dictionary coding without the dictionary adds a synthetic Content-Length",
        "response-in-coding-dictionary-nobody-leaves-headers-readable",
    ),
    _beyond(
        "firefox",
        "empty Allow-Origin lines count in the CORS check and are hidden",
        "empty-allow-origin-lines-same-origin-response-read",
    ),
    _beyond(
        "webkit", "with credentials a * exposes the header Accept", "star-not-expose-accept-to-request-with-credentials"
    ),
    _beyond("chromium", "bytes after a 1xx that is cut off are read as HTTP/0.9", "head-103-cut-off-no-response"),
    _beyond("firefox", "a 421 whose head is cut off is not requested again", "421-head-cut-off-asked-once-more"),
    _beyond(
        "webkit",
        "the body of a 421 must be read before the request is sent again",
        "421-with-length-over-64-bits-asked-once-more",
    ),
    _beyond(
        "webkit",
        "fetch() never settles if Clear-Site-Data clears the cache or the storage and the redirect is not followed",
        "h2-manual-redirect-clear-site-data",
    ),
    # Bodies, which the engine does not read.
    _beyond(
        "firefox",
        "the body of an opaque response must be complete",
        "body-shorter-content-length-leaves-response-opaque-in-mode-no-cors",
        "h2-opaque-body-cut-off",
    ),
    _beyond(
        "webkit",
        "the body of a preflight response must be complete",
        "preflight-response-with-body-shorter-content-length-counts",
        "preflight-response-with-content-length-no-byte-body-counts",
    ),
    _beyond(
        "firefox",
        "the first chunk of a body must be valid",
        "chunk-without-size-leaves-headers-readable",
        "preflight-response-with-faulty-chunk-counts",
        "preflight-response-with-transfer-encoding-chunked-no-chunk-counts",
    ),
    _beyond(
        "firefox",
        "a body with a Content-Length must have a first byte",
        "preflight-response-with-content-length-no-byte-body-counts",
    ),
    # The CORS-preflight cache, which outlives a fetch only in browsers.
    _beyond(
        "webkit",
        "control characters around a Max-Age are spaces: too rare to be worth a field",
        "max-age-with-vertical-tab-counts-5-seconds",
    ),
    _beyond(
        "chromium",
        "the preflight cache takes the null of another fetch for another origin",
        "sandboxed-page-allowed-remembered",
    ),
    _beyond(
        "webkit",
        "the preflight cache takes the null of another fetch for another origin",
        "allowed-behind-redirect-to-another-origin-remembered-for-next-fetch",
    ),
    _beyond(
        "firefox",
        "the preflight cache compares the page's origin, not the request's null",
        "allowed-to-origin-null-behind-redirect-not-serve-page-own",
    ),
)


def is_beyond_the_engine(vector_id: str, user_agent: UserAgent) -> bool:
    return any(vector_id in beyond.vectors for beyond in BEYOND_THE_ENGINE if beyond.browser == user_agent)
