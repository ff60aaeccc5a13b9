"""What outsiders rely on. A line may be added here; one that changes or goes breaks somebody's program.

A name that is given up is never given another meaning.
"""

from __future__ import annotations

import json
import re
from dataclasses import fields
from inspect import isfunction, signature
from pathlib import Path
from typing import Final

import hdrcli as package
from hdrcli import ExitStatus, Expectation, Settings
from hdrcli.comparison.routes import KINDS
from hdrcli.config.configuration import OWN_SERVICE_KEYS, TABLES
from hdrcli.config.contract import IGNORE_KEYS, ROUTE_KEYS
from hdrcli.fetch import CookieFault, Failure
from hdrcli.pytest_plugin.checked import Checked
from hdrcli.pytest_plugin.checker import Checker
from hdrcli.records.verdict import Clause
from hdrcli.reporters.comparisons.json import schema_text as comparison_schema_text
from hdrcli.reporters.schema import schema_text
from hdrcli.stats.json import schema_text as stats_schema_text
from tests.cli.program import hdrcli

PUBLIC_NAMES: Final = [
    "Comparison",
    "ExitStatus",
    "Expectation",
    "Finding",
    "Report",
    "Settings",
    "UsageError",
    "check",
    "check_async",
    "compare",
    "compare_async",
]

FIXTURE: Final = {
    "check": ["app_or_url", "path", "origin", "method", "headers", "json", "options"],
    "check_async": ["app_or_url", "path", "origin", "method", "headers", "json", "options"],
}
"""The methods of the fixture `hdrcli`, with their parameters."""

CHECKED: Final = {
    "assert_hidden": ["names"],
    "assert_no_findings": ["fail_on"],
    "assert_ok": [],
    "assert_readable": ["names"],
}
"""The methods of what these return, which has a `report`, too."""

RECIPES: Final = {
    "action.yml": ["target", "origin", "args", "version", "working-directory", "exit-status"],
    ".pre-commit-hooks.yaml": ["hdrcli", "hdrcli-system"],
    "docs/recipes/gitlab.yml": [".hdrcli", "TARGET", "HDRCLI_VERSION"],
    "hdrcli/pytest_plugin/__init__.py": ["--hdrcli-openapi"],
}
"""The files for CI systems, with the names that projects write: inputs and outputs, hooks, variables, an option."""

SETTINGS: Final = [
    "formats",
    "output",
    "export",
    "show",
    "color",
    "exchanges",
    "show_secrets",
    "quiet",
    "verbose",
    "expect_readable",
    "expect_hidden",
    "expect_absent",
    "expect_status",
    "expect_blocked",
    "fail_on",
    "fail_on_blocked",
    "select",
    "ignore",
    "baseline",
    "baseline_update",
    "baseline_prune",
    "stack",
    "timeout",
    "connect_timeout",
    "max_time",
    "retries",
    "rate",
    "concurrency",
    "send",
    "proxy",
    "resolve",
    "connect_to",
    "unix_socket",
    "http2",
    "verify",
    "cacert",
    "cert",
    "key",
    "launch",
    "wait",
    "base_url",
    "compare",
    "probe",
    "in_browser",
    "preflight_only",
    "repeat_writes",
    "dry_run",
    "openapi",
    "find_openapi",
    "server",
    "params",
    "routes",
    "tags",
    "operation_ids",
    "include_unsafe",
    "profile",
    "origins",
    "page_address_space",
    "method",
    "head",
    "headers",
    "body",
    "json",
    "user",
    "bearer",
    "credentials",
    "mode",
    "redirect",
    "cookies",
    "third_party_cookies",
    "browsers",
    "targets",
    "sample",
    "contract",
    "ignored",
    "services",
    "is_side",
    "secrets",
    "given",
]

EXIT_STATUSES: Final = {"OK": 0, "FAILED": 1, "USAGE": 2, "UNREACHABLE": 3, "BUG": 70, "INTERRUPTED": 130}

CLAUSES: Final = [
    "safelisted",
    "listed",
    "wildcard",
    "same-origin",
    "not-listed",
    "no-list",
    "wildcard-with-credentials",
    "forbidden",
    "forbidden-in-this-browser",
    "list-void",
    "lines-hidden",
    "value-hidden",
    "opaque",
    "blocked",
    "listed-not-sent",
    "not-sent",
]

