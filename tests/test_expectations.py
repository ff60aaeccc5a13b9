from __future__ import annotations

import time
from typing import Final, Literal

import pytest

from hdrcli.inspection import check
from hdrcli.records.errors import ExitStatus
from hdrcli.records.expectation import UnmetExpectation
from hdrcli.records.route import RouteRecord
from hdrcli.records.verdict import Clause
from hdrcli.settings import Settings
from hdrcli.settings.contract import Expectation
from hdrcli.structs import replace
from hdrcli.verdict.expectations import names_match, unmet_expectations
from tests.checking import route_of
from tests.cli.program import hdrcli
from tests.reporting import valid
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


IF_SENT: Final = Expectation(verdict="readable-if-sent", name="X-A")
ONE_OF: Final = Expectation(verdict="readable", name="X-A", alternatives=("X-B", "X-C"))


@pytest.mark.parametrize(
    ("expectation", "head", "is_met"),
    [
        pytest.param(IF_SENT, EXPOSED, True, id="if sent: readable"),
        pytest.param(IF_SENT, ABSENT, True, id="if sent: not sent"),
        pytest.param(IF_SENT, HIDDEN, False, id="if sent: hidden"),
        pytest.param(IF_SENT, BLOCKED, False, id="if sent: blocked"),
        pytest.param(ONE_OF, EXPOSED, True, id="one of: one is readable"),
        pytest.param(ONE_OF, EXPOSED + b"\r\nX-B: 1", False, id="one of: another one is hidden"),
        pytest.param(ONE_OF, ABSENT, False, id="one of: an alternative is hidden"),
        pytest.param(ONE_OF, ALL + b"X-D: 1", False, id="one of: none is sent"),
    ],
)
def test_headers_that_are_expected_in_some_cases(expectation: Expectation, head: bytes, *, is_met: bool) -> None:
    found = unmet_expectations([expectation], route_of(head, settings=ONCE))

    assert (found == ()) is is_met


def test_no_response_meets_an_expectation_about_what_is_sent() -> None:
    """The blocked fetch is a fault by itself."""
    assert unmet_expectations([IF_SENT], route_of(EXPOSED, settings=PREFLIGHTED)) == ()


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


# --- patterns -------------------------------------------------------------------------------------------

SEVERAL: Final = ALL + b"Access-Control-Expose-Headers: X-A, X-Ab\r\nX-A: 1\r\nX-Ab: 2\r\nX-Debug: 3\r\nSet-Cookie: a=1"


@pytest.mark.parametrize(
    ("verdict", "pattern"),
    [
        ("readable", "X-A*"),
        ("readable", "x-a?"),
        ("readable", "*X-A*"),
        ("hidden", "X-D*"),
        ("hidden", "Set-*"),
        ("absent", "X-B*"),
        ("absent", "X-A??"),
    ],
)
def test_a_pattern_is_met(verdict: Verdict, pattern: str) -> None:
    assert unmet(verdict, pattern, route_of(SEVERAL, settings=ONCE)) == []


@pytest.mark.parametrize(
    ("verdict", "pattern", "name", "clause"),
    [
        ("readable", "X-*", "x-debug", Clause.NOT_LISTED),
        ("readable", "X-B*", "X-B*", Clause.NOT_SENT),
        ("readable", "Set-*", "Set-*", Clause.NOT_SENT),
        ("hidden", "X-*", "x-a", Clause.LISTED),
        ("hidden", "X-B*", "X-B*", Clause.NOT_SENT),
        ("absent", "*-AB", "x-ab", Clause.LISTED),
    ],
)
def test_a_pattern_is_unmet_by_a_header(verdict: Verdict, pattern: str, name: str, clause: Clause) -> None:
    (found,) = unmet(verdict, pattern, route_of(SEVERAL, settings=ONCE))

    assert (found.expectation.name, found.name, found.verdict.clause) == (pattern, name, clause)


def test_a_pattern_is_unmet_where_the_page_is_blocked() -> None:
    (found,) = unmet("readable", "X-*", route_of(BLOCKED, settings=ONCE))

    assert (found.name, found.verdict.clause) == ("x-a", Clause.BLOCKED)


@pytest.mark.parametrize(("length", "pattern"), [(60_000, "*a*a*a*a*b"), (60_000, "*?*?*?*?*?*b")])
def test_long_names_do_not_take_long(length: int, pattern: str) -> None:
    start = time.monotonic()

    assert not names_match(pattern, "a" * length)
    assert time.monotonic() - start < 1


@pytest.mark.parametrize(
    ("options", "head", "status", "findings"),
    [
        (["--expect-readable=X-*"], EXPOSED, 0, []),
        (["--expect-readable=x-*"], HIDDEN, 1, [("error", "HDR301")]),
        (["--expect-readable=X-B*"], EXPOSED, 1, []),
        (["--expect-readable=X-*", "--expect-absent=X-B"], EXPOSED, 0, []),
        (["--expect-hidden=X-*"], HIDDEN, 0, [("warning", "HDR301")]),
        (["--expect-absent=X-*"], EXPOSED, 1, []),
        (["--expect-readable=X-A", "--ignore=Custom-Header-not-exposed", "--fail-on=warning"], EXPOSED, 0, []),
        (["--ignore=custom-header-not-exposed", "--fail-on=warning"], HIDDEN, 0, []),
    ],
    ids=str,
)
def test_patterns_on_the_command_line(
    options: list[str], head: bytes, status: int, findings: list[tuple[str, str]]
) -> None:
    with RawServer(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n") as server:
        ended = hdrcli("check", server.url, "--format=json", "--no-probe", "--credentials=omit", *options)

    (service,) = valid(ended.out)["services"]
    assert [(finding["severity"], finding["code"]) for finding in service["findings"]] == findings
    assert ended.status == status


@pytest.mark.parametrize(
    ("options", "is_refused"),
    [
        (["--expect-readable=X-*", "--expect-hidden=X-A"], True),
        (["--expect-absent=X-*", "--expect-readable=x-a"], True),
        (["--expect-hidden=X-*", "--expect-absent=x-*"], True),
        (["--expect-readable=X-A", "--expect-hidden=x-a"], True),
        (["--expect-readable=X-*", "--expect-absent=X-A"], False),
        (["--expect-readable=X-*", "--expect-hidden=Y-A"], False),
        (["--expect-readable=X-*", "--expect-hidden=X-A*"], False),
        (["--expect-readable=X-*,X-A"], False),
        (["--expect-readable=X *"], True),
        (["--expect-readable=X-[ab]"], True),
    ],
    ids=str,
)
def test_expectations_that_nothing_can_meet_are_refused(options: list[str], *, is_refused: bool) -> None:
    ended = hdrcli("check", f"http://127.0.0.1:{free_port()}/", *options)

    assert ended.status == (2 if is_refused else 3)
