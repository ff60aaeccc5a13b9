"""All rules, and which routes each can be about.

Most rules have nothing to say about most routes. Each stands here with the need for it, a fact of the diagnosis without
which it finds no fault: `check` is not called on other routes, and a module is not even loaded before its rule is
needed. A need may hold in vain, as it is only a part of what the rule looks for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Final, cast

from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.hidden import Why
from hdrcli.rules.rule import Rule

Need = Callable[[Diagnosis], bool]


def _always(_: Diagnosis) -> bool:
    return True


def _fails(diagnosis: Diagnosis) -> bool:
    """A wanted fetch failed."""
    return bool(diagnosis.failures)


def _takes_several(diagnosis: Diagnosis) -> bool:
    """A wanted fetch had a preflight or a redirect."""
    return bool(diagnosis.redirected or diagnosis.failures)


def _exposes(diagnosis: Diagnosis) -> bool:
    """A fetch got an expose list."""
    return "access-control-expose-headers" in diagnosis.names


def _allows_credentials(diagnosis: Diagnosis) -> bool:
    """A wanted fetch failed, or one got a response for pages that send credentials."""
    return "access-control-allow-credentials" in diagnosis.names or bool(diagnosis.failures)


def _reads_custom_headers(diagnosis: Diagnosis) -> bool:
    """A wanted fetch lets JavaScript read custom headers."""
    return bool(diagnosis.readable_custom_headers)


def _is_declared(diagnosis: Diagnosis) -> bool:
    """An OpenAPI document declares the response."""
    return diagnosis.declaration is not None


def _is_behind_proxy(diagnosis: Diagnosis) -> bool:
    """The response was also requested without the proxy."""
    return diagnosis.layers is not None


def _hides(why: Why) -> Need:
    """A header is hidden for this reason."""
    return lambda diagnosis: bool(diagnosis.hidden(why))


_hides_unnamed: Final = _hides(Why.NOT_NAMED)

RULES: Final[Mapping[str, Need]] = {
    "hdr001_bad_port": _fails,
    "hdr002_mixed_content": _fails,
    "hdr003_response_refused": _fails,
    "hdr004_unspecified_address": _fails,
    "hdr005_error_status": _always,
    "hdr006_fetch_blocked": _fails,
    "hdr007_fetch_not_blocked": lambda diagnosis: diagnosis.expects_blocked,
    "hdr101_allow_origin_missing": _fails,
    "hdr102_allow_origin_other": _fails,
    "hdr103_origin_near_miss": _fails,
    "hdr104_allow_origin_several": _fails,
    "hdr105_wildcard_with_credentials": _allows_credentials,
    "hdr106_allow_credentials_not_true": _allows_credentials,
    "hdr107_error_response_without_cors": _fails,
    "hdr108_unknown_path_without_cors": lambda diagnosis: "unknown-path" in diagnosis.probes,
    "hdr109_cached_response_of_another_origin": _fails,
    "hdr201_preflight_refused": _fails,
    "hdr202_preflight_redirected": _fails,
    "hdr203_preflight_method_not_allowed": _fails,
    "hdr204_preflight_header_not_allowed": _takes_several,
    "hdr205_preflight_list_unparsable": _fails,
    "hdr206_max_age_without_effect": _takes_several,
    "hdr301_custom_header_not_exposed": _hides_unnamed,
    "hdr302_exposed_name_misspelt": _hides(Why.MISSPELT),
    "hdr303_expose_wildcard_with_credentials": _hides(Why.WILDCARD_WITH_CREDENTIALS),
    "hdr304_expose_list_void": _exposes,
    "hdr305_expose_list_of_letters": _exposes,
    "hdr306_expose_list_on_preflight_only": _hides(Why.PREFLIGHT_ONLY),
    "hdr307_hidden_header_in_allow_headers": _hides(Why.IN_ALLOW_HEADERS),
    "hdr308_set_cookie_exposed": _exposes,
    "hdr309_standard_header_not_exposed": _hides_unnamed,
    "hdr310_joined_header_lines": _reads_custom_headers,
    "hdr311_header_value_not_ascii": _reads_custom_headers,
    "hdr312_filename_star_only": lambda diagnosis: "content-disposition" in diagnosis.names,
    "hdr313_expected_header_not_sent": lambda diagnosis: bool(diagnosis.named),
    "hdr314_declared_header_not_sent": _is_declared,
    "hdr401_slash_redirect": _takes_several,
    "hdr402_redirect_to_http": _fails,
    "hdr403_redirect_with_null_origin": _fails,
    "hdr404_authorization_dropped_on_redirect": _takes_several,
    "hdr405_redirect_response_without_cors": _fails,
    "hdr406_redirect_not_followed": _fails,
    "hdr407_method_changed_by_redirect": _takes_several,
    "hdr408_redirect_to_another_origin": _fails,
    "hdr409_redirect_to_log_in_page": _takes_several,
    "hdr410_redirect_without_prefix": _takes_several,
    "hdr501_vary_origin_missing": _always,
    "hdr502_any_origin_mirrored_with_credentials": lambda diagnosis: "foreign-origin" in diagnosis.probes,
    "hdr503_null_origin_allowed": lambda diagnosis: "null-origin" in diagnosis.probes,
    "hdr504_timing_allow_origin_missing": lambda diagnosis: "server-timing" in diagnosis.names,
    "hdr505_local_network_permission": lambda diagnosis: bool(diagnosis.failures) or not diagnosis.default_page,
    "hdr506_head_differs_from_get": lambda diagnosis: "get" in diagnosis.probes,
    "hdr507_etag_shared_by_encodings": lambda diagnosis: "identity" in diagnosis.probes,
    "hdr510_sent_header_not_declared": _is_declared,
    "hdr511_header_lost_in_proxy": _is_behind_proxy,
    "hdr512_response_changed_in_proxy": _is_behind_proxy,
    "hdr513_lookalike_origin_allowed": lambda diagnosis: "lookalike-origin" in diagnosis.probes,
    "hdr601_cookie_not_stored": lambda diagnosis: any(fetch.set_cookies for fetch in diagnosis.wanted),
    "hdr602_cookie_not_sent": lambda diagnosis: any(fetch.cookies for fetch in diagnosis.route.fetches),
}
"""The module of each rule, which is named by its code and its name, and the need for it."""


def _code_of(module: str) -> str:
    return module.partition("_")[0].upper()


_MODULES: Final = {_code_of(module): module for module in RULES}

CODES: Final = tuple(_MODULES)

NAMES: Final = {module.partition("_")[2].replace("_", "-"): code for code, module in _MODULES.items()}
"""The code of each rule by its name."""

LAST: Final = "HDR006"
"""The rule for what no other rule explains is applied last."""

NEEDS: Final = tuple(sorted(zip(CODES, RULES.values(), strict=True), key=lambda each: each[0] == LAST))
"""The codes in the order in which rules are applied, each with its need."""


@cache
def rule_of(code: str) -> Rule:
    """The rule with this code. Raises `KeyError` for a code that no rule has."""
    return cast("Rule", import_module(f"hdrcli.rules.{_MODULES[code]}"))  # tests/rules/test_pages.py: each is one


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by code; all are loaded."""
    return tuple(map(rule_of, CODES))
