"""One rule a file: its docstring is its page, its `check` turns the diagnosis of a route into faults.

A rule is a module with `CODE` ("HDR301"), `NAME` (the fault, not the fix), `SEVERITY`, `SPEC` (the standard's anchor)
and `check(diagnosis)`; where they apply, `EXPLAINS` (the failures whose causes it distinguishes), `SETTINGS` (the
settings that fix it), and `FOR_SEVERAL` (the fault of several subjects in one sentence, with their `{number}`). It
becomes part of hdrcli by its line in `RULES`. Rules never send anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Final

from hdrcli.fetch import Failure
from hdrcli.records.errors import UsageError
from hdrcli.records.route import RouteRecord
from hdrcli.rules import (
    hdr001_bad_port,
    hdr002_mixed_content,
    hdr003_response_refused,
    hdr004_unspecified_address,
    hdr005_error_status,
    hdr006_fetch_blocked,
    hdr007_fetch_not_blocked,
    hdr101_allow_origin_missing,
    hdr102_allow_origin_other,
    hdr103_origin_near_miss,
    hdr104_allow_origin_several,
    hdr105_wildcard_with_credentials,
    hdr106_allow_credentials_not_true,
    hdr107_error_response_without_cors,
    hdr108_unknown_path_without_cors,
    hdr109_cached_response_of_another_origin,
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
    hdr405_redirect_response_without_cors,
    hdr406_redirect_not_followed,
    hdr407_method_changed_by_redirect,
    hdr408_redirect_to_another_origin,
    hdr409_redirect_to_log_in_page,
    hdr501_vary_origin_missing,
    hdr502_any_origin_mirrored_with_credentials,
    hdr503_null_origin_allowed,
    hdr504_timing_allow_origin_missing,
    hdr505_local_network_permission,
    hdr506_head_differs_from_get,
    hdr507_etag_shared_by_encodings,
    hdr510_sent_header_not_declared,
    hdr511_header_lost_in_proxy,
    hdr512_response_changed_in_proxy,
    hdr513_lookalike_origin_allowed,
    hdr601_cookie_not_stored,
    hdr602_cookie_not_sent,
)
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.finding import Fault, Finding
from hdrcli.rules.merging import Merger, with_one_expose_list
from hdrcli.rules.rule import Rule
from hdrcli.settings import Settings
from hdrcli.stacks.setting import Concept
from hdrcli.verdict.patterns import matches

RULES: Final[tuple[Rule, ...]] = (
    hdr001_bad_port,
    hdr002_mixed_content,
    hdr003_response_refused,
    hdr004_unspecified_address,
    hdr005_error_status,
    hdr006_fetch_blocked,
    hdr007_fetch_not_blocked,
    hdr101_allow_origin_missing,
    hdr102_allow_origin_other,
    hdr103_origin_near_miss,
    hdr104_allow_origin_several,
    hdr105_wildcard_with_credentials,
    hdr106_allow_credentials_not_true,
    hdr107_error_response_without_cors,
    hdr108_unknown_path_without_cors,
    hdr109_cached_response_of_another_origin,
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
    hdr405_redirect_response_without_cors,
    hdr406_redirect_not_followed,
    hdr407_method_changed_by_redirect,
    hdr408_redirect_to_another_origin,
    hdr409_redirect_to_log_in_page,
    hdr501_vary_origin_missing,
    hdr502_any_origin_mirrored_with_credentials,
    hdr503_null_origin_allowed,
    hdr504_timing_allow_origin_missing,
    hdr505_local_network_permission,
    hdr506_head_differs_from_get,
    hdr507_etag_shared_by_encodings,
    hdr510_sent_header_not_declared,
    hdr511_header_lost_in_proxy,
    hdr512_response_changed_in_proxy,
    hdr513_lookalike_origin_allowed,
    hdr601_cookie_not_stored,
    hdr602_cookie_not_sent,
)

BY_CODE: Final = {rule.CODE: rule for rule in RULES}

_IN_ORDER: Final = (*(rule for rule in RULES if rule is not hdr006_fetch_blocked), hdr006_fetch_blocked)
"""The rule for what no other rule explains comes last."""

LACK_NAMES: Final = frozenset(
    rule.CODE
    for rule in (
        hdr301_custom_header_not_exposed,
        hdr307_hidden_header_in_allow_headers,
        hdr309_standard_header_not_exposed,
    )
)
"""Their names belong into one list; other rules remove names from it, too."""

_OF_BLOCKED: Final = frozenset(rule.CODE for rule in RULES if getattr(rule, "EXPLAINS", ()))
"""Rules about responses that a browser blocks."""


OF_ERROR_RESPONSES: Final = frozenset(
    rule.CODE for rule in (hdr005_error_status, hdr101_allow_origin_missing, hdr107_error_response_without_cors)
)
"""They report responses that may be those of a crash."""


class ServiceFindings:
    """The faults of one service, which routes are added to, and the findings they come to."""

    def __init__(self, service: str, settings: Settings) -> None:
        self._service = service
        self._settings = settings
        self._merger = Merger(service, BY_CODE)
        self.ignored = 0
        """How many faults were dropped that the configuration accepts: one for each rule and route."""

    def add(self, route: RouteRecord) -> None:
        """Apply the rules to the next route."""
        diagnosis = Diagnosis(route, self._settings, self._service)
        ignored = tuple(each.code for each in self._settings.ignored if matches(each.route, route.method, route.url))

        dropped: set[str] = set()

        def is_ignored(code: str) -> bool:
            if code.startswith(ignored):
                dropped.add(code)
            return code in dropped

        self._merger.add(route, faults_of(diagnosis), diagnosis.service_facts(), is_ignored)
        self.ignored += len(dropped)

    def so_far(self) -> tuple[Finding, ...]:
        """As `findings`, of the routes until now, and only what no other route can refute.

        That a response is blocked is certain; another route may show a cause that its own does not.
        """
        return with_one_expose_list(self._merger.so_far(_OF_BLOCKED), LACK_NAMES)

    def findings(self) -> tuple[Finding, ...]:
        """One finding a cause; the worst first, then by code."""
        return with_one_expose_list(self._merger.findings(), LACK_NAMES)


def faults_of(diagnosis: Diagnosis) -> Iterator[tuple[str, Fault]]:
    """The faults of one route, each with the code of its rule."""
    for rule in _IN_ORDER:
        for fault in rule.check(diagnosis):
            if rule is not hdr005_error_status and diagnosis.is_expected(fault):
                continue
            diagnosis.reported.update(fault.fetches)
            yield rule.CODE, fault


def selected(select: Collection[str], ignore: Collection[str]) -> Callable[[str], bool]:
    """Whether a rule's code is wanted; `select` and `ignore` are codes or their beginnings, or names of rules.

    Raises `UsageError` for what no rule's code begins with.
    """
    by_name = {rule.NAME.upper(): code for code, rule in BY_CODE.items()}
    for option, texts in (("--select", select), ("--ignore", ignore)):
        for text in texts:
            if text.upper() not in by_name:
                check_code(text, option)
    wanted, unwanted = (tuple(by_name.get(text.upper(), text.upper()) for text in texts) for texts in (select, ignore))
    wanted = wanted or ("",)
    return lambda code: code.startswith(wanted) and not code.startswith(unwanted)


def check_code(prefix: str, option: str) -> None:
    """Raise `UsageError` for the value of an option that no rule's code begins with."""
    if not prefix:
        raise UsageError('is empty: name a rule or its beginning, "hdrcli rules" lists them.', option=option)
    if not any(code.startswith(prefix.upper()) for code in BY_CODE):
        raise UsageError(f'"{prefix}" does not match any rule: "hdrcli rules" lists them.', option=option)


def headline(code: str, subjects: Collection[str]) -> str:
    """The fault in one sentence, without a full stop: that for several subjects, or the first line of the rule's page.

    With -OO, Python drops the pages: it is the name of the fault then.
    """
    rule = BY_CODE[code]
    for_several: str = getattr(rule, "FOR_SEVERAL", "")
    if for_several and len(subjects) > 1:
        return for_several.replace("{number}", f"{len(subjects)}")
    return (rule.__doc__ or rule.NAME).partition("\n")[0].rstrip(".").replace("`", "")


def explained_by(rule: Rule) -> frozenset[Failure]:
    """The failures whose causes the rule distinguishes."""
    failures: frozenset[Failure] = getattr(rule, "EXPLAINS", frozenset())
    return failures


def settings_of(rule: Rule) -> tuple[Concept, ...]:
    """The settings that fix what the rule finds."""
    concepts: tuple[Concept, ...] = getattr(rule, "SETTINGS", ())
    return concepts
