"""A browser as the engine plays it: each place where it departs from the standard is one field here.

Every field's default is the standard. A sentence says what else is done, by whom, and which step of which standard is
departed from. All was measured in November 2026 before the real browsers: Chromium 156, Firefox ESR 153, WebKitGTK 2.50
(`tests/fetch/vectors`); "(libsoup)" marks what is WebKitGTK's HTTP library and says little of Safari.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

StatusLine = Literal["version", "any-version", "major-version-1", "version-1.0-or-1.1"]
Status = Literal["three-digits-at-most", "any", "blank-behind", "three-digits-from-100"]
ContinuedLine = Literal["one-blank", "blanks-kept", "blanks-become-one"]
RemovedHeaders = Literal["gone", "back-at-next-redirect", "asked-for"]
BodyLength = Literal["lengths-agree-unless-chunked", "lengths-agree", "by-last-line"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)  # for so many fields, that takes its time
class UserAgent:
    """What a user agent chooses where the standard leaves it free, and what it does against the standard."""

    name: Literal["standard", "chromium", "firefox", "webkit"]

    # What the standard leaves free.

    user_agent_value: str = "Mozilla/5.0 (compatible; hdrcli)"
    """https://fetch.spec.whatwg.org/#default-user-agent-value: ours, so that browsers word a request alike."""
    accept_language: str = "en-US,en;q=0.9"
    accept_encoding: str = "gzip, deflate, br, zstd"
    """For potentially trustworthy URLs. Without zstd: WebKitGTK 2.50 (libsoup).
    https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch"""
    accept_encoding_insecure: str = "gzip, deflate"
    """For the others: browsers leave br and zstd out, as old middleboxes break them."""
    insecure_loopback_gets_all_encodings: bool = True
    """Whether http on loopback is offered what https is. Not so: WebKitGTK 2.50 (libsoup).
    https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch"""
    default_max_age: int = 5
    """Seconds that a preflight answer without Access-Control-Max-Age, or with an empty one, is cached."""

    # The page's request.

    host_blank_is_encoded: bool = False
    """A blank in the URL's host becomes %20 instead of an error: Chromium 156.
    https://url.spec.whatwg.org/#concept-host-parser"""
    path_bar_is_encoded: bool = False
    """A | in the URL's path becomes %7C: Chromium 156. https://url.spec.whatwg.org/#path-percent-encode-set"""
    user_agent_is_forbidden: bool = False
    """User-Agent set by a page is left out without a word: Chromium 156.
    https://fetch.spec.whatwg.org/#forbidden-request-header"""
    method_override_split_in_quotes: bool = False
    """X-HTTP-Method-Override and its kin are split at commas within quotes, too: Firefox ESR 153, WebKitGTK 2.50.
    https://fetch.spec.whatwg.org/#forbidden-request-header"""

    # The request on the wire.

    empty_value_resets_header: bool = False
    """A header's empty value drops those that were set before it, and is dropped by the next: Firefox ESR 153.
    https://fetch.spec.whatwg.org/#concept-headers-append"""
    repeated_singletons_are_one: bool = False
    """Of several headers of a name that takes one value (Authorization, From ...) the last alone is sent, but of
    Content-Type the first beside a body: Firefox ESR 153.
    https://fetch.spec.whatwg.org/#concept-headers-append"""
    range_is_rewritten: bool = False
    """A GET's Range that can be read is written anew ("Bytes= 00-010" as "bytes=0-10"), but not beside a condition
    such as If-Match: Chromium 156.
    https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch"""
    request_values_as_utf8: bool = False
    """Characters over U+007F in a header's value are sent as UTF-8: WebKitGTK 2.50 (libsoup).
    https://webidl.spec.whatwg.org/#es-ByteString"""
    origin_ignores_referrer_policy: bool = False
    """Origin is the page's, whatever the referrer policy: Chromium 156.
    https://fetch.spec.whatwg.org/#append-a-request-origin-header"""
    no_cors_origin_null_behind_cross_origin_redirect: bool = False
    """In the mode no-cors, Origin is null behind any redirect to another origin: Chromium 156.
    https://fetch.spec.whatwg.org/#serializing-a-request-origin"""
    origin_kept_on_redirect_to_get: bool = False
    """The GET that a redirect within an origin made of another method brings its Origin: WebKitGTK 2.50.
    https://fetch.spec.whatwg.org/#append-a-request-origin-header"""
    referrer_downgrade_by_scheme: bool = False
    """A downgrade is https to http and nothing else, loopback or not: Chromium 156, Firefox ESR 153, WebKitGTK 2.50.
    https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer"""
    lenient_referrer_policies_count_within_site: bool = False
    """To other sites, policies that tell more than strict-origin-when-cross-origin count as that: Firefox ESR 153.
    https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer"""
    sec_fetch_mode_on_every_preflight: bool = False
    """A preflight to an untrustworthy URL brings Sec-Fetch-Mode: Chromium 156.
    https://w3c.github.io/webappsec-fetch-metadata/#fetch-integration"""
    sec_fetch_dropped_behind_cross_origin_redirect: bool = False
    """In the mode cors, a redirect to another origin takes the Sec-Fetch headers off, for good where the fetch began at
    home with the credentials mode same-origin; preflights have them: WebKitGTK 2.50.
    https://w3c.github.io/webappsec-fetch-metadata/#fetch-integration"""
    preflight_site_of_last_url: bool = False
    """A preflight's Sec-Fetch-Site says nothing of the redirects before it: Chromium 156, Firefox ESR 153.
    https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-set-site"""
    loopback_site_ignores_scheme: bool = False
    """For Sec-Fetch-Site, http and https of one loopback host are one site: Firefox ESR 153.
    https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-set-site"""

    # The head of an answer, where RFC 9112 leaves open what to do with a faulty one (`hdrcli.wire.reading`).

    max_head_size: int = 256 * 1024
    """The largest head that is read, in bytes. 384 KiB: Firefox ESR 153. 64 KiB: WebKitGTK 2.50 (libsoup).
    https://www.rfc-editor.org/rfc/rfc9110.html#section-5.4"""
    status_line: StatusLine = "version"
    """What begins an answer: HTTP/ and any numbers, or ICY, behind up to four other bytes. HTTP in any case, whatever
    follows: Chromium 156. "HTTP/1.", HTTP/2, HTTP/3, ICY: Firefox ESR 153. HTTP/1.0, HTTP/1.1, ICY, with nothing but
    line ends before: WebKitGTK 2.50 (libsoup). https://www.rfc-editor.org/rfc/rfc9112.html#section-4"""
    status: Status = "three-digits-at-most"
    """What is a status: one to three digits behind a blank; 200 where the line ends with the version. Any digits, and
    200 for all else: Chromium 156. A blank must follow: Firefox ESR 153. Three digits from 100 on: WebKitGTK 2.50
    (libsoup). https://www.rfc-editor.org/rfc/rfc9112.html#section-4"""
    answer_without_head: Literal["error", "body-on-default-ports", "body"] = "error"
    """What has no status line is HTTP/0.9, status 200 without headers, on the ports 80 and 443: Chromium 156; on all:
    Firefox ESR 153. https://www.rfc-editor.org/rfc/rfc9112.html#section-4"""
    head_cut_off: Literal["counts", "counts-over-http", "counts-behind-a-line"] = "counts"
    """A head that the end of the connection cuts off counts as far as it goes. Not over https: Chromium 156; only
    behind a whole line: WebKitGTK 2.50 (libsoup). https://www.rfc-editor.org/rfc/rfc9112.html#section-8"""
    nul_counts_in_values_alone: bool = False
    """A NUL spoils the whole in the value of a header alone, not elsewhere in the head: Firefox ESR 153.
    https://www.rfc-editor.org/rfc/rfc9110.html#section-5.5"""
    blank_before_colon_cut_off: bool = False
    """Of a line with a blank before the colon the blank is skipped, not the line: Chromium 156.
    https://www.rfc-editor.org/rfc/rfc9112.html#section-5.1"""
    bare_cr: Literal["blank", "line-end", "kept"] = "blank"
    """What a CR without LF in a value becomes. The end of the line: Chromium 156. It stays, and fetch() hides the
    header: Firefox ESR 153. https://www.rfc-editor.org/rfc/rfc9112.html#section-2.2"""
    continued_line: ContinuedLine = "one-blank"
    """What a line break and the blanks behind it become (obs-fold). The line break alone is taken out: Firefox ESR 153.
    The blanks before it belong to it, too: WebKitGTK 2.50 (libsoup).
    https://www.rfc-editor.org/rfc/rfc9112.html#section-5.2"""
    body_length: BodyLength = "lengths-agree-unless-chunked"
    """Lengths that differ are an error, but not beside "chunked". There, too: Firefox ESR 153. The last line that tells
    a length counts, and must be a number or a known transfer coding: WebKitGTK 2.50 (libsoup).
    https://www.rfc-editor.org/rfc/rfc9112.html#section-6.3"""
    switching_protocols_is_final: bool = False
    """A 101 is the answer: Firefox ESR 153. https://www.rfc-editor.org/rfc/rfc9110.html#section-15.2.2"""

    # The answer as it is read.

    status_407_is_readable: bool = False
    """A 407 without a proxy is an answer like any other: Firefox ESR 153, WebKitGTK 2.50.
    https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch"""
    empty_repeated_lines_dropped: bool = False
    """Of a header's several lines the empty ones do not count: Firefox ESR 153. But they do for X-Frame-Options, and
    where several lines are headed "Access-Control-Allow-Origin" in just these letters.
    https://fetch.spec.whatwg.org/#concept-header-list-get"""
    content_type_joined_without_blank: bool = False
    """Several Content-Type lines are joined by a comma without a blank, those that are empty at the beginning left out:
    Firefox ESR 153.
    https://fetch.spec.whatwg.org/#concept-header-list-get"""
    authenticate_lines_hidden: bool = False
    """Several WWW-Authenticate or Proxy-Authenticate lines are joined by LF, so fetch() hides them: Firefox ESR 153.
    https://fetch.spec.whatwg.org/#concept-header-list-get"""
    differing_singletons_are_errors: bool = False
    """Lines of Location or Content-Disposition that differ are a network error: Chromium 156, Firefox ESR 153.
    https://fetch.spec.whatwg.org/#concept-header-list-get"""
    content_disposition_is_a_list: bool = False
    """What a comma outside quotes parts in Content-Disposition counts as several lines, for that: Chromium 156.
    https://fetch.spec.whatwg.org/#concept-header-list-get"""
    equal_singletons_are_one: bool = False
    """Equal lines of Location, Content-Disposition or Content-Length are one: Firefox ESR 153.
    https://fetch.spec.whatwg.org/#concept-header-list-get"""
    singletons_first_line_counts: bool = False
    """Of several lines the first alone counts for Strict-Transport-Security and for what is meant for requests, such as
    User-Agent and Authorization: Firefox ESR 153. https://fetch.spec.whatwg.org/#concept-header-list-get"""
    content_coding_must_be_offered: bool = False
    """Content-Encoding with a known coding that was not offered (br over plain http), or with what cannot be one, is a
    network error: Chromium 156. https://fetch.spec.whatwg.org/#handle-content-codings"""
    clear_site_data_taken_out: bool = False
    """Clear-Site-Data is not shown to scripts: Chromium 156.
    https://fetch.spec.whatwg.org/#forbidden-response-header-name"""
    non_utf8_becomes_replacement: bool = False
    """A byte over 0x7F that is no part of UTF-8 becomes the three bytes of U+FFFD: WebKitGTK 2.50 (libsoup).
    https://fetch.spec.whatwg.org/#concept-header-value"""

    # Main fetch and the checks of an answer.

    unspecified_address_blocked: bool = False
    """Nothing is sent to 0.0.0.0: WebKitGTK 2.50. https://fetch.spec.whatwg.org/#block-bad-port"""
    bad_ports_reached: frozenset[int] = frozenset()
    """Bad ports that are none. 4190 and 6679: Chromium 156. https://fetch.spec.whatwg.org/#block-bad-port"""
    mixed_content_told_behind_preflight: bool = False
    """Where a redirect leads to mixed content, the preflight is sent before that is blocked: WebKitGTK 2.50.
    https://w3c.github.io/webappsec-mixed-content/#should-block-fetch"""
    loopback_is_mixed_content: bool = False
    """An https page's request to http on loopback is blocked: WebKitGTK 2.50.
    https://w3c.github.io/webappsec-mixed-content/#should-block-fetch"""
    ip_address_is_no_site: bool = False
    """Cross-Origin-Resource-Policy same-site never holds for IP addresses: Chromium 156.
    https://fetch.spec.whatwg.org/#cross-origin-resource-policy-internal-check"""
    expose_list_keeps_star_before_fault: bool = False
    """In an Expose-Headers list that does not parse, a * before the fault counts: Firefox ESR 153 (not by XHR).
    https://fetch.spec.whatwg.org/#extract-header-list-values"""

    # Cookies.

    third_party_cookies: Literal["allow", "partition", "not-stored"] = "allow"
    """What becomes of third-party cookies as the browser ships. Each page's site has a jar for them: Firefox ESR 153.
    None is stored, what is there is sent: WebKitGTK 2.50 (libsoup; Safari blocks them, so does Debian's Chromium).
    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-7.1"""
    partitioned_cookies: Literal["unknown", "unless-blocked", "always"] = "unknown"
    """The attribute Partitioned binds a cookie to the page's site: Chromium 156, even where third-party cookies are
    blocked; Firefox ESR 153, but not there. https://datatracker.ietf.org/doc/html/draft-cutler-httpbis-partitioned-cookies"""
    same_site_default_is_none: bool = False
    """A cookie without SameSite goes to other sites, too: Firefox ESR 153, WebKitGTK 2.50.
    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.6.7"""
    same_site_none_may_be_insecure: bool = False
    """SameSite=None needs no Secure: WebKitGTK 2.50 (libsoup).
    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.7"""
    cookie_site_ignores_scheme: bool = False
    """For cookies, http and https of one registrable domain are one site: Firefox ESR 153, WebKitGTK 2.50.
    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.2"""
    same_site_ignores_redirects: bool = False
    """A redirect through another site leaves a request to the own site same-site: Chromium 156, WebKitGTK 2.50.
    https://fetch.spec.whatwg.org/#determine-the-same-site-mode"""
    loopback_is_secure_for_cookies: bool = False
    """http on loopback sets and gets Secure cookies: Chromium 156, Firefox ESR 153.
    https://fetch.spec.whatwg.org/#cookie-header"""
    changed_cookie_goes_last: bool = False
    """A cookie that is set anew with another value loses its place: Chromium 156.
    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.7"""
    cookies_sorted_by_domain: bool = False
    """Of paths alike, the host's Domain cookies come first, then those without, then its parents': WebKitGTK 2.50
    (libsoup). https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.8.3"""
    cookie_without_equals_is_name: bool = False
    """"a" is a cookie's name without a value, and a value without a name is refused: Firefox ESR 153.
    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.6"""
    nameless_value_without_equals: bool = False
    """A value without a name that holds a = is refused: Chromium 156.
    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.6"""
    tab_spoils_cookie: bool = False
    """A tab within a name or a value, an attribute's, too, spoils the cookie: Chromium 156.
    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.6"""
    cookie_non_utf8_becomes_replacement: bool = False
    """In a cookie's value, a byte over 0x7F that is no part of UTF-8 becomes those of U+FFFD: Firefox ESR 153.
    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.6"""
    last_expiry_attribute_counts: bool = False
    """Of several Max-Age or Expires the last counts, though it cannot be read: Chromium 156, Firefox ESR 153.
    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.6.1"""
    lone_dot_is_no_domain: bool = False
    """A cookie with Domain=. is refused: Chromium 156, Firefox ESR 153, WebKitGTK 2.50.
    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.6.3"""
    host_prefix_takes_default_path: bool = False
    """__Host- is kept where the path / comes from the URL, too: Firefox ESR 153.
    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-store-a-cookie"""
    cookie_prefixes_ignored: bool = False
    """Names that begin with __Host-, __Secure- or __Http- are like any others: WebKitGTK 2.50 (libsoup).
    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-store-a-cookie"""
    cookie_sizes_unlimited: bool = False
    """A cookie may have more than 4096 bytes, an attribute more than 1024: WebKitGTK 2.50 (libsoup).
    https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.6"""

    # Is a preflight needed, and what does it say?

    client_hints_safelisted: bool = False
    """Client hints that a page sets properly (DPR 1.5, ECT 4g, Save-Data on ...) need no preflight: Chromium 156.
    https://fetch.spec.whatwg.org/#cors-safelisted-request-header"""
    safelist_minds_high_bytes: bool = False
    """Bytes over 0x7F in Accept and Content-Type need a preflight: Firefox ESR 153.
    https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte"""
    content_type_parameters_count: bool = False
    """A comma in Content-Type needs a preflight, and a semicolon at its end behind another one; what stands between the
    type and the first semicolon does not: Firefox ESR 153. https://fetch.spec.whatwg.org/#cors-safelisted-request-header"""
    range_unit_any_case: bool = False
    """"Bytes" is the unit of a simple Range, too: WebKitGTK 2.50.
    https://fetch.spec.whatwg.org/#simple-range-header-value"""
    range_number_may_have_sign: bool = False
    """A plus sign before a number leaves a Range simple: WebKitGTK 2.50.
    https://fetch.spec.whatwg.org/#simple-range-header-value"""
    range_max_number: int | None = None
    """A simple Range's numbers go up to 64 bits: Firefox ESR 153, WebKitGTK 2.50; to 63 without the last: Chromium 156.
    None: no limit.
    https://fetch.spec.whatwg.org/#simple-range-header-value"""
    safelist_judges_joined_values: bool = False
    """A header that is set several times is judged by its joined value: Chromium 156, WebKitGTK 2.50.
    https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names"""
    safelisted_total_limit: int | None = 1024
    """What safelisted values may have in bytes together. None, no limit: Firefox ESR 153.
    https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names"""
    request_headers_name_repeats: bool = False
    """Access-Control-Request-Headers names a header as often as it was set: Firefox ESR 153.
    https://fetch.spec.whatwg.org/#convert-header-names-to-a-sorted-lowercase-set"""
    preflight_gives_page_origin: bool = False
    """A preflight's Origin is the page's even where the request's is null; by that it is judged, but at the page's own
    origin it needs no Allow-Origin: Firefox ESR 153.
    https://fetch.spec.whatwg.org/#cors-preflight-fetch-0"""

    # How a preflight's answer is judged and remembered.

    wildcard_covers_authorization: bool = False
    """A * in Allow-Headers stands for Authorization, too: Chromium 156, Firefox ESR 153, WebKitGTK 2.50.
    https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name"""
    cached_wildcard_covers_authorization: bool = False
    """... and does so out of the cache: WebKitGTK 2.50.
    https://fetch.spec.whatwg.org/#concept-cache-match-header"""
    unreadable_max_age: int = 5
    """Seconds for a Max-Age that is no number. 0, so not cached: Firefox ESR 153.
    https://fetch.spec.whatwg.org/#cors-preflight-fetch-0"""
    max_age_is_signed: bool = False
    """A Max-Age is a number of 64 bits that may have a sign, and below 0 it is 0: Chromium 156, WebKitGTK 2.50.
    https://fetch.spec.whatwg.org/#cors-preflight-fetch-0"""
    max_age_0_leaves_entries: bool = False
    """An answer that is not to be cached changes nothing of what is cached: Firefox ESR 153.
    https://fetch.spec.whatwg.org/#cors-preflight-fetch-0"""
    cache_one_answer_per_url: bool = False
    """A URL has one answer in the cache; one that does not serve a request is dropped: Chromium 156, WebKitGTK 2.50.
    https://fetch.spec.whatwg.org/#cors-preflight-cache"""
    cache_keeps_credentials_apart: bool = False
    """What is cached with credentials does not serve a request without them: Firefox ESR 153.
    https://fetch.spec.whatwg.org/#concept-cache-match"""
    cached_star: Literal["serves", "serves-without-credentials", "set-without-credentials", "void"] = "serves"
    """When a cached * counts. For requests without credentials: WebKitGTK 2.50; if it was the answer to such a one:
    Chromium 156; never: Firefox ESR 153. https://fetch.spec.whatwg.org/#concept-cache-match-method"""
    cached_head_must_be_named: bool = False
    """HEAD is served out of the cache where Allow-Methods names it, as if it were not safelisted: Firefox ESR 153.
    https://fetch.spec.whatwg.org/#http-fetch"""
    cache_without_tainted_origins: bool = False
    """What a request was allowed whose Origin a redirect made null is not cached: Chromium 156.
    https://fetch.spec.whatwg.org/#concept-cache-create-entry"""
    cache_cleared_by: Literal["preflighted", "any", "none"] = "preflighted"
    """Which requests clear the cache for their URL when they fail. None: Chromium 156, WebKitGTK 2.50. Any, those that
    needed no preflight, too: Firefox ESR 153. https://fetch.spec.whatwg.org/#concept-main-fetch"""
    cache_stores_refused_answers: bool = False
    """An answer that does not allow the request is cached, too: WebKitGTK 2.50.
    https://fetch.spec.whatwg.org/#cors-preflight-fetch-0"""

    # Redirects.

    missing_location_is_no_redirect: bool = False
    """A redirect status without Location is an answer in the redirect mode "error", too: Chromium 156, WebKitGTK 2.50.
    https://fetch.spec.whatwg.org/#concept-http-fetch"""
    location_parsed_before_mode: bool = False
    """A Location that does not parse is an error in every redirect mode: Chromium 156.
    https://fetch.spec.whatwg.org/#concept-http-fetch"""
    every_3xx_redirects: bool = False
    """Any status from 307 to 399 with a Location is a redirect: WebKitGTK 2.50 (libsoup).
    https://fetch.spec.whatwg.org/#redirect-status"""
    equal_locations_are_one: bool = False
    """Equal Location lines are followed as one: Chromium 156. (In Firefox they are one: `equal_singletons_are_one`.)
    https://fetch.spec.whatwg.org/#concept-response-location-url"""
    locations_joined: bool = False
    """Several Location lines are joined by ", " and followed: WebKitGTK 2.50 (libsoup).
    https://fetch.spec.whatwg.org/#concept-response-location-url"""
    empty_location: Literal["followed", "none", "error"] = "followed"
    """An empty Location leads to the same URL; counts as none: Chromium 156; is an error where it is followed:
    WebKitGTK 2.50.
    https://fetch.spec.whatwg.org/#concept-response-location-url"""
    location_controls_encoded: bool = False
    """A tab in Location becomes %09, and control characters at its ends are encoded, too: Firefox ESR 153.
    https://url.spec.whatwg.org/#concept-basic-url-parser"""
    location_normalized: bool = False
    """In Location, what needed no percent-encoding is decoded, and %2f becomes %2F: WebKitGTK 2.50 (libsoup).
    https://url.spec.whatwg.org/#concept-basic-url-parser"""
    location_bytes_as_latin1: bool = False
    """Bytes over 0x7F in Location are taken for Latin-1 characters: WebKitGTK 2.50 (libsoup).
    https://fetch.spec.whatwg.org/#concept-response-location-url"""
    userinfo_never_followed: bool = False
    """A user name or password in Location is an error in every mode: Chromium 156.
    https://fetch.spec.whatwg.org/#concept-http-redirect-fetch"""
    no_cors_redirect_takes_credentials: bool = False
    """In the mode no-cors, the credentials "same-origin" of a fetch that began at home go wherever redirects lead:
    WebKitGTK 2.50. https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch"""
    cross_redirect_behind_own_judged_as_include: bool = False
    """With "same-origin", a fetch that began at home has another origin's redirect judged like "include", behind the
    next preflight: WebKitGTK 2.50. https://fetch.spec.whatwg.org/#concept-cors-check"""
    asks_again_behind_redirect: bool = False
    """What needed a preflight as it left the own origin asks again at each hop, though a redirect took the method or
    header that was the cause: Firefox ESR 153, WebKitGTK 2.50.
    https://fetch.spec.whatwg.org/#concept-http-redirect-fetch"""
    delete_becomes_get_across_origins: bool = False
    """A DELETE becomes a GET over any redirect to another origin: WebKitGTK 2.50 (libsoup).
    https://fetch.spec.whatwg.org/#concept-http-redirect-fetch"""
    removed_headers: RemovedHeaders = "gone"
    """What becomes of the headers that a redirect took off. They are back at the next one, unless it would have taken
    them off the first request, and then preflights still name them: Firefox ESR 153. Preflights always name them, and
    in the mode cors those of a body are back at the next one, unless the fetch began at home with the credentials mode
    same-origin: WebKitGTK 2.50.
    https://fetch.spec.whatwg.org/#concept-http-redirect-fetch"""
