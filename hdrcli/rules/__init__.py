"""One rule a file: its docstring is its page, its `check` turns recorded facts into faults. Rules never send anything.

A rule is a module with `CODE` ("HDR301"), `NAME` (the fault, not the cure), `SEVERITY`, `SPEC` (the standard's anchor)
and `check(route, context)`. It becomes part of hdrcli by its line in `RULES`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, Protocol

from hdrcli.fetch.infra import byte_lowercase
from hdrcli.records.route import RouteRecord
from hdrcli.rules import (
    hdr001_bad_port,
    hdr002_mixed_content,
    hdr003_answer_refused,
    hdr004_unspecified_address,
    hdr101_allow_origin_missing,
    hdr102_allow_origin_other,
    hdr103_origin_near_miss,
    hdr104_allow_origin_several,
    hdr105_wildcard_with_credentials,
    hdr106_allow_credentials_not_true,
    hdr107_error_answer_without_cors,
    hdr108_unknown_path_without_cors,
    hdr201_preflight_refused,
    hdr202_preflight_redirected,
    hdr203_preflight_method_not_allowed,
    hdr204_preflight_header_not_allowed,
    hdr205_preflight_list_unparsable,
    hdr206_max_age_without_effect,
    hdr301_custom_header_not_exposed,
    hdr302_exposed_name_misspelt,
    hdr303_expose_wildcard_with_credentials,
    hdr304_expose_list_void,
    hdr305_expose_list_of_letters,
    hdr306_expose_list_on_preflight_only,
    hdr307_hidden_header_in_allow_headers,
    hdr308_set_cookie_exposed,
    hdr309_standard_header_not_exposed,
    hdr310_joined_header_lines,
    hdr311_header_value_not_ascii,
    hdr312_filename_star_only,
    hdr313_expected_header_not_sent,
    hdr314_declared_header_not_sent,
    hdr401_slash_redirect,
    hdr402_redirect_to_http,
    hdr403_redirect_with_null_origin,
    hdr404_authorization_dropped_on_redirect,
    hdr405_redirect_answer_without_cors,
    hdr406_redirect_not_followed,
    hdr501_vary_origin_missing,
    hdr502_any_origin_mirrored_with_credentials,
    hdr503_null_origin_allowed,
    hdr504_timing_allow_origin_missing,
    hdr505_local_network_permission,
    hdr506_head_differs_from_get,
    hdr507_etag_shared_by_encodings,
    hdr510_sent_header_not_declared,
    hdr511_header_lost_in_proxy,
    hdr512_answer_changed_in_proxy,
    hdr513_lookalike_origin_allowed,
    hdr601_cookie_not_stored,
    hdr602_cookie_not_sent,
)
from hdrcli.rules.finding import Context, Fault, Finding, Place, Severity, merge
from hdrcli.stacks.setting import Setting


class Rule(Protocol):
    """What a rule's module holds."""

    __doc__: str | None
    CODE: str
    NAME: str
    SEVERITY: Severity
    SPEC: str

    def check(self, route: RouteRecord, context: Context) -> Iterator[Fault]:
        """Yield what is wrong with one route."""
        ...