FAILURES: Final = [
    "invalid-url",
    "url-with-credentials",
    "invalid-method",
    "forbidden-method",
    "no-cors-method",
    "invalid-header-name",
    "invalid-header-value",
    "body-not-allowed",
    "bad-port",
    "bad-host",
    "mixed-content",
    "local-network",
    "same-origin-mode",
    "no-cors-redirect-mode",
    "scheme-not-http",
    "allow-origin-missing",
    "allow-origin-mismatch",
    "allow-origin-wildcard-with-credentials",
    "allow-credentials-not-true",
    "preflight-status",
    "preflight-unparsable-methods",
    "preflight-unparsable-headers",
    "preflight-method",
    "preflight-header",
    "preflight-authorization",
    "resource-policy",
    "redirect-mode-error",
    "redirect-location-unparsable",
    "redirect-scheme",
    "redirect-limit",
    "redirect-with-credentials",
    "proxy-authentication",
    "content-coding",
    "dns",
    "connection-refused",
    "connection-failed",
    "connection-reset",
    "certificate",
    "tls",
    "timeout",
    "empty-reply",
    "invalid-http",
    "not-recorded",
]

COOKIE_FAULTS: Final = [
    "unparsable",
    "too-large",
    "needs-secure",
    "prefix",
    "expired",
    "protected",
    "domain",
    "path",
    "secure",
    "same-site",
    "partitioned",
    "third-party",
    "credentials-mode",
    "no-request",
]

JSON_KEYS: Final = [
    "caller.browsers",
    "caller.comparison",
    "caller.console",
    "caller.cookies",
    "caller.credentials",
    "caller.dropped_request_headers",
    "caller.failure",
    "caller.outcome",
    "caller.page",
    "caller.quirks",
    "caller.redirected_to",
    "caller.set_cookies",
    "caller.status",
    "caller.type",
    "client.faults",
    "client.judged_by_preflight",
    "client.not_exposed",
    "client.profile",
    "client.results",
    "client.settings",
    "compared.differences",
    "compared.url",
    "console.browser",
    "console.error",
    "console.name",
    "console.text",
    "cookie.detail",
    "cookie.name",
    "cookie.reason",
    "cookie.sent",
    "difference.a",
    "difference.b",
    "difference.kind",
    "difference.subject",
    "evidence.lines",
    "evidence.method",
    "evidence.url",
    "exception.file",
    "exception.line",
    "exception.type",
    "exchange.failure",
    "exchange.interim",
    "exchange.number",
    "exchange.purpose",
    "exchange.request",
    "exchange.response",
    "failure.at",
    "failure.code",
    "failure.message",
    "failure.url",
    "fetch.browser",
    "fetch.credentials",
    "fetch.exchanges",
    "fetch.headers",
    "fetch.page",
    "finding.browsers",
    "finding.code",
    "finding.evidence",
    "finding.fix",
    "finding.fix_setting",
    "finding.headline",
    "finding.impact",
    "finding.known",
    "finding.locations",
    "finding.name",
    "finding.place_count",
    "finding.places",
    "finding.quirks",
    "finding.route_count",
    "finding.severity",
    "finding.spec",
    "finding.subjects",
    "finding.variant",
    "fix_setting.lines",
    "fix_setting.note",
    "fix_setting.where",
    "header.callers",
    "header.custom",
    "header.name",
    "header.readable",
    "header.values",
    "header_caller.browsers",
    "header_caller.clause",
    "header_caller.credentials",
    "header_caller.page",
    "header_caller.readable",
    "header_caller.values",
    "held.browsers",
    "held.credentials",
    "held.exchanges",
    "held.following",
    "held.kept_headers",
    "held.page",
    "held.request",
    "in_browser.agreement",
    "in_browser.browser",
    "in_browser.console",
    "in_browser.credentials",
    "in_browser.error",
    "in_browser.headers",
    "in_browser.outcome",
    "in_browser.page",
    "in_browser.program",
    "in_browser.status",
    "in_browser.type",
    "in_browser.version",
    "interim.headers",
    "interim.status",
    "location.detail",
    "location.file",
    "location.line",
    "location.role",
    "place.credentials",
    "place.method",
    "place.page",
    "place.subjects",
    "place.url",
    "probe.failure",
    "probe.interim",
    "probe.kind",
    "probe.number",
    "probe.purpose",
    "probe.request",
    "probe.response",
    "report.hdrcli",
    "report.schema",
    "report.services",
    "report.summary",
    "report.verify",
    "request.headers",
    "request.method",
    "request.url",
    "response.headers",
    "response.http_version",
    "response.proxy",
    "response.status",
    "route.callers",
    "route.compared",
    "route.exception",
    "route.fetches",
    "route.headers",
    "route.held",
    "route.in_browser",
    "route.method",
    "route.probes",
    "route.probes_complete",
    "route.probes_without_response",
    "route.skipped",
    "route.source",
    "route.status",
    "route.step",
    "route.unmet",
    "route.url",
    "route_line.callers",
    "route_line.compared",
    "route_line.exception",
    "route_line.fetches",
    "route_line.headers",
    "route_line.held",
    "route_line.in_browser",
    "route_line.method",
    "route_line.probes",
    "route_line.probes_complete",
    "route_line.probes_without_response",
    "route_line.service",
    "route_line.skipped",
    "route_line.source",
    "route_line.status",
    "route_line.step",
    "route_line.type",
    "route_line.unmet",
    "route_line.url",
    "run_line.hdrcli",
    "run_line.schema",
    "run_line.summary",
    "run_line.type",
    "run_line.verify",
    "service_line.client",
    "service_line.findings",
    "service_line.limits",
    "service_line.problem",
    "service_line.reachable",
    "service_line.requests",
    "service_line.service",
    "service_line.skipped_routes",
    "service_line.stack",
    "service_line.stack_is_likely",
    "service_line.type",
    "service_with_routes.client",
    "service_with_routes.findings",
    "service_with_routes.limits",
    "service_with_routes.problem",
    "service_with_routes.reachable",
    "service_with_routes.requests",
    "service_with_routes.routes",
    "service_with_routes.service",
    "service_with_routes.skipped_routes",
    "service_with_routes.stack",
    "service_with_routes.stack_is_likely",
    "set_cookie.detail",
    "set_cookie.name",
    "set_cookie.reason",
    "set_cookie.stored",
    "skipped.browser",
    "skipped.page",
    "skipped.reason",
    "skipped_route.method",
    "skipped_route.path",
    "skipped_route.reason",
    "summary.advice",
    "summary.blocked",
    "summary.custom_headers",
    "summary.differing",
    "summary.errors",
    "summary.exit_status",
    "summary.failed_comparisons",
    "summary.held",
    "summary.ignored",
    "summary.known",
    "summary.readable_headers",
    "summary.reason",
    "summary.rejected",
    "summary.requests",
    "summary.routes",
    "summary.services",
    "summary.skipped",
    "summary.stale",
    "summary.stopped_responding",
    "summary.time_limit_reached",
    "summary.unchecked",
    "summary.unmatched",
    "summary.unmet",
    "summary.unreachable",
    "summary.verdict",
    "summary.warnings",
    "summary.without_response",
    "transport_failure.code",
    "transport_failure.message",
    "unmet.browsers",
    "unmet.clause",
    "unmet.credentials",
    "unmet.expect",
    "unmet.header",
    "unmet.name",
    "unmet.page",
    "unmet.reason",
]


