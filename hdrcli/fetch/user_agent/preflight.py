"""When a preflight is sent, what it asks, how its response is checked, and how long that is cached."""

from __future__ import annotations

from typing import Literal

from hdrcli.structs import Record

CachedWildcard = Literal["always", "without-credentials", "stored-without-credentials", "never"]


class PreflightQuirks(Record, frozen=True, kw_only=True, eq=False):
    """Which requests need a preflight, what it contains, and how its response is checked and cached."""

    # Which request headers are safelisted.

    client_hints_safelisted: bool = False
    """Chromium 156 needs no preflight for valid client hints that a page sets (DPR: 1.5, ECT: 4g, Save-Data: on ...);
    the standard does. https://fetch.spec.whatwg.org/#cors-safelisted-request-header"""
    safelist_rejects_high_bytes: bool = False
    """Firefox ESR 153 sends a preflight for bytes over 0x7F in Accept and Content-Type; the standard does not.
    https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte"""
    content_type_parameters_checked: bool = False
    """Firefox ESR 153 sends a preflight for a comma in Content-Type, and for a semicolon at its end after another one,
    but not for text between the type and the first semicolon; the standard looks only at the type.
    https://fetch.spec.whatwg.org/#cors-safelisted-request-header"""
    range_unit_any_case: bool = False
    """WebKitGTK 2.50 needs no preflight for a Range header with the unit in upper case ("Bytes"); the standard does.
    https://fetch.spec.whatwg.org/#simple-range-header-value"""
    range_number_may_have_sign: bool = False
    """WebKitGTK 2.50 needs no preflight for a Range header with a plus sign before a number; the standard does.
    https://fetch.spec.whatwg.org/#simple-range-header-value"""
    range_max_number: int | None = None
    """Firefox ESR 153 and WebKitGTK 2.50 send a preflight for a Range header with a number over 64 bits, Chromium 156
    for one from the largest 63-bit number on; the standard has no limit.
    https://fetch.spec.whatwg.org/#simple-range-header-value"""
    safelist_checks_joined_values: bool = False
    """Chromium 156 and WebKitGTK 2.50 check the joined value of a header that is set several times against the
    safelist; the standard checks each value. https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names"""
    safelisted_total_limit: int | None = 1024
    """Firefox ESR 153 has no limit for the total size of safelisted values; by the standard, more than 1024 bytes need
    a preflight. https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names"""

    # The preflight itself.

    request_headers_repeat_names: bool = False
    """Firefox ESR 153 lists a header in Access-Control-Request-Headers as often as the page set it; the standard lists
    it once. https://fetch.spec.whatwg.org/#convert-header-names-to-a-sorted-lowercase-set"""
    preflight_sends_first_referrer: bool = False
    """WebKitGTK 2.50 sends the Referer of the fetch's first request in each preflight; by the standard, redirects
    change it. https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer"""
    preflight_metadata_from_first_request: bool = False
    """WebKitGTK 2.50 sends Sec-Fetch headers in a preflight only if those of the fetch's first request were sent, and
    Sec-Fetch-Site: cross-site if Origin is null; by the standard, only the URLs count.
    https://w3c.github.io/webappsec-fetch-metadata/#fetch-integration"""
    preflight_sends_page_origin: bool = False
    """Firefox ESR 153 sends the page's origin in a preflight even where the request sends Origin: null, and checks the
    response against it; a preflight to the page's own origin then needs no Access-Control-Allow-Origin.
    https://fetch.spec.whatwg.org/#cors-preflight-fetch-0"""

    # Its response.

    wildcard_covers_authorization: bool = False
    """Chromium 156, Firefox ESR 153 and WebKitGTK 2.50 let a * in Access-Control-Allow-Headers cover Authorization; by
    the standard, it must be listed. https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name"""
    default_max_age: int = 5
    """Seconds for which a preflight response without Access-Control-Max-Age, or with an empty one, is cached.
    https://fetch.spec.whatwg.org/#cors-preflight-fetch-0"""
    invalid_max_age: int = 5
    """Firefox ESR 153 does not cache a preflight response with an invalid Access-Control-Max-Age; by the standard, it
    is cached for 5 seconds. https://fetch.spec.whatwg.org/#cors-preflight-fetch-0"""
    max_age_may_be_signed: bool = False
    """Chromium 156 and WebKitGTK 2.50 read Access-Control-Max-Age as a signed 64-bit number, and a negative one as 0;
    by the standard, a signed number is invalid. https://fetch.spec.whatwg.org/#cors-preflight-fetch-0"""

    # The CORS-preflight cache.

    cached_wildcard_covers_authorization: bool = False
    """WebKitGTK 2.50 lets a cached * in Access-Control-Allow-Headers cover Authorization, too; the standard does not.
    https://fetch.spec.whatwg.org/#concept-cache-match-header"""
    cached_wildcard: CachedWildcard = "always"
    """WebKitGTK 2.50 applies a cached * only to requests without credentials, Chromium 156 only if it was stored for
    such a request, and Firefox ESR 153 never; by the standard, it always counts.
    https://fetch.spec.whatwg.org/#concept-cache-match-method"""
    cached_head_must_be_listed: bool = False
    """Firefox ESR 153 uses a cached preflight for HEAD only if Access-Control-Allow-Methods lists HEAD; by the
    standard, HEAD is always allowed. https://fetch.spec.whatwg.org/#http-fetch"""
    max_age_0_keeps_entries: bool = False
    """Firefox ESR 153 keeps what is cached when a preflight response must not be cached; by the standard, the cached
    entries then expire. https://fetch.spec.whatwg.org/#cors-preflight-fetch-0"""
    cache_keeps_one_response_per_url: bool = False
    """Chromium 156 and WebKitGTK 2.50 cache one preflight response for each URL, and drop it when a request is not
    covered; the standard collects the methods and headers of all responses.
    https://fetch.spec.whatwg.org/#cors-preflight-cache"""
    cache_separates_credentials: bool = False
    """Firefox ESR 153 uses a preflight cached with credentials only for requests with credentials; by the standard, it
    covers requests without them, too. https://fetch.spec.whatwg.org/#concept-cache-match"""
    tainted_origin_not_cached: bool = False
    """Chromium 156 does not cache a preflight response for a request whose Origin became null through redirects; the
    standard does. https://fetch.spec.whatwg.org/#concept-cache-create-entry"""
    cache_cleared_by: Literal["preflighted", "any", "none"] = "preflighted"
    """Chromium 156 and WebKitGTK 2.50 keep what is cached for a URL when a request to it fails, and Firefox ESR 153
    clears it even if the request needed no preflight; by the standard, it is cleared if the request needed one.
    https://fetch.spec.whatwg.org/#concept-main-fetch"""
    rejected_preflight_cached: bool = False
    """WebKitGTK 2.50 caches a preflight response even if it does not allow the request; the standard does not.
    https://fetch.spec.whatwg.org/#cors-preflight-fetch-0"""
