"""Where browsers get different results, fetches and findings name the quirk that made the difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pytest

from hdrcli import Settings, check
from hdrcli.report.report import Report
from hdrcli.verdict.quirks import quirk_sentence
from tests.reporting import document, rendered
from tests.serving.http import Request, answer
from tests.serving.raw import RawServer
from tests.serving.site import OPEN_TO_PAGE, PAGE, Site

BROWSERS: Final = ("chromium", "firefox", "webkit")
OPEN: Final = b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 0\r\nX-A: 1\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A response, what the page sets, the quirk that decides, and a finding with the browsers it concerns."""

    answer: bytes
    page: str = "http://localhost:3000"
    headers: tuple[tuple[str, str], ...] = ()
    quirk: str
    browser: str
    finding: str
    concerned: tuple[str, ...]


CASES: Final = [
    Case(
        answer=OPEN + b"Access-Control-Expose-Headers: *, X Y\r\n\r\n",
        quirk="expose_list_wildcard_before_error",
        browser="firefox",
        finding="HDR304",
        concerned=("chromium", "webkit"),
    ),
    Case(
        answer=OPEN + b"\r\n",
        page="https://app.example",
        quirk="loopback_is_mixed_content",
        browser="webkit",
        finding="HDR002",
        concerned=("webkit",),
    ),
    Case(
        answer=OPEN + b"\r\n",
        headers=(("User-Agent", "mine"),),
        quirk="user_agent_is_forbidden",
        browser="chromium",
        finding="HDR204",
        concerned=("firefox", "webkit"),
    ),
]


def report(case: Case, *browsers: str) -> Report:
    with RawServer(case.answer) as server:
        settings = Settings(
            targets=(server.url,),
            origins=(case.page,),
            credentials=("omit",),
            headers=case.headers,
            browsers=browsers or BROWSERS,
            probe=False,
        )
        return check(settings)


def shown(report: Report, *, verbose: bool = False) -> str:
    return " ".join(rendered(report, verbose=verbose).split())


every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.quirk)


@every_case
def test_the_fetch_of_the_differing_browser_names_the_quirk(case: Case) -> None:
    seen = report(case)

    assert {fetch.browser: fetch.quirks for fetch in seen.fetches} == {
        browser: (case.quirk,) if browser == case.browser else () for browser in BROWSERS
    }
    assert f"Browsers differ here: {quirk_sentence(case.quirk)}" in shown(seen)


@every_case
def test_a_finding_says_whom_it_concerns_and_why_not_the_others(case: Case) -> None:
    seen = report(case)
    (finding,) = [finding for finding in seen.findings if finding.code == case.finding]

    assert finding.browsers == case.concerned
    assert finding.quirks == (case.quirk,)
    assert f"only in {', '.join(case.concerned)}: {quirk_sentence(case.quirk)}" in shown(seen, verbose=True)


@every_case
def test_one_browser_has_nobody_to_differ_from(case: Case) -> None:
    seen = report(case, case.browser)

    assert not any(fetch.quirks for fetch in seen.fetches)
    assert "Browsers differ" not in shown(seen)
    assert all(finding["quirks"] == [] for service in document(seen)["services"] for finding in service["findings"])


def test_what_all_browsers_do_against_the_standard_is_no_difference() -> None:
    """The star covers Authorization in all three."""
    answer = OPEN + b"Access-Control-Allow-Headers: *\r\nAccess-Control-Expose-Headers: *, X Y\r\n\r\n"
    case = Case(
        answer=answer,
        headers=(("Authorization", "Bearer x"),),
        quirk="expose_list_wildcard_before_error",
        browser="firefox",
        finding="HDR304",
        concerned=("chromium", "webkit"),
    )

    assert {name for fetch in report(case).fetches for name in fetch.quirks} == {case.quirk}


def test_a_cookie_that_one_browser_sends_decides() -> None:
    """It is cross-site without SameSite, and the service answers each as it was asked."""

    def greet(request: Request) -> bytes:
        return answer(*OPEN_TO_PAGE, "X-A: \xe9", status="200 OK" if request.values("Cookie") else "401 Unauthorized")

    with Site({"/": greet}) as site:
        settings = Settings(
            targets=(site.url + "/",),
            origins=(PAGE,),
            credentials=("include",),
            cookies=("sid=1; Path=/",),
            browsers=BROWSERS,
            probe=False,
        )
        quirks = {fetch.browser: fetch.quirks for fetch in check(settings).fetches}

    assert quirks["webkit"] == ("same_site_default_is_none",)


def test_a_header_that_one_browser_leaves_out() -> None:
    text = shown(report(CASES[2]))
    assert "chromium drops request headers that a page may not set: User-Agent." in text