CONFIG_KEYS: Final = {
    "": ["file", "ignore", "routes", "schema", "services", "settings"],
    "ignore": ["code", "reason", "route"],
    "services": ["name", "problem", "settings", "targets"],
    "settings": ["key", "source", "value"],
}
"""Of `hdrcli config --format json`, and of the objects in its lists."""

COMPARISON_KEYS: Final = [
    "a",
    "b",
    "caller.browsers",
    "caller.credentials",
    "caller.page",
    "callers",
    "difference.a",
    "difference.b",
    "difference.callers",
    "difference.clause",
    "difference.kind",
    "difference.route_count",
    "difference.routes",
    "difference.subject",
    "difference.text",
    "differences",
    "hdrcli",
    "schema",
    "set_in_one",
    "side.limits",
    "side.pages",
    "side.requests",
    "side.routes",
    "side.services",
    "side.skipped",
    "side.targets",
    "side.time_limit_reached",
    "side.unreachable",
    "summary",
    "summary.compared",
    "summary.cut",
    "summary.differences",
    "summary.differing",
    "summary.exit_status",
    "summary.reason",
    "summary.unjudged",
    "summary.verdict",
    "values_not_compared",
]
"""Of `hdrcli compare --format json`."""


STATS_KEYS: Final = [
    "bin.first",
    "bin.last",
    "bin.targets",
    "blocked",
    "custom_headers",
    "custom_headers.readable",
    "distribution.bins",
    "distribution.maximum",
    "distribution.mean",
    "distribution.median",
    "distribution.p90",
    "distribution.sum",
    "failure.code",
    "failure.targets",
    "failures",
    "files",
    "finding.code",
    "finding.name",
    "finding.severity",
    "finding.targets",
    "findings",
    "hdrcli",
    "header.hidden",
    "header.name",
    "header.readable",
    "header_error",
    "headers",
    "not_counted",
    "not_counted.cut_off",
    "not_counted.others",
    "not_counted.repeated",
    "others",
    "others.findings",
    "others.headers",
    "others.stacks",
    "others.statuses",
    "outcomes",
    "outcomes.checked",
    "outcomes.incomplete",
    "outcomes.invalid",
    "outcomes.unreachable",
    "requests",
    "schema",
    "stack.findings",
    "stack.stack",
    "stack.targets",
    "stack.with_findings",
    "stacks",
    "status.status",
    "status.targets",
    "statuses",
    "targets",
    "worst_findings",
    "worst_findings.advice",
    "worst_findings.error",
    "worst_findings.none",
    "worst_findings.warning",
]
"""Of `hdrcli stats --format json`."""


