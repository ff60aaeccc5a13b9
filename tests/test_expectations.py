from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

import pytest

from hdrcli.inspection import check
from hdrcli.records.errors import ExitStatus
from hdrcli.records.route import RouteRecord
from hdrcli.settings import Expectation, Settings
from hdrcli.verdict.expectations import unmet_expectations
from tests.servers import RawServer, free_port, route_of

Verdict = Literal["readable", "hidden", "absent"]

PAGE: Final = "https://app.example"
AT_PAGE: Final = 'At https://app.example with credentials "omit" '
ONCE: Final = Settings(urls=(), origins=(PAGE,), credentials=("omit",))
BOTH: Final = replace(ONCE, credentials=("omit", "include"))
PREFLIGHTED: Final = replace(ONCE, method="PUT")

ALL: Final = b"Access-Control-Allow-Origin: *\r\n"
CREDENTIALED: Final = b"Access-Control-Allow-Origin: https://app.example\r\nAccess-Control-Allow-Credentials: true\r\n"
EXPOSED: Final = ALL + b"Access-Control-Expose-Headers: X-A\r\nX-A: 1"
HIDDEN: Final = ALL + b"X-A: 1"
ABSENT: Final = ALL + b"X-B: 1"
BLOCKED: Final = b"X-A: 1"


def reasons(verdict: Verdict, name: str, *routes: RouteRecord) -> list[str]:
    return [unmet.reason for unmet in unmet_expectations([Expectation(verdict=verdict, name=name)], routes)]


@pytest.mark.parametrize(
    ("verdict", "head"),
    [
        ("readable", EXPOSED),
        ("hidden", HIDDEN),
        ("hidden", BLOCKED),
        ("absent", ABSENT),
    ],
)
@pytest.mark.parametrize("name", ["X-A", "x-a"])
def test_met(verdict: Verdict, name: str, head: bytes) -> None:
    assert reasons(verdict, name, route_of(head, settings=ONCE)) == []


@pytest.mark.parametrize(
    ("verdict", "head", "reason"),
    [
        ("readable", HIDDEN, "it is hidden. There is no Access-Control-Expose-Headers header."),
        ("readable", ABSENT, "it is not sent."),
        ("readable", BLOCKED, "it is hidden. The whole response is blocked (allow-origin-missing)."),
        ("hidden", EXPOSED, "it is readable. Access-Control-Expose-Headers names it."),
        ("hidden", ABSENT, "it is not sent."),
        ("absent", EXPOSED, "it is sent."),
        ("absent", HIDDEN, "it is sent."),
        ("absent", BLOCKED, "it is sent."),
    ],
)
def test_unmet(verdict: Verdict, head: bytes, reason: str) -> None:
    assert reasons(verdict, "X-A", route_of(head, settings=ONCE)) == [AT_PAGE + reason]


@pytest.mark.parametrize("verdict", ["readable", "hidden"])
def test_unmet_where_the_preflight_fails(verdict: Verdict) -> None:
    assert reasons(verdict, "X-A", route_of(EXPOSED, settings=PREFLIGHTED)) == [
        AT_PAGE + "there is no answer to tell by. The whole response is blocked (preflight-method).",
    ]


def test_absence_is_not_shown_where_the_preflight_fails() -> None:
    assert reasons("absent", "X-A", route_of(EXPOSED, settings=PREFLIGHTED)) == [
        AT_PAGE + "there is no answer to tell by. The whole response is blocked (preflight-method).",
    ]


def test_the_first_fetch_that_shows_it_is_named() -> None:
    head = CREDENTIALED + b"Access-Control-Expose-Headers: *\r\nX-A: 1"
    route = route_of(head, settings=BOTH)

    wildcard = 'Access-Control-Expose-Headers has "*"'
    at_page = AT_PAGE.replace("omit", "include")

    assert reasons("readable", "X-A", route) == [
        f"{at_page}it is hidden. {wildcard}, which does not count with credentials.",
    ]
    assert reasons("hidden", "X-A", route) == [f"{AT_PAGE}it is readable. {wildcard}."]


def test_browsers_are_named_where_others_meet_it() -> None:
    route = route_of(EXPOSED + b"\r2", settings=ONCE)

    assert reasons("readable", "X-A", route) == [
        AT_PAGE + "in firefox it is hidden. Its value holds a CR, which this browser leaves there: fetch() never shows "
        "that.",
    ]


@pytest.mark.parametrize(
    ("verdict", "name", "holds"),
    [("readable", "X-A", True), ("readable", "X-No", False), ("absent", "X-A", False)],
)
def test_an_expectation_that_one_credentials_mode_alone_meets(verdict: Verdict, name: str, *, holds: bool) -> None:
    route = route_of(CREDENTIALED + b"Access-Control-Expose-Headers: *\r\nX-A: 1", settings=BOTH)
    (unmet,) = unmet_expectations([Expectation(verdict=verdict, name=name)], [route])

    assert unmet.holds_in_a_mode is holds


def test_each_route_and_each_expectation_counts() -> None:
    routes = [route_of(head, settings=ONCE) for head in (EXPOSED, HIDDEN, ABSENT)]
    expectations = [Expectation(verdict="readable", name="X-A"), Expectation(verdict="absent", name="X-B")]
    unmet = unmet_expectations(expectations, routes)

    assert [(one.expectation, one.route) for one in unmet] == [
        (expectations[0], routes[1]),
        (expectations[0], routes[2]),
        (expectations[1], routes[2]),
    ]
    assert unmet_expectations(expectations, []) == ()
    assert unmet_expectations([], routes) == ()


@pytest.mark.parametrize(
    ("head", "status"),
    [(EXPOSED, ExitStatus.OK), (HIDDEN, ExitStatus.FAILED), (ABSENT, ExitStatus.FAILED), (BLOCKED, ExitStatus.FAILED)],
)
def test_the_exit_status(head: bytes, status: ExitStatus) -> None:
    with RawServer(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n") as server:
        report = check(replace(ONCE, urls=(server.url,), expect_readable=("X-A",)))

    assert report.exit_status is status
    assert len(report.unmet) == (status is ExitStatus.FAILED)


def test_no_answer_outweighs_an_unmet_expectation() -> None:
    report = check(replace(ONCE, urls=(f"http://127.0.0.1:{free_port()}/",), expect_readable=("X-A",)))

    assert report.exit_status is ExitStatus.UNREACHABLE
    assert [unmet.reason for unmet in report.unmet] == [
        AT_PAGE + "there is no answer to tell by. The whole response is blocked (connection-refused).",
    ]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            "X-\u6570",
        ),
        "X-\xe9",
        "X A",
        "",
    ],
)
def test_a_name_that_is_none_is_never_readable(name: str) -> None:
    assert len(reasons("readable", name, route_of(EXPOSED, settings=ONCE))) == 1
