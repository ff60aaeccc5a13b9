"""What outsiders rely on. A line may be added here; one that changes or goes breaks somebody's program.

A name that is given up is never given another meaning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Final

import hdrcli
from hdrcli import ExitStatus, Expectation, Settings, check
from hdrcli.fetch import CookieFault, Failure
from hdrcli.records.route import BrowserRecord
from hdrcli.records.verdict import Clause
from hdrcli.reporters import json as json_reporter
from tests.serving.loopback import free_port
from tests.serving.raw import RawServer

PUBLIC_NAMES: Final = [
    "ExitStatus",
    "Expectation",
    "Finding",
    "Report",
    "Settings",
    "UsageError",
    "check",
    "check_async",
]

SETTINGS: Final = [
    "urls",
    "method",
    "headers",
    "body",
    "origins",
    "credentials",
    "browsers",
    "mode",
    "redirect",
    "cookies",
    "third_party_cookies",
    "expectations",
    "fail_on_blocked",
    "fail_on",
    "select",
    "ignore",
    "probe",
    "stack",
    "compare",
    "timeout",
    "verify",
    "in_browser",
    "cacert",
    "cert",
    "key",
    "http2",
]

EXIT_STATUSES: Final = {"OK": 0, "FAILED": 1, "USAGE": 2, "UNREACHABLE": 3, "BUG": 70, "INTERRUPTED": 130}

CLAUSES: Final = [
    "safelisted",
    "listed",
    "wildcard",
    "same-origin",
    "not-listed",
    "wildcard-with-credentials",
    "forbidden",
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
    "schema",
    "exit_status",
    "stack",
    "routes",
    "routes[].method",
    "routes[].url",
    "routes[].left_out",
    "routes[].left_out[].browser",
    "routes[].left_out[].page",
    "routes[].left_out[].reason",
    "routes[].fetches",
    "routes[].fetches[].page",
    "routes[].fetches[].credentials",
    "routes[].fetches[].browser",
    "routes[].fetches[].outcome",
    "routes[].fetches[].quirks",
    "routes[].fetches[].type",
    "routes[].fetches[].status",
    "routes[].fetches[].url",
    "routes[].fetches[].redirected",
    "routes[].fetches[].headers",
    "routes[].fetches[].failure",
    "routes[].fetches[].failure.code",
    "routes[].fetches[].failure.detail",
    "routes[].fetches[].failure.exchange",
    "routes[].fetches[].failure.console",
    "routes[].fetches[].failure.console[].browser",
    "routes[].fetches[].failure.console[].name",
    "routes[].fetches[].failure.console[].text",
    "routes[].fetches[].failure.console[].error",
    "routes[].fetches[].dropped_request_headers",
    "routes[].fetches[].cookies",
    "routes[].fetches[].cookies[].name",
    "routes[].fetches[].cookies[].sent",
    "routes[].fetches[].cookies[].reason",
    "routes[].fetches[].cookies[].detail",
    "routes[].fetches[].set_cookies",
    "routes[].fetches[].set_cookies[].name",
    "routes[].fetches[].set_cookies[].stored",
    "routes[].fetches[].set_cookies[].reason",
    "routes[].fetches[].set_cookies[].detail",
    "routes[].fetches[].exchanges",
    "routes[].fetches[].exchanges[].purpose",
    "routes[].fetches[].exchanges[].request",
    "routes[].fetches[].exchanges[].request.method",
    "routes[].fetches[].exchanges[].request.url",
    "routes[].fetches[].exchanges[].request.headers",
    "routes[].fetches[].exchanges[].interim",
    "routes[].fetches[].exchanges[].interim[].status",
    "routes[].fetches[].exchanges[].interim[].headers",
    "routes[].fetches[].exchanges[].response",
    "routes[].fetches[].exchanges[].response.status",
    "routes[].fetches[].exchanges[].response.headers",
    "routes[].fetches[].exchanges[].response.proxy",
    "routes[].fetches[].exchanges[].response.http_version",
    "routes[].fetches[].exchanges[].failure",
    "routes[].fetches[].exchanges[].failure.code",
    "routes[].fetches[].exchanges[].failure.detail",
    "routes[].fetches[].in_browser",
    "routes[].fetches[].in_browser.agreement",
    "routes[].fetches[].in_browser.browser",
    "routes[].fetches[].in_browser.version",
    "routes[].fetches[].in_browser.program",
    "routes[].fetches[].in_browser.outcome",
    "routes[].fetches[].in_browser.type",
    "routes[].fetches[].in_browser.status",
    "routes[].fetches[].in_browser.headers",
    "routes[].fetches[].in_browser.error",
    "routes[].fetches[].in_browser.console",
    "routes[].headers",
    "routes[].headers[].name",
    "routes[].headers[].custom",
    "routes[].headers[].verdicts",
    "routes[].headers[].verdicts[].fetch",
    "routes[].headers[].verdicts[].sent",
    "routes[].headers[].verdicts[].readable",
    "routes[].headers[].verdicts[].clause",
    "routes[].headers[].verdicts[].detail",
    "routes[].headers[].verdicts[].values",
    "routes[].probes",
    "routes[].probes[].kind",
    "routes[].probes[].purpose",
    "routes[].probes[].request",
    "routes[].probes[].request.method",
    "routes[].probes[].request.url",
    "routes[].probes[].request.headers",
    "routes[].probes[].interim",
    "routes[].probes[].interim[].status",
    "routes[].probes[].interim[].headers",
    "routes[].probes[].response",
    "routes[].probes[].response.status",
    "routes[].probes[].response.headers",
    "routes[].probes[].response.proxy",
    "routes[].probes[].response.http_version",
    "routes[].probes[].failure",
    "routes[].probes[].failure.code",
    "routes[].probes[].failure.detail",
    "findings",
    "findings[].code",
    "findings[].name",
    "findings[].severity",
    "findings[].places",
    "findings[].places[].method",
    "findings[].places[].url",
    "findings[].places[].page",
    "findings[].places[].credentials",
    "findings[].browsers",
    "findings[].quirks",
    "findings[].seen",
    "findings[].javascript",
    "findings[].action",
    "findings[].setting",
    "findings[].spec",
    "unmet",
    "unmet[].expect",
    "unmet[].name",
    "unmet[].method",
    "unmet[].url",
    "unmet[].reason",
]

IN_BROWSER: Final = BrowserRecord(
    browser="chromium",
    version="156.0",
    program="/usr/bin/chromium",
    outcome="readable",
    type="cors",
    status=200,
    headers=(("x-a", "1"),),
    error="",
    console=(),
)


def test_public_names() -> None:
    assert sorted(hdrcli.__all__) == PUBLIC_NAMES


def test_settings() -> None:
    assert [field.name for field in fields(Settings)] == SETTINGS
    assert [field.name for field in fields(Expectation)] == ["verdict", "name"]


def test_exit_statuses() -> None:
    assert {status.name: status.value for status in ExitStatus} == EXIT_STATUSES


def test_clauses() -> None:
    assert [clause.value for clause in Clause] == CLAUSES


def test_cookie_faults() -> None:
    assert [fault.value for fault in CookieFault] == COOKIE_FAULTS


def test_failures() -> None:
    assert [failure.value for failure in Failure] == FAILURES


def test_json_keys() -> None:
    """The keys of a report that has some of everything."""
    answer = (
        b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
        b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nX-A: 1\r\nSet-Cookie: s=1\r\n\r\n"
    )
    # One answer for each page, which its fetches share, one for the first probe, and none for the others.
    with RawServer(answer, answer, answer, b"") as server:
        report = check(
            Settings(
                urls=(server.url, f"http://127.0.0.1:{free_port()}/"),
                origins=("http://localhost:3000", "https://app.example"),
                headers=(("Cookie", "a=1"),),
                cookies=("c=1; SameSite=Lax",),
                expect_absent=("X-A",),
            ),
        )
    (route, unreachable) = report.routes
    seen = replace(route.fetches[0], in_browser=IN_BROWSER)
    routes = (replace(route, fetches=(seen, *route.fetches[1:])), unreachable)
    document = json_reporter.as_json(replace(report, routes=routes))

    assert document["schema"] == "hdrcli/report@1"
    assert set(_paths(document)) == set(JSON_KEYS)


def _paths(value: object, path: str = "") -> Iterator[str]:
    """Where each key stands: "routes[].url"."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield path + key
            yield from _paths(inner, f"{path}{key}.")
    elif isinstance(value, list):
        for inner in value:
            yield from _paths(inner, f"{path.removesuffix('.')}[].")
