"""Which headers a request carries: those that a page may set, and those that the browser adds."""

from __future__ import annotations

from hdrcli.structs import Record


class RequestHeaderQuirks(Record, frozen=True, kw_only=True, eq=False):
    """Which headers a page may set, how they are sent, and what the browser adds."""

    # Values that the standard leaves to the user agent.

    user_agent_value: str = "Mozilla/5.0 (compatible; hdrcli)"
    """hdrcli's own value in all browsers, so that they send the same request.
    https://fetch.spec.whatwg.org/#default-user-agent-value"""
    accept_language: str = "en-US,en;q=0.9"
    """The same value in all browsers. https://fetch.spec.whatwg.org/#concept-fetch"""
    accept_encoding: str = "gzip, deflate, br, zstd"
    """WebKitGTK 2.50 (libsoup) does not offer zstd.
    https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch"""
    accept_encoding_insecure: str = "gzip, deflate"
    """Browsers do not offer br and zstd over plain http, where old proxies break them.
    https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch"""
    insecure_loopback_gets_all_encodings: bool = True
    """WebKitGTK 2.50 (libsoup) does not offer br to http on loopback; other browsers offer what they offer to https.
    https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch"""

    # Headers that a page sets.

    user_agent_is_forbidden: bool = False
    """Chromium 156 silently ignores a User-Agent header that the page sets; the standard allows it.
    https://fetch.spec.whatwg.org/#forbidden-request-header"""
    method_override_split_in_quotes: bool = False
    """Firefox ESR 153 and WebKitGTK 2.50 split X-HTTP-Method-Override and similar headers at every comma when they look
    for a forbidden method; by the standard, a comma in quotes does not count.
    https://fetch.spec.whatwg.org/#forbidden-request-header"""
    empty_value_resets_header: bool = False
    """Firefox ESR 153 drops the earlier values of a header when an empty value is added, and the empty value when
    another one is added; the standard sends them all. https://fetch.spec.whatwg.org/#concept-headers-append"""
    repeated_singletons_merged: bool = False
    """Firefox ESR 153 sends only the last of several headers that take one value (Authorization, From ...), but the
    first Content-Type if there is a body and no redirect came before; the standard sends them all.
    https://fetch.spec.whatwg.org/#concept-headers-append"""
    range_is_normalized: bool = False
    """Chromium 156 normalizes the Range header of a GET ("Bytes= 00-010" becomes "bytes=0-10") unless the request has a
    condition such as If-Match; the standard sends it unchanged.
    https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch"""
    request_values_as_utf8: bool = False
    """WebKitGTK 2.50 (libsoup) sends characters over U+007F in a header value as UTF-8; the standard sends each as one
    byte. https://webidl.spec.whatwg.org/#es-ByteString"""

    # Origin and Referer.

    origin_ignores_referrer_policy: bool = False
    """Chromium 156 sends the page's origin in Origin whatever the referrer policy is; by the standard, the policy may
    turn it into null. https://fetch.spec.whatwg.org/#append-a-request-origin-header"""
    no_cors_origin_null_after_cross_origin_redirect: bool = False
    """Chromium 156 sends Origin: null in mode no-cors after any redirect to another origin; the standard does so only
    when the redirect comes from another origin than the page's.
    https://fetch.spec.whatwg.org/#serializing-a-request-origin"""
    origin_kept_on_redirect_to_get: bool = False
    """WebKitGTK 2.50 keeps the Origin header when a redirect within one origin turns another method into GET; the
    standard sends none. https://fetch.spec.whatwg.org/#append-a-request-origin-header"""
    referrer_downgrade_by_scheme: bool = False
    """Chromium 156, Firefox ESR 153 and WebKitGTK 2.50 see a downgrade only in a step from https to http, loopback or
    not; by the standard, what counts is whether the origins are trustworthy.
    https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer"""
    lenient_referrer_policies_limited_to_site: bool = False
    """Firefox ESR 153 applies strict-origin-when-cross-origin to requests to other sites when the page sets a more
    lenient policy. https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer"""

    # Sec-Fetch-*.

    sec_fetch_mode_on_every_preflight: bool = False
    """Chromium 156 sends Sec-Fetch-Mode in preflights to untrustworthy URLs; the standard sends no Sec-Fetch headers
    there. https://w3c.github.io/webappsec-fetch-metadata/#fetch-integration"""
    sec_fetch_dropped_after_cross_origin_redirect: bool = False
    """WebKitGTK 2.50 drops the Sec-Fetch headers in mode cors when a redirect leads to another origin, but sends them
    in preflights, and again behind a redirect within that origin; the standard keeps them.
    https://w3c.github.io/webappsec-fetch-metadata/#fetch-integration"""
    preflight_site_ignores_redirects: bool = False
    """Chromium 156 and Firefox ESR 153 ignore earlier redirects in the Sec-Fetch-Site of a preflight; by the standard,
    every URL of the fetch counts. https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-set-site"""
    loopback_site_ignores_scheme: bool = False
    """Firefox ESR 153 treats http and https on one loopback host as same-site in Sec-Fetch-Site; by the standard, they
    are cross-site. https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-set-site"""
    loopback_has_no_site_behind_redirects: bool = False
    """Firefox ESR 153 treats origins on one loopback host as cross-site in Sec-Fetch-Site once there was a redirect; by
    the standard, they are same-site. https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-set-site"""
