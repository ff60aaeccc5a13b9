from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

import pytest

from hdrcli.inspection import check
from hdrcli.records.errors import ExitStatus
from hdrcli.records.route import RouteRecord, UnmetExpectation
from hdrcli.records.verdict import Clause
from hdrcli.settings import Settings
from hdrcli.settings.contract import Expectation
from hdrcli.verdict.expectations import unmet_expectations
from tests.checking import route_of
from tests.serving.loopback import free_port
from tests.serving.raw import RawServer

Verdict = Literal["readable", "hidden", "absent"]

PAGE: Final = "https://app.example"
ONCE: Final = Settings(targets=(), origins=(PAGE,), credentials=("omit",))
BOTH: Final = replace(ONCE, credentials=("omit", "include"))
PREFLIGHTED: Final = replace(ONCE, method="PUT")

ALL: Final = b"Access-Control-Allow-Origin: *\r\n"
CREDENTIALED: Final = b"Access-Control-Allow-Origin: https://app.example\r\nAccess-Control-Allow-Credentials: true\r\n"
EXPOSED: Final = ALL + b"Access-Control-Expose-Headers: X-A\r\nX-A: 1"
HIDDEN: Final = ALL + b"X-A: 1"
ABSENT: Final = ALL + b"X-B: 1"
BLOCKED: Final = b"X-A: 1"


def unmet(verdict: Verdict, name: str, route: RouteRecord) -> list[UnmetExpectation]:
    return list(unmet_expectations([Expectation(verdict=verdict, name=name)], route))


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
    assert unmet(verdict, name, route_of(head, settings=ONCE)) == []


@pytest.mark.parametrize(
    ("verdict", "head", "clause"),
    [
        ("readable", HIDDEN, Clause.NO_LIST),
        ("readable", ABSENT, Clause.NOT_SENT),
        ("readable", BLOCKED, Clause.BLOCKED),
        ("hidden", EXPOSED, Clause.LISTED),
        ("hidden", ABSENT, Clause.NOT_SENT),
        ("absent", EXPOSED, Clause.LISTED),
        ("absent", HIDDEN, Clause.NO_LIST),
        ("absent", BLOCKED, Clause.BLOCKED),
    ],
)
def test_unmet(verdict: Verdict, head: bytes, clause: Clause) -> None:
    (found,) = unmet(verdict, "X-A", route_of(head, settings=ONCE))

    assert (str(found.fetch.page), found.fetch.credentials, found.browsers) == (PAGE, "omit", ())
    assert (found.verdict.clause, found.verdict.sent) == (clause, head is not ABSENT)


@pytest.mark.parametrize("verdict", ["readable", "hidden", "absent"])
def test_unmet_where_the_preflight_fails(verdict: Verdict) -> None:
    (found,) = unmet(verdict, "X-A", route_of(EXPOSED, settings=PREFLIGHTED))

    assert found.fetch.response is None
    assert found.verdict.clause is Clause.BLOCKED


def test_the_first_fetch_that_shows_it_is_reported() -> None:
    head = CREDENTIALED + b"Access-Control-Expose-Headers: *\r\nX-A: 1"
    route = route_of(head, settings=BOTH)
    (hidden,) = unmet("readable", "X-A", route)
    (readable,) = unmet("hidden", "X-A", route)

    assert (hidden.fetch.credentials, hidden.verdict.clause) == ("include", Clause.WILDCARD_WITH_CREDENTIALS)
    assert (readable.fetch.credentials, readable.verdict.clause) == ("omit", Clause.WILDCARD)


def test_browsers_are_named_where_others_meet_it() -> None:
    (found,) = unmet("readable", "X-A", route_of(EXPOSED + b"\r2", settings=ONCE))

    assert found.browsers == ("firefox",)
    assert found.verdict.clause is Clause.VALUE_HIDDEN


@pytest.mark.parametrize(
    ("verdict", "name", "holds"),
    [("readable", "X-A", True), ("readable", "X-No", False), ("absent", "X-A", False)],
)
def test_an_expectation_that_only_one_credentials_mode_meets(verdict: Verdict, name: str, *, holds: bool) -> None:
    route = route_of(CREDENTIALED + b"Access-Control-Expose-Headers: *\r\nX-A: 1", settings=BOTH)
    (found,) = unmet(verdict, name, route)

    assert found.holds_in_a_mode is holds


def test_each_expectation_counts() -> None:
    expectations = [Expectation(verdict="readable", name="X-A"), Expectation(verdict="absent", name="X-B")]
    found = unmet_expectations(expectations, route_of(ABSENT, settings=ONCE))

    assert [one.expectation for one in found] == expectations
    assert unmet_expectations([], route_of(ABSENT, settings=ONCE)) == ()


@pytest.mark.parametrize(
    ("head", "status"),
    [(EXPOSED, ExitStatus.OK), (HIDDEN, ExitStatus.FAILED), (ABSENT, ExitStatus.FAILED), (BLOCKED, ExitStatus.FAILED)],
)
def test_the_exit_status(head: bytes, status: ExitStatus) -> None:
    with RawServer(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n") as server:
        report = check(replace(ONCE, targets=(server.url,), expect_readable=("X-A",)))

    assert report.exit_status is status
    assert len(report.unmet) == (status is ExitStatus.FAILED)


def test_no_response_outweighs_an_unmet_expectation() -> None:
    report = check(replace(ONCE, targets=(f"http://127.0.0.1:{free_port()}/",), expect_readable=("X-A",)))

    assert report.exit_status is ExitStatus.UNREACHABLE
    assert [unmet.verdict.clause for unmet in report.unmet] == [Clause.BLOCKED]


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
def test_a_name_that_is_not_valid_is_never_readable(name: str) -> None:
    assert len(unmet("readable", name, route_of(EXPOSED, settings=ONCE))) == 1
