"""The user agents that the engine simulates; `UserAgent` describes what each field means.

Measured in November 2026: Chromium 156, Firefox ESR 153, WebKitGTK 2.50.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hdrcli.fetch.user_agent import (
    CheckQuirks,
    CookieQuirks,
    HeadQuirks,
    HTTP2Quirks,
    PreflightQuirks,
    RedirectQuirks,
    RequestHeaderQuirks,
    UserAgent,
)

_MAX_INT64: Final = 2**63 - 1
_MAX_UINT64: Final = 2**64 - 1

STANDARD: Final = UserAgent(name="standard")
"""The Fetch standard, to the letter."""

CHROMIUM: Final = UserAgent(
    name="chromium",
    request_headers=RequestHeaderQuirks(
        user_agent_is_forbidden=True,
        range_is_normalized=True,
        origin_ignores_referrer_policy=True,
        no_cors_origin_null_after_cross_origin_redirect=True,
        referrer_downgrade_by_scheme=True,
        sec_fetch_mode_on_every_preflight=True,
        preflight_site_ignores_redirects=True,
    ),
    head=HeadQuirks(
        status_line="any-version",
        status_code="any-digits",
        response_without_head="body-on-default-ports",
        head_cut_off="accepted-over-http",
        space_before_colon_ignored=True,
        bare_cr="line-end",
        differing_singletons_are_errors=True,
        content_disposition_is_a_list=True,
        content_coding_must_be_offered=True,
        clear_site_data_hidden=True,
    ),
    http2=HTTP2Quirks(
        http2_status="integer",
        http2_pseudo_headers_ignored=True,
        http2_connection_fields="kept",
        http2_spaces_around_values="removed",
        http2_content_length="ignored",
        http2_switching_protocols="final-without-headers",
    ),
    checks=CheckQuirks(
        host_space_is_encoded=True,
        path_bar_is_encoded=True,
        bad_ports_allowed=frozenset({4190, 6679}),
        local_network_needs_permission=True,
        local_address_is_not_mixed_content=True,
        ip_address_has_no_site=True,
    ),
    preflight=PreflightQuirks(
        client_hints_safelisted=True,
        range_max_number=_MAX_INT64 - 1,
        safelist_checks_joined_values=True,
        wildcard_covers_authorization=True,
        max_age_may_be_signed=True,
        cached_wildcard="stored-without-credentials",
        cache_keeps_one_response_per_url=True,
        tainted_origin_not_cached=True,
        cache_cleared_by="none",
    ),
    redirects=RedirectQuirks(
        redirect_without_location_allowed=True,
        location_parsed_before_mode=True,
        equal_locations_merged=True,
        empty_location="ignored",
        userinfo_never_followed=True,
    ),
    cookies=CookieQuirks(
        partitioned_cookies="always",
        same_site_ignores_redirects=True,
        loopback_is_secure_for_cookies=True,
        changed_cookie_goes_last=True,
        nameless_value_without_equals=True,
        cookie_with_tab_rejected=True,
        last_expiry_attribute_counts=True,
        lone_dot_domain_rejected=True,
    ),
)
"""Chromium 156, and the browsers based on it: Chrome, Edge, Opera."""

FIREFOX: Final = UserAgent(
    name="firefox",
    request_headers=RequestHeaderQuirks(
        method_override_split_in_quotes=True,
        empty_value_resets_header=True,
        repeated_singletons_merged=True,
        referrer_downgrade_by_scheme=True,
        lenient_referrer_policies_limited_to_site=True,
        preflight_site_ignores_redirects=True,
        loopback_site_ignores_scheme=True,
        loopback_has_no_site_behind_redirects=True,
    ),
    head=HeadQuirks(
        max_head_size=384 * 1024,
        status_line="major-version-1",
        status_code="up-to-three-digits-and-space",
        response_without_head="body",
        nul_allowed_outside_values=True,
        bare_cr="kept",
        continued_line="spaces-kept",
        body_length="lengths-agree",
        switching_protocols_is_final=True,
        status_407_is_readable=True,
        empty_repeated_lines_dropped=True,
        content_type_joined_without_space=True,
        authenticate_lines_hidden=True,
        differing_singletons_are_errors=True,
        equal_singletons_merged=True,
        singletons_first_line_counts=True,
    ),
    http2=HTTP2Quirks(
        http2_max_head_size=384 * 1024,
        http2_last_status_counts=True,
        http2_status="up-to-three-digits",
        http2_connection_fields="removed",
        http2_spaces_around_values="removed",
        http2_control_characters_allowed=True,
        http2_content_length="lengths-agree",
        http2_head_waits_for_body=True,
        http2_reset_ends_no_content=True,
        http2_switching_protocols="final",
        http2_header_added=True,
    ),
    checks=CheckQuirks(
        unspecified_address_blocked="always",
        expose_list_wildcard_before_error=True,
    ),
    preflight=PreflightQuirks(
        safelist_rejects_high_bytes=True,
        content_type_parameters_checked=True,
        range_max_number=_MAX_UINT64,
        safelisted_total_limit=None,
        request_headers_repeat_names=True,
        preflight_sends_page_origin=True,
        wildcard_covers_authorization=True,
        invalid_max_age=0,
        cached_wildcard="never",
        cached_head_must_be_listed=True,
        max_age_0_keeps_entries=True,
        cache_separates_credentials=True,
        cache_cleared_by="any",
    ),
    redirects=RedirectQuirks(
        location_controls_encoded=True,
        preflight_repeated_after_redirect=True,
        removed_headers="restored-at-next-redirect",
    ),
    cookies=CookieQuirks(
        third_party_cookies="partition",
        partitioned_cookies="unless-blocked",
        same_site_default_is_none=True,
        cookie_site_ignores_scheme=True,
        loopback_is_secure_for_cookies=True,
        cookie_without_equals_is_name=True,
        cookie_invalid_utf8_replaced=True,
        last_expiry_attribute_counts=True,
        lone_dot_domain_rejected=True,
        host_prefix_allows_default_path=True,
    ),
)
"""Firefox ESR 153."""

WEBKIT: Final = UserAgent(
    name="webkit",
    request_headers=RequestHeaderQuirks(
        accept_encoding="gzip, deflate, br",
        insecure_loopback_gets_all_encodings=False,
        method_override_split_in_quotes=True,
        request_values_as_utf8=True,
        origin_kept_on_redirect_to_get=True,
        referrer_downgrade_by_scheme=True,
        sec_fetch_dropped_after_cross_origin_redirect=True,
    ),
    head=HeadQuirks(
        max_head_size=64 * 1024,
        status_line="version-1.0-or-1.1",
        status_code="three-digits-from-100",
        head_cut_off="accepted-after-whole-line",
        continued_line="spaces-collapsed",
        body_length="last-line-counts",
        status_407_is_readable=True,
        invalid_utf8_replaced=True,
    ),
    http2=HTTP2Quirks(
        http2_max_field_size=64 * 1024,
        http2_max_continuations=8,
        http2_spaces_around_values="kept",
        http2_head_waits_for_body=True,
        http2_frames_read_together=True,
        http2_end_awaited=True,
    ),
    checks=CheckQuirks(
        unspecified_address_blocked="unless-redirected",
        loopback_is_mixed_content=True,
        mixed_content_checked_after_preflight=True,
    ),
    preflight=PreflightQuirks(
        preflight_sends_first_referrer=True,
        preflight_metadata_from_first_request=True,
        range_unit_any_case=True,
        range_number_may_have_sign=True,
        range_max_number=_MAX_UINT64,
        safelist_checks_joined_values=True,
        wildcard_covers_authorization=True,
        max_age_may_be_signed=True,
        cached_wildcard_covers_authorization=True,
        cached_wildcard="without-credentials",
        cache_keeps_one_response_per_url=True,
        cache_cleared_by="none",
        rejected_preflight_cached=True,
    ),
    redirects=RedirectQuirks(
        redirect_without_location_allowed=True,
        ftp_redirect_is_error=True,
        every_3xx_redirects=True,
        locations_joined=True,
        empty_location="error",
        location_normalized=True,
        location_bytes_as_latin1=True,
        userinfo_checked_after_preflight=True,
        no_cors_redirect_keeps_credentials=True,
        cross_origin_redirect_checked_with_credentials=True,
        preflight_repeated_after_redirect=True,
        delete_becomes_get_across_origins=True,
        removed_headers="listed-in-preflights",
    ),
    cookies=CookieQuirks(
        third_party_cookies="not-stored",
        same_site_default_is_none=True,
        same_site_none_may_be_insecure=True,
        cookie_site_ignores_scheme=True,
        same_site_ignores_redirects=True,
        cookies_sorted_by_domain=True,
        lone_dot_domain_rejected=True,
        cookie_prefixes_ignored=True,
        cookie_sizes_unlimited=True,
    ),
)
"""WebKitGTK 2.50: Safari's implementation of Fetch and CORS, on top of libsoup."""

USER_AGENTS: Final[Mapping[str, UserAgent]] = {
    user_agent.name: user_agent for user_agent in (STANDARD, CHROMIUM, FIREFOX, WEBKIT)
}
"""By name."""
