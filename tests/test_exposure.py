"""Which headers are readable, by which clause: real answers of a real server, judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pytest

from hdrcli.fetch import (
    CHROMIUM,
    FIREFOX,
    STANDARD,
    CookieStore,
    FetchParams,
    FilteredResponse,
    HTTPResponse,
    NetworkContext,
    Request,
    RequestInit,
    UserAgent,
    fetch,
    new_request,
    parse_origin,
)
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import Caller, FetchRecord, RouteRecord
from hdrcli.records.verdict import Clause
from hdrcli.settings import Settings
from hdrcli.verdict.exposure import complete_expose_list, judge_header, judge_headers
from tests.checking import route_of

PAGE: Final = "https://app.example"
OTHER_PAGE: Final = "https://other.example"
OMIT: Final = Settings(targets=(), browsers=("standard",), origins=(PAGE,), credentials=("omit",))
INCLUDE: Final = Settings(targets=(), browsers=("standard",), origins=(PAGE,), credentials=("include",))
BOTH: Final = Settings(targets=(), browsers=("standard",), origins=(PAGE,), credentials=("omit", "include"))
NO_CORS: Final = Settings(targets=(), browsers=("standard",), origins=(PAGE,), credentials=("omit",), mode="no-cors")
MANUAL: Final = Settings(targets=(), browsers=("standard",), origins=(PAGE,), credentials=("omit",), redirect="manual")
PREFLIGHTED: Final = Settings(targets=(), browsers=("standard",), origins=(PAGE,), credentials=("omit",), method="PUT")
TWO_PAGES: Final = Settings(targets=(), browsers=("standard",), origins=(PAGE, OTHER_PAGE), credentials=("omit",))

ALL: Final = b"Access-Control-Allow-Origin: *\r\n"
CREDENTIALED: Final = b"Access-Control-Allow-Origin: https://app.example\r\nAccess-Control-Allow-Credentials: true\r\n"
EXPOSE: Final = b"Access-Control-Expose-Headers: "
REDIRECT: Final = b"HTTP/1.1 302 Found\r\nX-A: 1\r\nLocation: "

READABLE: Final = frozenset({Clause.SAFELISTED, Clause.LISTED, Clause.WILDCARD, Clause.SAME_ORIGIN})


@dataclass(frozen=True, kw_only=True)
class Case:
    """What one fetch makes of one header of these answers."""

    name: str
    answers: tuple[bytes, ...]
    header: str
    clause: Clause
    values: tuple[str, ...] = ("1",)
    settings: Settings = OMIT
    same_origin: bool = False


CASES: Final = [
    Case(
        name="safelisted",
        answers=(ALL + b"cache-control: no-store",),
        header="Cache-Control",
        values=("no-store",),
        clause=Clause.SAFELISTED,
    ),
    Case(
        name="safelisted beside a void list",
        answers=(ALL + EXPOSE + b"X A\r\nExpires: 0",),
        header="expires",
        values=("0",),
        clause=Clause.SAFELISTED,
    ),
    Case(
        name="listed, in another case",
        answers=(ALL + EXPOSE + b"x-b, x-a\r\nX-A: 1",),
        header="X-A",
        clause=Clause.LISTED,
    ),
    Case(
        name="listed on the second line",
        answers=(ALL + EXPOSE + b"X-B\r\n" + EXPOSE + b",,X-A,\r\nX-A: 1",),
        header="X-A",
        clause=Clause.LISTED,
    ),
    Case(
        name="listed beside the wildcard, with credentials",
        answers=(CREDENTIALED + EXPOSE + b"*, X-A\r\nX-A: 1",),
        header="X-A",
        settings=INCLUDE,
        clause=Clause.LISTED,
    ),
    Case(
        name="a header named * with credentials",
        answers=(CREDENTIALED + EXPOSE + b"*\r\n*: 1",),
        header="*",
        settings=INCLUDE,
        clause=Clause.LISTED,
    ),
    Case(
        name="several lines",
        answers=(ALL + EXPOSE + b"X-A\r\nX-A: 1\r\nx-a: 2\r\nX-A:",),
        header="X-A",
        values=("1", "2", ""),
        clause=Clause.LISTED,
    ),
    Case(
        name="empty value",
        answers=(ALL + EXPOSE + b"X-A\r\nX-A:",),
        header="X-A",
        values=("",),
        clause=Clause.LISTED,
    ),
    Case(
        name="wildcard",
        answers=(ALL + EXPOSE + b"*\r\nX-A: 1",),
        header="X-A",
        clause=Clause.WILDCARD,
    ),
    Case(
        name="wildcard and Authorization",
        answers=(ALL + EXPOSE + b"*\r\nAuthorization: 1",),
        header="Authorization",
        clause=Clause.WILDCARD,
    ),
    Case(
        name="same origin",
        answers=(b"X-A: 1",),
        header="X-A",
        same_origin=True,
        clause=Clause.SAME_ORIGIN,
    ),
    Case(
        name="same origin, safelisted",
        answers=(b"Content-Type: 1",),
        header="Content-Type",
        same_origin=True,
        clause=Clause.SAME_ORIGIN,
    ),
    Case(
        name="no list",
        answers=(ALL + b"X-A: 1",),
        header="X-A",
        clause=Clause.NO_LIST,
    ),
    Case(
        name="not in the list",
        answers=(ALL + EXPOSE + b"X-B, X-AA\r\nX-A: 1",),
        header="X-A",
        clause=Clause.NOT_LISTED,
    ),
    Case(
        name="empty list",
        answers=(ALL + EXPOSE + b"\r\nETag: 1",),
        header="ETag",
        clause=Clause.NOT_LISTED,
    ),
    Case(
        name="list of the preflight alone",
        answers=(ALL + b"Access-Control-Allow-Methods: PUT\r\n" + EXPOSE + b"X-A", ALL + b"X-A: 1"),
        header="X-A",
        settings=PREFLIGHTED,
        clause=Clause.NO_LIST,
    ),
    Case(
        name="wildcard with credentials",
        answers=(CREDENTIALED + EXPOSE + b"*\r\nX-A: 1",),
        header="X-A",
        settings=INCLUDE,
        clause=Clause.WILDCARD_WITH_CREDENTIALS,
    ),
    Case(
        name="forbidden, wildcard",
        answers=(ALL + EXPOSE + b"*\r\nSet-Cookie: 1",),
        header="set-cookie",
        clause=Clause.FORBIDDEN,
    ),
    Case(
        name="forbidden, listed",
        answers=(ALL + EXPOSE + b"Set-Cookie2\r\nSet-Cookie2: 1",),
        header="Set-Cookie2",
        clause=Clause.FORBIDDEN,
    ),
    Case(
        name="forbidden, same origin",
        answers=(b"Set-Cookie: 1",),
        header="Set-Cookie",
        same_origin=True,
        clause=Clause.FORBIDDEN,
    ),
    *(
        Case(
            name=f"void list: {listed!r}",
            answers=(ALL + EXPOSE + listed + b"\r\nX-A: 1",),
            header="X-A",
            clause=Clause.LIST_VOID,
        )
        for listed, element in {
            b"X-A, X B": "X B",
            b'"X-A"': '"X-A"',
            b"X-A; X-B": "X-A; X-B",
            b"*, X B, X C": "X B",
            b"X-A\r\nAccess-Control-Expose-Headers: [X-A]": "[X-A]",
            b"X-A, \xe9\x1b[2J": "\xe9\x1b[2J",
        }.items()
    ),
    Case(
        name="opaque",
        answers=(ALL + EXPOSE + b"*\r\nX-A: 1",),
        header="X-A",
        settings=NO_CORS,
        clause=Clause.OPAQUE,
    ),
    Case(
        name="opaque redirect",
        answers=(REDIRECT + b"/\r\n" + ALL + EXPOSE + b"*",),
        header="X-A",
        settings=MANUAL,
        clause=Clause.OPAQUE,
    ),
    Case(
        name="blocked at the answer",
        answers=(EXPOSE + b"*\r\nX-A: 1",),
        header="X-A",
        clause=Clause.BLOCKED,
    ),
    Case(
        name="blocked at the answer, safelisted",
        answers=(ALL + b"Content-Type: 1",),
        header="Content-Type",
        settings=INCLUDE,
        clause=Clause.BLOCKED,
    ),
    Case(
        name="blocked at the answer, after a good preflight",
        answers=(ALL + b"Access-Control-Allow-Methods: PUT", b"X-A: 1"),
        header="X-A",
        settings=PREFLIGHTED,
        clause=Clause.BLOCKED,
    ),
    Case(
        name="blocked at the preflight",
        answers=(b"X-A: 1",),
        header="X-A",
        settings=PREFLIGHTED,
        values=(),
        clause=Clause.BLOCKED,
    ),
    Case(
        name="blocked at a redirect",
        answers=(REDIRECT + b"ftp://example.com/\r\n" + ALL + EXPOSE + b"*",),
        header="X-A",
        clause=Clause.BLOCKED,
    ),
    Case(
        name="blocked behind a redirect",
        answers=(REDIRECT + b"/there\r\n" + ALL, b"X-A: 2"),
        header="X-A",
        values=("2",),
        clause=Clause.BLOCKED,
    ),
    Case(
        name="behind a redirect, the last answer counts",
        answers=(REDIRECT + b"/there\r\n" + ALL + EXPOSE + b"X-A", ALL + b"X-A: 2"),
        header="X-A",
        values=("2",),
        clause=Clause.NO_LIST,
    ),
    Case(
        name="listed, not sent",
        answers=(ALL + EXPOSE + b"x-a",),
        header="X-A",
        values=(),
        clause=Clause.LISTED_NOT_SENT,
    ),
    Case(
        name="not sent, wildcard",
        answers=(ALL + EXPOSE + b"*",),
        header="X-A",
        values=(),
        clause=Clause.NOT_SENT,
    ),
    Case(
        name="listed, same origin, not sent",
        answers=(EXPOSE + b"X-A",),
        header="X-A",
        same_origin=True,
        values=(),
        clause=Clause.NOT_SENT,
    ),
]


def test_each_clause_has_a_case() -> None:
    of_browsers = {Clause.LINES_HIDDEN, Clause.VALUE_HIDDEN, Clause.FORBIDDEN_IN_THIS_BROWSER}
    assert {case.clause for case in CASES} == set(Clause) - of_browsers


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_verdict(case: Case) -> None:
    (fetch,) = route_of(*case.answers, settings=case.settings, same_origin=case.same_origin).fetches
    verdict = judge_header(case.header, fetch)

    assert (verdict.clause, verdict.values) == (case.clause, case.values)
    assert verdict.readable == (case.clause in READABLE)
    assert verdict.sent == bool(case.values)
    if isinstance(fetch.result, FilteredResponse):
        assert verdict.readable == (case.header.lower() in dict(fetch.result.headers))


# --- all headers of a route -----------------------------------------------------------------------------


def verdicts(route: RouteRecord) -> dict[str, list[str]]:
    return {header.name: [verdict.clause.value for verdict in header.verdicts] for header in route.headers}


def test_headers_stand_in_order_of_appearance_with_the_first_spelling() -> None:
    route = route_of(
        b"X-B: 1\r\n" + ALL + EXPOSE + b"x-B, X-C, X-A\r\nX-A: 1\r\nx-b: 2\r\n*: 3",
        b"X-D: 1\r\nx-a: 1\r\n" + ALL + EXPOSE + b"X-E",
        settings=TWO_PAGES,
    )

    assert verdicts(route) == {
        "X-B": ["listed", "not-sent"],
        "Access-Control-Allow-Origin": ["not-listed", "not-listed"],
        "Access-Control-Expose-Headers": ["not-listed", "not-listed"],
        "X-A": ["listed", "not-listed"],
        "*": ["not-listed", "not-sent"],
        "X-C": ["listed-not-sent", "not-sent"],
        "X-D": ["not-sent", "not-listed"],
        "X-E": ["not-sent", "listed-not-sent"],
    }
    assert judge_headers(route.fetches) == route.headers
    assert [header.name for header in route.headers if not header.custom] == [
        "Access-Control-Allow-Origin",
        "Access-Control-Expose-Headers",
    ]


def test_the_credentials_modes_share_an_answer_and_differ_in_its_verdicts() -> None:
    route = route_of(CREDENTIALED + EXPOSE + b"*\r\nX-A: 1\r\nExpires: 0", settings=BOTH)

    assert verdicts(route) == {
        "Access-Control-Allow-Origin": ["wildcard", "wildcard-with-credentials"],
        "Access-Control-Allow-Credentials": ["wildcard", "wildcard-with-credentials"],
        "Access-Control-Expose-Headers": ["wildcard", "wildcard-with-credentials"],
        "X-A": ["wildcard", "wildcard-with-credentials"],
        "Expires": ["safelisted", "safelisted"],
    }


def test_what_is_blocked_for_one_page_is_listed_for_the_other() -> None:
    route = route_of(b"X-A: 1", ALL + EXPOSE + b"X-A\r\nX-A: 1", settings=TWO_PAGES)

    assert verdicts(route)["X-A"] == ["blocked", "listed"]


def test_no_header_is_known_when_the_preflight_fails_or_nobody_answers() -> None:
    assert route_of(b"X-A: 1", settings=PREFLIGHTED).headers == ()
    assert route_of(b"HTTP", settings=OMIT).headers == ()


# --- the list that would mend it ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hidden", "answers", "settings", "mended"),
    [
        ([], (ALL + b"X-A: 1",), OMIT, ()),
        ([], (ALL + EXPOSE + b"X-A, X-C\r\nX-A: 1",), OMIT, ("X-A", "X-C")),
        (["X-B", "X-A"], (ALL + b"X-B: 1\r\nX-A: 1",), OMIT, ("X-B", "X-A")),
        (["X-B"], (ALL + EXPOSE + b"X-C, ETag, x-a\r\nX-A: 1\r\nX-B: 1",), OMIT, ("X-C", "ETag", "x-a", "X-B")),
        (["X-A"], (ALL + EXPOSE + b"X B\r\nX-A: 1",), OMIT, ("X-A",)),
        (["X-A"], (CREDENTIALED + EXPOSE + b"*\r\nX-A: 1\r\nETag: 1",), BOTH, ("X-A",)),
        (["X-A"], (CREDENTIALED + EXPOSE + b"*, X-B\r\nX-A: 1",), INCLUDE, ("X-B", "X-A")),
        (["X-A"], (ALL + EXPOSE + b"X-C\r\nX-A: 1", ALL + EXPOSE + b"X-D"), TWO_PAGES, ("X-C", "X-D", "X-A")),
        (["X-A"], (ALL + EXPOSE + b"*\r\nX-B: 1\r\nETag: 1", ALL + b"X-A: 1"), TWO_PAGES, ("X-B", "X-A")),
        (["X-A"], (EXPOSE + b"X-B\r\nX-A: 1",), OMIT, ("X-B", "X-A")),
        pytest.param(
            ["X-A"],
            (ALL + EXPOSE + b"X-C, X B\r\nX-A: 1",),
            OMIT,
            ("X-C", "X-A"),
        ),
        pytest.param(
            ["X-A"],
            (ALL + EXPOSE + b"x-a\r\nX-A: 1", ALL + b"X-A: 1"),
            TWO_PAGES,
            ("x-a",),
        ),
    ],
)
def test_complete_expose_list(
    hidden: list[str],
    answers: tuple[bytes, ...],
    settings: Settings,
    mended: tuple[str, ...],
) -> None:
    route = route_of(*answers, settings=settings)

    assert complete_expose_list(hidden, route.headers, route.fetches) == mended


def test_the_mended_list_mends() -> None:
    head = CREDENTIALED + b"X-A: 1\r\nX-B: 1\r\n" + EXPOSE
    route = route_of(head + b"*", settings=BOTH)
    mended = ", ".join(complete_expose_list(["X-A"], route.headers, route.fetches)).encode()

    assert verdicts(route_of(head + mended, settings=BOTH))["X-A"] == ["listed", "listed"]
    assert verdicts(route_of(head + mended, settings=BOTH))["X-B"] == ["listed", "listed"]


@pytest.mark.parametrize(
    ("user_agent", "readable", "clause"),
    [(STANDARD, True, Clause.LISTED), (FIREFOX, False, Clause.LINES_HIDDEN)],
)
def test_lines_that_a_browser_hides(user_agent: UserAgent, *, readable: bool, clause: Clause) -> None:
    lines = (("WWW-Authenticate", "Basic"), ("WWW-Authenticate", "Digest"))
    record = _played(user_agent, ("Access-Control-Expose-Headers", "WWW-Authenticate"), *lines)
    verdict = judge_header("WWW-Authenticate", record)
    assert (verdict.readable, verdict.clause, verdict.values) == (readable, clause, ("Basic", "Digest"))


@pytest.mark.parametrize("value", ["a\rb", "a\r"])
def test_values_that_a_browser_hides(value: str) -> None:
    record = _played(FIREFOX, ("Access-Control-Expose-Headers", "X-A"), ("X-A", value))
    verdict = judge_header("X-A", record)
    assert isinstance(record.result, FilteredResponse)
    shown = value == "a\r"  # the CR at its end alone
    assert (verdict.readable, verdict.clause) == (shown, Clause.LISTED if shown else Clause.VALUE_HIDDEN)
    assert record.result.headers == ((("x-a", "a"),) if shown else ())


@pytest.mark.parametrize(
    ("user_agent", "readable", "clause"),
    [(STANDARD, False, Clause.LIST_VOID), (FIREFOX, True, Clause.WILDCARD)],
)
def test_star_that_counts_before_a_fault(user_agent: UserAgent, *, readable: bool, clause: Clause) -> None:
    verdict = judge_header("X-A", _played(user_agent, ("Access-Control-Expose-Headers", "*, X B"), ("X-A", "1")))
    assert (verdict.readable, verdict.clause) == (readable, clause)


def _played(user_agent: UserAgent, *headers: tuple[str, str]) -> FetchRecord:
    """One fetch, answered with these headers."""
    page = parse_origin(PAGE)
    assert page is not None
    request = new_request(RequestInit(url="https://api.example/"), page, user_agent)
    assert isinstance(request, Request)
    context = NetworkContext(user_agent=user_agent, cookies=CookieStore(quirks=user_agent.cookies), clock=lambda: 0.0)
    fetching = fetch(FetchParams(request=request, context=context))
    asked = next(fetching)
    answer = HTTPResponse(status=200, headers=(("Access-Control-Allow-Origin", "*"), *headers))
    with pytest.raises(StopIteration) as stop:
        fetching.send(answer)
    return FetchRecord(
        caller=Caller(page=page, credentials="omit", browser=user_agent.name),
        exchanges=(Exchange(request=asked, response=answer),),
        result=stop.value.value,
        dropped_header_names=(),
    )


@pytest.mark.parametrize(
    ("user_agent", "readable", "clause"),
    [(STANDARD, True, Clause.LISTED), (CHROMIUM, False, Clause.FORBIDDEN_IN_THIS_BROWSER)],
)
def test_a_header_that_a_browser_keeps(user_agent: UserAgent, *, readable: bool, clause: Clause) -> None:
    expose = ("Access-Control-Expose-Headers", "Clear-Site-Data")
    verdict = judge_header("clear-site-data", _played(user_agent, expose, ("Clear-Site-Data", '"cache"')))
    assert (verdict.readable, verdict.clause) == (readable, clause)


@pytest.mark.parametrize(
    ("expose_list", "clause"),
    [("X-A\r", Clause.LISTED), ("X-A\r, X-B", Clause.LIST_VOID), ("*, ;\r, *", Clause.LIST_VOID)],
)
def test_lists_that_a_browser_hides(expose_list: str, clause: Clause) -> None:
    record = _played(FIREFOX, ("Access-Control-Expose-Headers", expose_list), ("X-A", "1"))
    verdict = judge_header("X-A", record)
    assert (verdict.readable, verdict.clause) == (clause is Clause.LISTED, clause)
