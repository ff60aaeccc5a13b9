"""Which cookies are stored, and which are sent (RFC 6265bis)."""

from __future__ import annotations

from typing import Literal

from hdrcli.structs import Record

PartitionedCookies = Literal["unknown", "unless-blocked", "always"]


class CookieQuirks(Record, frozen=True, kw_only=True, eq=False):
    """How a Set-Cookie line is read, stored, and sent back."""

    # Third parties and sites.

    third_party_cookies: Literal["allow", "partition", "not-stored"] = "allow"
    """Firefox ESR 153 keeps third-party cookies in a separate jar for each page's site; WebKitGTK 2.50 (libsoup) stores
    none, but sends those that exist. By default they are allowed. (Safari and Debian's Chromium block them.)
    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-7.1"""
    partitioned_cookies: PartitionedCookies = "unknown"
    """Chromium 156 binds a cookie with the attribute Partitioned to the page's site even where third-party cookies are
    blocked, Firefox ESR 153 unless they are blocked; RFC 6265bis does not know the attribute.
    https://datatracker.ietf.org/doc/html/draft-cutler-httpbis-partitioned-cookies"""
    same_site_default_is_none: bool = False
    """Firefox ESR 153 and WebKitGTK 2.50 send a cookie without SameSite to other sites, too; by the standard, it is
    treated as SameSite=Lax. https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.6.7"""
    same_site_none_may_be_insecure: bool = False
    """WebKitGTK 2.50 (libsoup) stores a SameSite=None cookie without Secure; the standard rejects it.
    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.7"""
    cookie_site_ignores_scheme: bool = False
    """Firefox ESR 153 and WebKitGTK 2.50 treat http and https of one registrable domain as one site for cookies; by the
    standard, they are two. https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.2"""
    same_site_ignores_redirects: bool = False
    """Chromium 156 and WebKitGTK 2.50 still treat a request to the page's own site as same-site after a redirect
    through another site; by the standard, it is cross-site.
    https://fetch.spec.whatwg.org/#determine-the-same-site-mode"""
    loopback_is_secure_for_cookies: bool = False
    """Chromium 156 and Firefox ESR 153 set and send Secure cookies over http on loopback; the standard requires https.
    https://fetch.spec.whatwg.org/#cookie-header"""

    # The order of cookies.

    changed_cookie_goes_last: bool = False
    """Chromium 156 sends a cookie that was set again with another value after the others; by the standard, it keeps its
    place. https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.7"""
    cookies_sorted_by_domain: bool = False
    """WebKitGTK 2.50 (libsoup) sorts cookies of equally long paths by domain: first those with the host as Domain, then
    those without Domain, then those of parent domains. The standard sorts them by creation time.
    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.8.3"""

    # How a Set-Cookie line is read.

    cookie_without_equals_is_name: bool = False
    """Firefox ESR 153 reads "a" as the name of a cookie with an empty value, and rejects a value without a name; by the
    standard, "a" is a value without a name.
    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.6"""
    nameless_value_without_equals: bool = False
    """Chromium 156 rejects a cookie without a name whose value contains "="; the standard stores it.
    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.6"""
    cookie_with_tab_rejected: bool = False
    """Chromium 156 rejects a cookie with a tab within a name or a value, also of an attribute; the standard stores it.
    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.6"""
    cookie_invalid_utf8_replaced: bool = False
    """Firefox ESR 153 replaces bytes over 0x7F in a cookie's value that are not valid UTF-8 with those of U+FFFD; the
    standard keeps them. https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.6"""
    last_expiry_attribute_counts: bool = False
    """Chromium 156 and Firefox ESR 153 use the last Max-Age or Expires attribute even if it is invalid; by the
    standard, the last valid one counts.
    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.6.1"""
    lone_dot_domain_rejected: bool = False
    """Chromium 156, Firefox ESR 153 and WebKitGTK 2.50 reject a cookie with Domain=.; the standard stores it.
    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.6.3"""
    host_prefix_allows_default_path: bool = False
    """Firefox ESR 153 accepts a __Host- cookie without a Path attribute if its default path is /; the standard requires
    Path=/. https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-store-a-cookie"""
    cookie_prefixes_ignored: bool = False
    """WebKitGTK 2.50 (libsoup) ignores the name prefixes __Host-, __Secure- and __Http-; the standard requires the
    attributes that they stand for.
    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-store-a-cookie"""
    cookie_sizes_unlimited: bool = False
    """WebKitGTK 2.50 (libsoup) has no size limits for cookies; by the standard, a cookie has at most 4096 bytes and an
    attribute 1024. https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.6"""