def test_public_names() -> None:
    assert sorted(package.__all__) == PUBLIC_NAMES


def test_fixture() -> None:
    assert _methods(Checker) == FIXTURE
    assert _methods(Checked) == CHECKED
    assert list(Checked.__struct_fields__) == ["report", "settings"]


def _methods(kind: type) -> dict[str, list[str]]:
    public = {name: value for name, value in vars(kind).items() if not name.startswith("_") and isfunction(value)}
    return {name: [*signature(public[name]).parameters][1:] for name in sorted(public)}


def test_settings() -> None:
    assert [field.name for field in fields(Settings)] == SETTINGS
    assert list(Expectation.__struct_fields__) == ["verdict", "name", "route", "alternatives"]


def test_exit_statuses() -> None:
    assert {status.name: status.value for status in ExitStatus} == EXIT_STATUSES


def test_clauses() -> None:
    assert [clause.value for clause in Clause] == CLAUSES


def test_cookie_faults() -> None:
    assert [fault.value for fault in CookieFault] == COOKIE_FAULTS


def test_failures() -> None:
    assert [failure.value for failure in Failure] == FAILURES


def test_json_keys() -> None:
    """The schema has these keys and no others; the tests of reports show that reports have what it says."""
    definitions = json.loads(schema_text())["$defs"]
    keys = [f"{name}.{key}" for name, definition in definitions.items() for key in definition.get("properties", {})]

    assert sorted(keys) == JSON_KEYS


def test_json_keys_of_comparisons() -> None:
    schema = json.loads(comparison_schema_text())
    objects = {"": schema, "summary": schema["properties"]["summary"], **schema["$defs"]}
    keys = [f"{name}.{key}".lstrip(".") for name, each in objects.items() for key in each["properties"]]

    assert sorted(keys) == COMPARISON_KEYS
    assert schema["$defs"]["difference"]["properties"]["kind"]["enum"] == list(KINDS)


def test_json_keys_of_statistics() -> None:
    schema = json.loads(stats_schema_text())
    nested = {name: each for name, each in schema["properties"].items() if "properties" in each}
    bins = schema["$defs"]["distribution"]["properties"]["bins"]["items"]
    objects = {"": schema, **nested, **schema["$defs"], "bin": bins}
    keys = [f"{name}.{key}".lstrip(".") for name, each in objects.items() for key in each.get("properties", {})]

    assert sorted(keys) == STATS_KEYS


def test_keys_of_the_configuration_in_json(tmp_path: Path) -> None:
    text = "[services.a]\nurl = 'http://a.example'\n[[ignore]]\ncode = 'HDR3'\nreason = 'x'\n"
    (tmp_path / "hdrcli.toml").write_text(text)
    shown = json.loads(hdrcli("config", "--format=json", cwd=tmp_path).out)

    assert sorted(shown) == CONFIG_KEYS[""]
    assert {name: sorted(shown[name][0]) for name in CONFIG_KEYS if name} == {
        name: keys for name, keys in CONFIG_KEYS.items() if name
    }


def test_keys_of_the_configuration_file() -> None:
    """Those of options are in `SETTINGS`."""
    assert sorted(TABLES) == ["ignore", "routes", "services"]
    assert sorted(OWN_SERVICE_KEYS) == ["paths", "url"]
    assert sorted(ROUTE_KEYS) == ["absent", "blocked", "hidden", "readable", "status"]
    assert sorted(IGNORE_KEYS) == ["code", "reason", "route"]


def test_recipes() -> None:
    """Files stay where they are, and have these names as keys, values or texts of their own."""
    root = Path(package.__file__).parent.parent
    for file, names in RECIPES.items():
        text = (root / file).read_text("utf-8")
        assert [name for name in names if not re.search(rf"(?m)^[\s\"]*(- id: )?{re.escape(name)}\b", text)] == []
