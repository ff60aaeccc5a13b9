"""A request with an unsafe method is sent once, for the first caller, unless it may be repeated."""

from __future__ import annotations

from typing import Any

import pytest

from hdrcli.fetch.headers import get
from hdrcli.fetch.request import CredentialsMode
from hdrcli.report.report import Report
from tests.findings import found
from tests.rules.asking import PAGE, Answer, Asked, answering, ask

ADMIN = "https://admin.example"


def asked_for(method: str, **settings: Any) -> tuple[Report, list[str]]:  # noqa: ANN401 -- fields of Settings
    """The report, and the requests as the app sees them: "POST https://app.example"."""
    requests: list[str] = []

    def respond(asked: Asked) -> Answer:
        requests.append(f"{asked.method} {asked.origin}")
        allowed = (
            ("Access-Control-Allow-Origin", asked.origin),
            ("Access-Control-Allow-Credentials", "true"),
            ("Access-Control-Allow-Methods", "PUT"),
            ("Vary", "Origin"),
        )
        return 200, allowed if asked.origin in {PAGE, ADMIN} else (("Vary", "Origin"),)

    return ask(answering(respond), method=method, **settings), requests


def writes(requests: list[str]) -> list[str]:
    return [request for request in requests if not request.startswith(("GET", "OPTIONS"))]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_write_is_sent_once_for_the_first_caller(method: str) -> None:
    origins = (PAGE, ADMIN)
    report, requests = asked_for(method, origins=origins, credentials=(), cookies=("sid=1",))

    assert writes(requests) == ([] if method == "DELETE" else [f"{method} {PAGE}"])
    assert report.totals.held == len(report.routes[0].held)


def test_a_cookie_is_sent_with_the_one_write() -> None:
    report, _ = asked_for("POST", credentials=(), cookies=("sid=1",))
    (fetch, *_) = report.fetches

    assert fetch.credentials == "include"
    assert {held.caller.credentials for held in report.routes[0].held} == {"omit"}


def test_preflights_are_sent_for_all_callers() -> None:
    report, requests = asked_for("PUT", origins=(PAGE, ADMIN, "https://evil.example"))

    assert {f"OPTIONS {origin}" for origin in (PAGE, ADMIN, "https://evil.example")} <= set(requests)
    assert writes(requests) == [f"PUT {PAGE}"]
    assert [str(held.caller.page) for held in report.routes[0].held] == [ADMIN] * 3
    assert "error HDR101" in found(report)


def test_a_write_may_be_repeated() -> None:
    report, requests = asked_for("PUT", origins=(PAGE, ADMIN), repeat_writes=True)

    assert writes(requests) == [f"PUT {PAGE}", f"PUT {ADMIN}"]
    assert report.routes[0].held == ()


def test_only_preflights_are_sent() -> None:
    report, requests = asked_for("PUT", preflight_only=True)

    assert writes(requests) == []
    assert f"OPTIONS {PAGE}" in requests
    assert {held.request.method for held in report.routes[0].held} == {"PUT"}
    assert report.exit_status == 0


@pytest.mark.parametrize(
    ("method", "planned"), [("GET", ("GET", None)), ("PUT", ("OPTIONS", "PUT")), ("POST", ("POST", None))]
)
@pytest.mark.parametrize("credentials", ["omit", "include"])
def test_a_dry_run_sends_nothing(method: str, planned: tuple[str, str | None], credentials: CredentialsMode) -> None:
    headers = (("X-A", "1"),) if method == "PUT" else ()
    report, requests = asked_for(method, dry_run=True, credentials=(credentials,), headers=headers)

    assert requests == []
    found = {(held.request.method, held.following and held.following.method) for held in report.routes[0].held}
    assert found == {planned}
    if planned[1]:
        assert {get("X-A", held.following.headers) for held in report.routes[0].held if held.following} == {"1"}
    assert report.exit_status == 0


def test_reads_are_sent_for_all() -> None:
    report, _ = asked_for("GET", origins=(PAGE, ADMIN))

    assert len(report.fetches) == 6
    assert report.routes[0].held == ()


# Statuses, and fetches that are meant to be blocked


@pytest.mark.parametrize(
    ("status", "expected", "findings"),
    [
        (200, (), []),
        (304, (), []),
        (404, (), ["error HDR005"]),
        (429, (), ["error HDR005"]),
        (500, (), ["error HDR005"]),
        (404, ("4xx",), []),
        (404, ("404", "422"), []),
        (500, ("4xx",), ["error HDR005"]),
        (200, ("404",), ["error HDR005"]),
    ],
)
def test_the_status_must_be_expected(status: int, expected: tuple[str, ...], findings: list[str]) -> None:
    report = ask(answering(lambda _: (status, (("Access-Control-Allow-Origin", "*"),))), expect_status=expected)

    assert found(report) == findings
    assert report.exit_status == (1 if findings else 0)


@pytest.mark.parametrize(
    ("origin", "findings", "exit_status"), [("https://admin.example", [], 0), ("*", ["error HDR007"], 1)]
)
def test_a_fetch_that_is_meant_to_be_blocked(origin: str, findings: list[str], exit_status: int) -> None:
    report = ask(answering(lambda _: (200, (("Access-Control-Allow-Origin", origin),))), expect_blocked=True)

    assert found(report) == findings
    assert report.exit_status == exit_status


@pytest.mark.parametrize(
    ("to_foreigners", "to_everybody", "expected", "findings"),
    [
        (404, 404, (), ["error HDR005"]),
        (401, 401, (), ["error HDR005"]),
        (500, 500, ("4xx",), ["error HDR005"]),
        (401, 401, ("401",), []),
        (403, 200, (), []),
    ],
)
def test_an_error_for_everybody_is_no_blocked_page(
    to_foreigners: int, to_everybody: int, expected: tuple[str, ...], findings: list[str]
) -> None:
    """A wrong URL and a missing token have no CORS headers either, and show nothing of the layer that is to refuse."""
    app = answering(lambda asked: (to_foreigners if asked.origin else to_everybody, ()))
    report = ask(app, expect_blocked=True, expect_status=expected)

    assert found(report) == findings
    assert report.exit_status == (1 if findings else 0)


@pytest.mark.parametrize("mode", ["no-cors", "same-origin"])
def test_no_blocked_fetch_is_green(mode: str) -> None:
    refused = (("Cross-Origin-Resource-Policy", "same-origin"),)
    report = ask(answering(lambda _: (200, refused)), mode=mode)

    assert found(report) == ["error HDR006"]
    assert report.exit_status == 1


def test_the_comparison_never_fails_an_expectation() -> None:
    headers = (
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Expose-Headers", "X-A"),
        ("X-A", "1"),
    )
    report = ask(
        answering(lambda _: (200, headers)),
        credentials=(),
        expect_readable=("X-A",),
    )

    assert report.unmet == ()
    assert report.exit_status == 0


def test_an_expectation_holds_only_for_an_expected_status() -> None:
    failing = answering(lambda _: (401, (("Access-Control-Allow-Origin", "*"),)))

    assert len(ask(failing, expect_absent=("X-A",), expect_status=()).unmet) == 1
    assert ask(failing, expect_absent=("X-A",), expect_status=("401",)).unmet == ()
