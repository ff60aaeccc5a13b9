"""How an HTTP/2 response is read: from the frames of a stream to a status and header lines.

RFC 9113 calls a response malformed and leaves little open; browsers are more lenient, each in its own way.
"""

from __future__ import annotations

from typing import Literal

from hdrcli.structs import Record

HTTP2Status = Literal["three-digits", "integer", "up-to-three-digits"]
ConnectionFields = Literal["error", "kept", "removed"]
SpacesAroundValues = Literal["error", "removed", "kept"]
SwitchingProtocols = Literal["error", "final", "final-without-headers"]
HTTP2Length = Literal["must-match", "ignored", "lengths-agree"]


class HTTP2Quirks(Record, frozen=True, kw_only=True, eq=False):
    """How the frames of a stream become a status and header lines (`hdrcli.wire.http2.reading`)."""

    http2_max_head_size: int = 256 * 1024
    """Firefox ESR 153 reads HTTP/2 heads of up to 384 KiB; the default is 256 KiB, which includes 32 bytes for each
    header in addition to name and value. https://www.rfc-editor.org/rfc/rfc9113.html#section-10.5.1"""
    http2_max_field_size: int | None = None
    """WebKitGTK 2.50 (libsoup) rejects an HTTP/2 response with a header value of more than 64 KiB; by default, only the
    size of the whole head is limited. https://www.rfc-editor.org/rfc/rfc9113.html#section-10.5.1"""
    http2_max_continuations: int | None = None
    """WebKitGTK 2.50 (libsoup) rejects an HTTP/2 head in more than 8 CONTINUATION frames; by default, their number is
    not limited. https://www.rfc-editor.org/rfc/rfc9113.html#section-10.5"""
    http2_status: HTTP2Status = "three-digits"
    """Chromium 156 accepts a :status that is any integer, with a sign, too, which then counts as 200; Firefox ESR 153
    one of up to three digits without a zero before them. By default, it must have three digits.
    https://www.rfc-editor.org/rfc/rfc9113.html#section-8.3.2"""
    http2_last_status_counts: bool = False
    """Firefox ESR 153 uses the last :status of an HTTP/2 response; by default, several are a network error.
    https://www.rfc-editor.org/rfc/rfc9113.html#section-8.3"""
    http2_pseudo_headers_ignored: bool = False
    """Chromium 156 ignores unknown pseudo-headers in front of an HTTP/2 response's headers; by default, they are a
    network error. https://www.rfc-editor.org/rfc/rfc9113.html#section-8.3"""
    http2_connection_fields: ConnectionFields = "error"
    """Chromium 156 shows the headers Connection, Keep-Alive, Proxy-Connection, Upgrade and TE of an HTTP/2 response to
    JavaScript, and rejects only Transfer-Encoding (ignored in an interim response other than 103); Firefox ESR 153
    removes all of them, and Host and Accept-Encoding; by default, each of them is a network error (TE: only with a
    value other than "trailers").
    https://www.rfc-editor.org/rfc/rfc9113.html#section-8.2.2"""
    http2_spaces_around_values: SpacesAroundValues = "error"
    """Chromium 156 and Firefox ESR 153 remove spaces and tabs around the values of HTTP/2 headers, WebKitGTK 2.50
    (libsoup) keeps them; by the standard, they are a network error.
    https://www.rfc-editor.org/rfc/rfc9113.html#section-8.2.1"""
    http2_control_characters_allowed: bool = False
    """Firefox ESR 153 accepts control characters other than NUL, CR and LF in the values of HTTP/2 headers; by default,
    they are a network error. https://www.rfc-editor.org/rfc/rfc9113.html#section-8.2.1"""
    http2_content_length: HTTP2Length = "must-match"
    """Chromium 156 ignores Content-Length over HTTP/2; Firefox ESR 153 only rejects different values. By default, the
    value must be one number, and 0 if the head ends the response.
    https://www.rfc-editor.org/rfc/rfc9113.html#section-8.1.1"""
    http2_head_waits_for_body: bool = False
    """In Firefox ESR 153 and WebKitGTK 2.50 (libsoup), an HTTP/2 response fails if its stream or connection ends after
    the head and before the first DATA frame; by default, the head counts as soon as it is complete.
    https://fetch.spec.whatwg.org/#concept-http-network-fetch"""
    http2_reset_ends_no_content: bool = False
    """Firefox ESR 153 takes a stream that is reset with INTERNAL_ERROR after the head of a 204, 205 or 304 for its end;
    with `http2_head_waits_for_body`, it is otherwise a network error.
    https://www.rfc-editor.org/rfc/rfc9113.html#section-8.1"""
    http2_frames_read_together: bool = False
    """WebKitGTK 2.50 (libsoup) looks at a response after it has read all frames that came together with the first DATA
    frame: trailers count as headers, and a reset stream or GOAWAY is a network error.
    https://www.rfc-editor.org/rfc/rfc9113.html#section-8.1"""
    http2_end_awaited: bool = False
    """WebKitGTK 2.50 (libsoup) needs the whole HTTP/2 response to a preflight, and the whole redirect, 401 and 407:
    their bodies must have the length of Content-Length and no trailers after them; trailers in place of a body end
    them well. By default, the head is enough.
    https://www.rfc-editor.org/rfc/rfc9113.html#section-8.1"""
    http2_switching_protocols: SwitchingProtocols = "error"
    """Firefox ESR 153 takes a 101 for the final response over HTTP/2 if no body follows, and Chromium 156 for a final
    response without headers; by default, it is a network error.
    https://www.rfc-editor.org/rfc/rfc9113.html#section-8.6"""
    http2_header_added: bool = False
    """Firefox ESR 153 adds the header "x-firefox-spdy: h2" to HTTP/2 responses.
    https://fetch.spec.whatwg.org/#concept-response-header-list"""