RULES: Final[tuple[Rule, ...]] = (
    hdr001_bad_port,
    hdr002_mixed_content,
    hdr003_answer_refused,
    hdr004_unspecified_address,
    hdr101_allow_origin_missing,
    hdr102_allow_origin_other,
    hdr103_origin_near_miss,
    hdr104_allow_origin_several,
    hdr105_wildcard_with_credentials,
    hdr106_allow_credentials_not_true,
    hdr107_error_answer_without_cors,
    hdr108_unknown_path_without_cors,
    hdr201_preflight_refused,
    hdr202_preflight_redirected,
    hdr203_preflight_method_not_allowed,
    hdr204_preflight_header_not_allowed,
    hdr205_preflight_list_unparsable,
    hdr206_max_age_without_effect,
    hdr301_custom_header_not_exposed,
    hdr302_exposed_name_misspelt,
    hdr303_expose_wildcard_with_credentials,
    hdr304_expose_list_void,
    hdr305_expose_list_of_letters,
    hdr306_expose_list_on_preflight_only,
    hdr307_hidden_header_in_allow_headers,
    hdr308_set_cookie_exposed,
    hdr309_standard_header_not_exposed,
    hdr310_joined_header_lines,
    hdr311_header_value_not_ascii,
    hdr312_filename_star_only,
    hdr313_expected_header_not_sent,
    hdr314_declared_header_not_sent,
    hdr401_slash_redirect,
    hdr402_redirect_to_http,
    hdr403_redirect_with_null_origin,
    hdr404_authorization_dropped_on_redirect,
    hdr405_redirect_answer_without_cors,
    hdr406_redirect_not_followed,
    hdr501_vary_origin_missing,
    hdr502_any_origin_mirrored_with_credentials,
    hdr503_null_origin_allowed,
    hdr504_timing_allow_origin_missing,
    hdr505_local_network_permission,
    hdr506_head_differs_from_get,
    hdr507_etag_shared_by_encodings,
    hdr510_sent_header_not_declared,
    hdr511_header_lost_in_proxy,
    hdr512_answer_changed_in_proxy,
    hdr513_lookalike_origin_allowed,
    hdr601_cookie_not_stored,
    hdr602_cookie_not_sent,
)

_LACK_NAMES: Final = frozenset(
    rule.CODE
    for rule in (
        hdr301_custom_header_not_exposed,
        hdr307_hidden_header_in_allow_headers,
        hdr309_standard_header_not_exposed,
    )
)
"""Their names belong into the list beside all others; other rules take names out of it, too."""


def find(routes: Sequence[RouteRecord], context: Context) -> tuple[Finding, ...]:
    """Everything the rules find on these routes: one finding a cause, the worst first."""
    context = replace(context, sent_names=_sent_names(routes))
    findings = merge(
        _finding(rule, route, fault) for rule in RULES for route in routes for fault in rule.check(route, context)
    )
    return _with_one_expose_list(findings)


def _with_one_expose_list(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The same list in all that only lack names in it, so that who mends them one by one does not undo the first."""
    names: dict[str, str] = {}
    for finding in findings:
        if finding.code in _LACK_NAMES and finding.setting is not None:
            for name in finding.setting.values:
                names.setdefault(byte_lowercase(name), name)
    setting = Setting(concept="expose", values=tuple(names.values()))
    return tuple(
        replace(finding, setting=setting) if finding.code in _LACK_NAMES and finding.setting is not None else finding
        for finding in findings
    )


def _sent_names(routes: Sequence[RouteRecord]) -> frozenset[str]:
    headers = [header for route in routes for header in route.headers]
    return frozenset(
        byte_lowercase(header.name) for header in headers if any(verdict.sent for verdict in header.verdicts)
    )


def _finding(rule: Rule, route: RouteRecord, fault: Fault) -> Finding:
    pages = dict.fromkeys(str(fetch.page) for fetch in fault.fetches)
    places = tuple(
        Place(
            method=route.method,
            url=route.url,
            page=page,
            credentials=tuple(dict.fromkeys(fetch.credentials for fetch in fault.fetches if str(fetch.page) == page)),
        )
        for page in pages
    )
    return Finding(
        code=rule.CODE,
        name=rule.NAME,
        severity=fault.severity or rule.SEVERITY,
        cause=fault.cause,
        places=places,
        browsers=tuple(dict.fromkeys(fetch.browser for fetch in fault.fetches)),
        quirks=_quirks(route, fault),
        seen=fault.seen,
        javascript=fault.javascript,
        action=fault.action,
        action_for_several=fault.action_for_several,
        setting=fault.setting,
        spec=rule.SPEC,
    )


def _quirks(route: RouteRecord, fault: Fault) -> tuple[str, ...]:
    """What parts the browsers that are concerned from the others: all of the one side have it, none of the other."""
    asked = {(fetch.page, fetch.credentials) for fetch in fault.fetches}
    concerned = {fetch.browser for fetch in fault.fetches}
    others = {fetch.browser for fetch in route.fetches} - concerned
    if not others:
        return ()
    sides: dict[str, set[str]] = {}
    for fetch in route.fetches:
        if (fetch.page, fetch.credentials) in asked:
            for name in fetch.quirks:
                sides.setdefault(name, set()).add(fetch.browser)
    return tuple(name for name, side in sides.items() if side in (concerned, others))
