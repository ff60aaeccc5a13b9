"""How the head of a response is read: from bytes to the header list of a response.

RFC 9112 leaves open what a recipient does with a malformed head. The defaults here are what the three browsers, or two
of them, agree on.
"""

from __future__ import annotations

from typing import Literal

from hdrcli.structs import Record

StatusLine = Literal["version", "any-version", "major-version-1", "version-1.0-or-1.1"]
StatusCode = Literal["up-to-three-digits", "any-digits", "up-to-three-digits-and-space", "three-digits-from-100"]
ContinuedLine = Literal["one-space", "spaces-kept", "spaces-collapsed"]
BodyLength = Literal["lengths-agree-unless-chunked", "lengths-agree", "last-line-counts"]


class HeadQuirks(Record, frozen=True, kw_only=True, eq=False):
    """How bytes become a status and header lines (`hdrcli.wire.reading`), and those a header list (`received`)."""

    # From bytes to a status and header lines.

    max_head_size: int = 256 * 1024
    """Firefox ESR 153 reads response heads of up to 384 KiB, WebKitGTK 2.50 (libsoup) of up to 64 KiB; the default is
    256 KiB. https://www.rfc-editor.org/rfc/rfc9110.html#section-5.4"""
    status_line: StatusLine = "version"
    """Chromium 156 accepts a status line that starts with HTTP in upper or lower case, whatever follows it; Firefox ESR
    153 accepts "HTTP/1.", HTTP/2, HTTP/3 and ICY; WebKitGTK 2.50 (libsoup) accepts HTTP/1.0, HTTP/1.1 and ICY, with
    nothing but line breaks before them. By default, HTTP/ with any version and ICY are accepted, after up to four other
    bytes. https://www.rfc-editor.org/rfc/rfc9112.html#section-4"""
    status_code: StatusCode = "up-to-three-digits"
    """Chromium 156 accepts a status of any number of digits, and reads everything else as 200; Firefox ESR 153 requires
    a space after the digits; WebKitGTK 2.50 (libsoup) requires three digits, and at least 100. By default, a status is
    one to three digits after a space, or 200 if the line ends after the version.
    https://www.rfc-editor.org/rfc/rfc9112.html#section-4"""
    response_without_head: Literal["error", "body-on-default-ports", "body"] = "error"
    """Chromium 156 (on the ports 80 and 443) and Firefox ESR 153 (on all ports) read a response without a status line
    as HTTP/0.9: status 200, no headers. By default, it is a network error.
    https://www.rfc-editor.org/rfc/rfc9112.html#section-4"""
    head_cut_off: Literal["accepted", "accepted-over-http", "accepted-after-whole-line"] = "accepted"
    """Chromium 156 rejects a head that the end of the connection cuts off over https, and WebKitGTK 2.50 (libsoup) one
    that is cut off within a line; by default, the part that arrived counts.
    https://www.rfc-editor.org/rfc/rfc9112.html#section-8"""
    nul_allowed_outside_values: bool = False
    """Firefox ESR 153 rejects a response for a NUL byte in a header value, but not elsewhere in the head; by default, a
    NUL anywhere in the head is a network error. https://www.rfc-editor.org/rfc/rfc9110.html#section-5.5"""
    space_before_colon_ignored: bool = False
    """Chromium 156 ignores spaces between a header name and its colon; by default, such a line is skipped.
    https://www.rfc-editor.org/rfc/rfc9112.html#section-5.1"""
    bare_cr: Literal["space", "line-end", "kept"] = "space"
    """Chromium 156 ends the line at a CR without LF; Firefox ESR 153 keeps it in the value, which makes fetch() hide
    the header. By default, it becomes a space. https://www.rfc-editor.org/rfc/rfc9112.html#section-2.2"""
    continued_line: ContinuedLine = "one-space"
    """Firefox ESR 153 removes only the line break from a value that continues on the next line (obs-fold), and keeps
    the spaces; WebKitGTK 2.50 (libsoup) replaces the line break and the spaces on both sides with one space. By
    default, the line break and the spaces after it become one space.
    https://www.rfc-editor.org/rfc/rfc9112.html#section-5.2"""
    body_length: BodyLength = "lengths-agree-unless-chunked"
    """Firefox ESR 153 rejects a response with different values of Content-Length even if it is chunked; WebKitGTK 2.50
    (libsoup) uses the last line that states a length, which must be a number or a known transfer coding. By default,
    different lengths are a network error unless the response is chunked.
    https://www.rfc-editor.org/rfc/rfc9112.html#section-6.3"""
    switching_protocols_is_final: bool = False
    """Firefox ESR 153 takes a 101 response for the final one; by default, it is skipped, as every 1xx response is.
    https://www.rfc-editor.org/rfc/rfc9110.html#section-15.2.2"""

    # From header lines to a header list.

    status_407_is_readable: bool = False
    """Firefox ESR 153 and WebKitGTK 2.50 treat a 407 that no proxy sent like any other response; by the standard, it is
    a network error. https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch"""
    empty_repeated_lines_dropped: bool = False
    """Firefox ESR 153 drops the empty lines of a header that is sent several times, except of X-Frame-Options, and
    except where several lines are spelled exactly Access-Control-Allow-Origin; the standard joins them all.
    https://fetch.spec.whatwg.org/#concept-header-list-get"""
    content_type_joined_without_space: bool = False
    """Firefox ESR 153 joins several Content-Type lines with a comma and no space, without the empty ones at the
    beginning; the standard joins them all with a comma and a space.
    https://fetch.spec.whatwg.org/#concept-header-list-get"""
    authenticate_lines_hidden: bool = False
    """Firefox ESR 153 joins several WWW-Authenticate or Proxy-Authenticate lines with LF, which makes fetch() hide the
    header. https://fetch.spec.whatwg.org/#concept-header-list-get"""
    differing_singletons_are_errors: bool = False
    """Chromium 156 and Firefox ESR 153 fail with a network error if several lines of Location or Content-Disposition
    differ; the standard joins them. https://fetch.spec.whatwg.org/#concept-header-list-get"""
    content_disposition_is_a_list: bool = False
    """Chromium 156 splits Content-Disposition at commas outside quotes and treats the parts as several lines, which
    must not differ. https://fetch.spec.whatwg.org/#concept-header-list-get"""
    equal_singletons_merged: bool = False
    """Firefox ESR 153 treats equal lines of Location, Content-Disposition or Content-Length as one; the standard joins
    them. https://fetch.spec.whatwg.org/#concept-header-list-get"""
    singletons_first_line_counts: bool = False
    """Firefox ESR 153 uses only the first of several lines of Strict-Transport-Security and of headers that belong in
    requests, such as User-Agent and Authorization; the standard joins them.
    https://fetch.spec.whatwg.org/#concept-header-list-get"""
    content_coding_must_be_offered: bool = False
    """Chromium 156 fails with a network error if Content-Encoding names a known coding that the request did not offer,
    such as br over plain http, or something that cannot be a coding.
    https://fetch.spec.whatwg.org/#handle-content-codings"""
    clear_site_data_hidden: bool = False
    """Chromium 156 never shows Clear-Site-Data to JavaScript; the standard does.
    https://fetch.spec.whatwg.org/#forbidden-response-header-name"""
    invalid_utf8_replaced: bool = False
    """WebKitGTK 2.50 (libsoup) replaces bytes over 0x7F that are not valid UTF-8 with the three bytes of U+FFFD; the
    standard keeps them. https://fetch.spec.whatwg.org/#concept-header-value"""
