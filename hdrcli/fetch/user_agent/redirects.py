"""Which responses are redirects, where they lead, and what the next request looks like."""

from __future__ import annotations

from typing import Literal

from hdrcli.structs import Record

RemovedHeaders = Literal["removed", "restored-at-next-redirect", "listed-in-preflights"]


class RedirectQuirks(Record, frozen=True, kw_only=True, eq=False):
    """Which responses redirect, how Location is read, and how the request changes."""

    # Which responses are redirects.

    redirect_without_location_allowed: bool = False
    """Chromium 156 and WebKitGTK 2.50 return a redirect status without Location as a normal response in redirect mode
    error; by the standard, it is a network error. https://fetch.spec.whatwg.org/#concept-http-fetch"""
    location_parsed_before_mode: bool = False
    """Chromium 156 fails for an invalid Location in every redirect mode; by the standard, it matters only if the
    redirect is followed. https://fetch.spec.whatwg.org/#concept-http-fetch"""
    ftp_redirect_is_error: bool = False
    """WebKitGTK 2.50 fails at a redirect to an ftp: or ftps: URL in redirect mode manual, too; by the standard, it
    matters only if the redirect is followed. https://fetch.spec.whatwg.org/#concept-http-fetch"""
    every_3xx_redirects: bool = False
    """WebKitGTK 2.50 (libsoup) follows every status from 307 to 399 that has a Location; by the standard, only 301,
    302, 303, 307 and 308 are redirects. https://fetch.spec.whatwg.org/#redirect-status"""

    # Location.

    equal_locations_merged: bool = False
    """Chromium 156 follows several equal Location lines as one; by the standard, several lines are an error.
    (`equal_singletons_merged` has the same effect in Firefox.)
    https://fetch.spec.whatwg.org/#concept-response-location-url"""
    locations_joined: bool = False
    """WebKitGTK 2.50 (libsoup) joins several Location lines with a comma and follows the result; by the standard,
    several lines are an error. https://fetch.spec.whatwg.org/#concept-response-location-url"""
    empty_location: Literal["followed", "ignored", "error"] = "followed"
    """Chromium 156 ignores an empty Location, and WebKitGTK 2.50 fails with a network error when it is to be followed;
    by the standard, it leads to the same URL. https://fetch.spec.whatwg.org/#concept-response-location-url"""
    location_controls_encoded: bool = False
    """Firefox ESR 153 percent-encodes tabs in Location, and control characters at its ends; the standard removes them.
    https://url.spec.whatwg.org/#concept-basic-url-parser"""
    location_normalized: bool = False
    """WebKitGTK 2.50 (libsoup) decodes needless percent-encoding in Location, and turns %2f into %2F; the standard
    keeps both. https://url.spec.whatwg.org/#concept-basic-url-parser"""
    location_bytes_as_latin1: bool = False
    """WebKitGTK 2.50 (libsoup) reads bytes over 0x7F in Location as Latin-1 characters; other browsers percent-encode
    the bytes themselves. https://fetch.spec.whatwg.org/#concept-response-location-url"""
    userinfo_checked_after_preflight: bool = False
    """WebKitGTK 2.50 sends the preflight first when a redirect with a user name or password leaves the page's origin,
    and only then fails; the standard sends nothing. https://fetch.spec.whatwg.org/#concept-http-redirect-fetch"""
    userinfo_never_followed: bool = False
    """Chromium 156 rejects a user name or password in Location in every mode; the standard does so only for CORS
    requests. https://fetch.spec.whatwg.org/#concept-http-redirect-fetch"""

    # The next request.

    no_cors_redirect_keeps_credentials: bool = False
    """WebKitGTK 2.50 keeps sending credentials in mode no-cors after a redirect to another origin, if the fetch began
    at the page's own origin with credentials mode same-origin; the standard does not.
    https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch"""
    cross_origin_redirect_checked_with_credentials: bool = False
    """WebKitGTK 2.50 checks another origin's redirect as if credentials were included, once the next preflight has
    passed, if the fetch began at the page's own origin with credentials mode same-origin; the standard does not.
    https://fetch.spec.whatwg.org/#concept-cors-check"""
    preflight_repeated_after_redirect: bool = False
    """Firefox ESR 153 and WebKitGTK 2.50 send a preflight at each redirect of a request that needed one when it left
    the page's origin, even if a redirect has removed the method or header that needed it; the standard does not.
    https://fetch.spec.whatwg.org/#concept-http-redirect-fetch"""
    delete_becomes_get_across_origins: bool = False
    """WebKitGTK 2.50 (libsoup) turns a DELETE into a GET at every redirect to another origin; the standard keeps it
    except at a 303. https://fetch.spec.whatwg.org/#concept-http-redirect-fetch"""
    removed_headers: RemovedHeaders = "removed"
    """Firefox ESR 153 restores the headers that a redirect removed at the next redirect; those that this one would have
    removed from the first request stay removed, but preflights list them. In WebKitGTK 2.50, preflights always list
    removed headers, and the headers of a body are restored: at the next redirect of a CORS request, and otherwise at
    the next 307 or 308. By the standard, a removed header stays removed.
    https://fetch.spec.whatwg.org/#concept-http-redirect-fetch"""
