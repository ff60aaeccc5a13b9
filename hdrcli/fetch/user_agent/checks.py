"""Which URLs a page may request, and which responses it may read: the checks of main fetch.

A group of its own, as these fields belong neither to a request's or a response's header lines nor to preflights,
redirects or cookies.
"""

from __future__ import annotations

from typing import Literal

from hdrcli.structs import Record

UnspecifiedAddress = Literal["never", "always", "unless-redirected"]


class CheckQuirks(Record, frozen=True, kw_only=True, eq=False):
    """Which URLs are parsed and requested, and which responses are let through."""

    host_space_is_encoded: bool = False
    """Chromium 156 encodes a space in the host of a URL as %20; the standard rejects the URL.
    https://url.spec.whatwg.org/#concept-host-parser"""
    path_bar_is_encoded: bool = False
    """Chromium 156 encodes a | in the path of a URL as %7C; the standard keeps it.
    https://url.spec.whatwg.org/#path-percent-encode-set"""
    bad_ports_allowed: frozenset[int] = frozenset()
    """Chromium 156 connects to the ports 4190 and 6679, which the standard blocks.
    https://fetch.spec.whatwg.org/#block-bad-port"""
    unspecified_address_blocked: UnspecifiedAddress = "never"
    """Firefox ESR 153 connects to neither 0.0.0.0 nor [::], unless a proxy does it. WebKitGTK 2.50 blocks 0.0.0.0, but
    follows most redirects there. The standard has no such rule.
    https://fetch.spec.whatwg.org/#block-bad-port"""
    local_network_needs_permission: bool = False
    """Chromium 156 blocks requests of public pages to local and loopback addresses until the user permits them, and for
    pages without a secure context always; the standard has no such rule.
    https://wicg.github.io/local-network-access/#local-network-request-section"""
    local_address_is_not_mixed_content: bool = False
    """Chromium 156 lets https pages request http from a private address or a name below .local; by the standard, that
    is mixed content. https://wicg.github.io/local-network-access/#mixed-content-lna"""
    loopback_is_mixed_content: bool = False
    """WebKitGTK 2.50 blocks requests from https pages to http on loopback as mixed content; by the standard, loopback
    is trustworthy. https://w3c.github.io/webappsec-mixed-content/#should-block-fetch"""
    mixed_content_checked_after_preflight: bool = False
    """WebKitGTK 2.50 sends the preflight first when a redirect leads to mixed content, and only then blocks the
    request; the standard sends nothing. https://w3c.github.io/webappsec-mixed-content/#should-block-fetch"""
    ip_address_has_no_site: bool = False
    """Chromium 156 never treats two origins on one IP address as same-site for Cross-Origin-Resource-Policy: same-site;
    the standard does. https://fetch.spec.whatwg.org/#cross-origin-resource-policy-internal-check"""
    expose_list_wildcard_before_error: bool = False
    """Firefox ESR 153 applies a * in Access-Control-Expose-Headers that comes before an invalid element (in fetch(),
    not in XMLHttpRequest); in other browsers, an invalid element voids the whole list.
    https://fetch.spec.whatwg.org/#extract-header-list-values"""
