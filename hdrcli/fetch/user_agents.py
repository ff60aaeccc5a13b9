"""The user agents that the engine plays; `UserAgent` says what each field means.

Measured in November 2026: Chromium 156, Firefox ESR 153, WebKitGTK 2.50.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hdrcli.fetch.user_agent import UserAgent

_MAX_INT64: Final = 2**63 - 1

STANDARD: Final = UserAgent(name="standard")
"""The Fetch standard, to the letter."""

CHROMIUM: Final = UserAgent(
    name="chromium",
    host_blank_is_encoded=True,
    user_agent_is_forbidden=True,
    range_is_rewritten=True,
    origin_ignores_referrer_policy=True,
    no_cors_origin_null_behind_cross_origin_redirect=True,
    referrer_downgrade_by_scheme=True,
    sec_fetch_mode_on_every_preflight=True,
    status_line="any-version",
    status="any",
    answer_without_head="body-on-default-ports",
    head_cut_off="counts-over-http",
    blank_before_colon_cut_off=True,
    bare_cr="line-end",
    differing_singletons_are_errors=True,
    content_disposition_is_a_list=True,
    content_coding_must_be_offered=True,
    clear_site_data_taken_out=True,
    ip_address_is_no_site=True,
    partitioned_cookies="always",
    same_site_ignores_redirects=True,
    loopback_is_secure_for_cookies=True,
    changed_cookie_goes_last=True,
    client_hints_safelisted=True,
    range_max_number=_MAX_INT64,
    safelist_judges_joined_values=True,
    wildcard_covers_authorization=True,
    negative_max_age=0,
    cache_one_answer_per_url=True,
    cached_star_needs_no_credentials=True,
    cache_cleared_by="none",
    missing_location_is_no_redirect=True,
    location_parsed_before_mode=True,
    equal_locations_are_one=True,
    empty_location="none",
    userinfo_never_followed=True,
)
"""Chromium 156, and what is made of it: Chrome, Edge, Opera."""

FIREFOX: Final = UserAgent(
    name="firefox",
    method_override_split_in_quotes=True,
    empty_value_resets_header=True,
    repeated_content_type_last_wins=True,
    referrer_downgrade_by_scheme=True,
    max_head_size=384 * 1024,
    status_line="major-version-1",
    status="blank-behind",
    answer_without_head="body",
    nul_counts_in_values_alone=True,
    bare_cr="kept",
    continued_line="blanks-kept",
    body_length="lengths-agree",
    switching_protocols_is_final=True,
    status_407_is_readable=True,
    empty_repeated_lines_dropped=True,
    content_type_joined_without_blank=True,
    authenticate_lines_hidden=True,
    differing_singletons_are_errors=True,
    equal_singletons_are_one=True,
    singletons_first_line_counts=True,
    expose_list_keeps_star_before_fault=True,
    third_party_cookies="partition",
    partitioned_cookies="unless-blocked",
    same_site_default_is_none=True,
    cookie_site_ignores_scheme=True,
    loopback_is_secure_for_cookies=True,
    cookie_without_equals_is_name=True,
    safelist_minds_high_bytes=True,
    content_type_comma_counts=True,
    range_max_number=_MAX_INT64,
    safelisted_total_limit=None,
    request_headers_name_repeats=True,
    preflight_gives_page_origin=True,
    wildcard_covers_authorization=True,
    unreadable_max_age=0,
    negative_max_age=0,
    max_age_0_leaves_entries=True,
    cache_stores_what_was_asked=True,
    cache_keeps_credentials_apart=True,
    cache_cleared_by="any",
    location_tab_encoded=True,
    asks_again_behind_redirect=True,
)
"""Firefox ESR 153."""

WEBKIT: Final = UserAgent(
    name="webkit",
    accept_encoding="gzip, deflate, br",
    insecure_loopback_gets_all_encodings=False,
    method_override_split_in_quotes=True,
    request_values_as_utf8=True,
    origin_kept_on_redirect_to_get=True,
    referrer_downgrade_by_scheme=True,
    sec_fetch_dropped_behind_cross_origin_redirect=True,
    max_head_size=64 * 1024,
    status_line="version-1.0-or-1.1",
    status="three-digits-from-100",
    head_cut_off="counts-behind-a-line",
    continued_line="blanks-become-one",
    body_length="by-last-line",
    status_407_is_readable=True,
    non_utf8_becomes_replacement=True,
    loopback_is_mixed_content=True,
    third_party_cookies="not-stored",
    same_site_default_is_none=True,
    same_site_none_may_be_insecure=True,
    cookie_site_ignores_scheme=True,
    same_site_ignores_redirects=True,
    cookies_sorted_by_domain=True,
    cookie_prefixes_ignored=True,
    cookie_sizes_unlimited=True,
    range_unit_any_case=True,
    range_number_may_have_sign=True,
    range_max_number=_MAX_INT64,
    safelist_judges_joined_values=True,
    wildcard_covers_authorization=True,
    cached_wildcard_covers_authorization=True,
    negative_max_age=0,
    cache_one_answer_per_url=True,
    cached_star_needs_no_credentials=True,
    cache_cleared_by="none",
    cache_stores_refused_answers=True,
    missing_location_is_no_redirect=True,
    every_3xx_redirects=True,
    locations_joined=True,
    empty_location="error",
    location_bytes_as_latin1=True,
    cross_redirect_behind_own_judged_as_include=True,
    asks_again_behind_redirect=True,
    removed_headers_asked_for=True,
)
"""WebKitGTK 2.50: Safari's Fetch and CORS over libsoup."""

USER_AGENTS: Final[Mapping[str, UserAgent]] = {
    user_agent.name: user_agent for user_agent in (STANDARD, CHROMIUM, FIREFOX, WEBKIT)
}
"""By name."""
