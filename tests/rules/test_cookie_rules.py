"""HDR601, HDR602: cookies that are not stored, and such that are not sent."""

from __future__ import annotations

from typing import Final

import pytest
from starlette.types import ASGIApp

from hdrcli.fetch.request import CredentialsMode
from tests.findings import evidence, found, the_finding, variant
from tests.rules.asking import PAGE, URL, answering, ask, lines
from tests.rules.snapshots import Snapshot

INCLUDE: Final[tuple[CredentialsMode, ...]] = ("include",)
SAME_SITE = "https://www.app.example"
API = "https://api.app.example/items"


def setting(*cookies: str, page: str = PAGE) -> ASGIApp:
    """An app that sets these cookies, for this page with credentials."""
    allowed = (("Access-Control-Allow-Origin", page), ("Access-Control-Allow-Credentials", "true"), ("Vary", "Origin"))
    return answering(lines(*allowed, *(("Set-Cookie", cookie) for cookie in cookies)))


@pytest.mark.parametrize(
    ("cookie", "severity"),
    [
        pytest.param("sid=1", "warning", id="no SameSite"),
        pytest.param("sid=1; SameSite=Lax; Secure; HttpOnly", "error", id="SameSite=Lax"),
        pytest.param("sid=1; SameSite=None", "error", id="not Secure"),
        pytest.param("sid=1; SameSite=None; Secure; Domain=other.example", "error", id="another domain"),
        pytest.param("__Host-sid=1; SameSite=None; Secure; Path=/items", "error", id="__Host- with a path"),
        pytest.param("=; SameSite=None; Secure", "error", id="empty"),
        pytest.param(f"sid={'x' * 4096}; SameSite=None; Secure", "error", id="too long"),
        pytest.param("sid=; Max-Age=0; SameSite=Lax", "warning", id="a deletion"),
        pytest.param("AWSALB=7f3a; Path=/", "advice", id="a load balancer's"),
        pytest.param("BIGipServerpool=7f3a; SameSite=Lax", "advice", id="a load balancer's, SameSite=Lax"),
    ],
)
def test_cookie_not_stored(cookie: str, severity: str, snapshot: Snapshot) -> None:
    finding = the_finding(ask(setting(cookie), credentials=INCLUDE))

    assert (finding.code, finding.severity) == ("HDR601", severity)
    assert "sid=1" not in "".join(evidence(finding))
    snapshot(finding)


@pytest.mark.parametrize(
    ("cookie", "faults", "fixed"),
    [
        pytest.param(
            "sid=1; SameSite=None; Domain=other.example",
            "domain needs-secure",
            "sid=1; SameSite=None; Secure",
            id="another domain, not Secure",
        ),
        pytest.param(
            "sid=1; SameSite=Lax; Domain=other.example",
            "domain same-site",
            "sid=1; SameSite=None; Secure",
            id="another domain, SameSite=Lax",
        ),
        pytest.param(
            "__Host-sid=1; Secure; Path=/items; SameSite=Strict",
            "prefix same-site",
            "__Host-sid=1; Secure; Path=/; SameSite=None",
            id="__Host- with a path, SameSite=Strict",
        ),
        pytest.param(
            "__Secure-sid=1; SameSite=None; Domain=com",
            "domain needs-secure prefix",
            "__Secure-sid=1; SameSite=None; Secure",
            id="a public suffix, __Secure- without Secure",
        ),
    ],
)
def test_all_faults_of_a_cookie_are_fixed_at_once(cookie: str, faults: str, fixed: str, snapshot: Snapshot) -> None:
    finding = the_finding(ask(setting(cookie), credentials=INCLUDE))

    assert (finding.code, finding.severity, variant(finding)) == ("HDR601", "error", faults)
    assert found(ask(setting(fixed), credentials=INCLUDE)) == []
    snapshot(finding)


def test_a_browser_that_blocks_third_party_cookies_hides_no_fault_of_the_line() -> None:
    report = ask(setting("sid=1; Domain=other.example"), credentials=INCLUDE, browsers=("firefox",))
    assert variant(the_finding(report)) == "domain"


@pytest.mark.parametrize(
    "cookie",
    [
        "sid=1; SameSite=None; Secure",
        "sid=1; Max-Age=0; SameSite=None; Secure",
        "__Host-a=1; SameSite=None; Secure; Path=/",
    ],
)
def test_cookie_stored(cookie: str) -> None:
    assert found(ask(setting(cookie), credentials=INCLUDE)) == []


def test_a_page_of_the_same_site_stores_every_cookie() -> None:
    assert found(ask(setting("sid=1", page=SAME_SITE), API, origins=(SAME_SITE,), credentials=INCLUDE)) == []


def test_nobody_asked_for_credentials_or_chose_the_page() -> None:
    assert found(ask(setting("sid=1"), credentials=("omit",))) == []
    assert found(ask(setting("sid=1"), credentials=())) == []
    assert found(ask(setting("sid=1"), origins=(), credentials=INCLUDE)) == []


def test_a_blocked_answer_has_other_findings() -> None:
    codes = found(ask(setting("sid=1", page="https://else.example"), credentials=INCLUDE))
    assert not any("HDR601" in code for code in codes)
    assert codes


@pytest.mark.parametrize("expiry", ["Max-Age=0", "Expires=Thu, 01 Jan 1970 00:00:00 GMT"])
def test_a_refused_deletion_leaves_the_old_cookie(expiry: str, snapshot: Snapshot) -> None:
    finding = the_finding(ask(setting(f"sid=; {expiry}; SameSite=Lax"), credentials=INCLUDE))

    assert (finding.code, variant(finding)) == ("HDR601", "same-site deletion")
    snapshot(finding)


def test_browsers_of_another_mind() -> None:
    report = ask(setting("sid=1"), credentials=INCLUDE, browsers=("chromium", "firefox"))
    assert the_finding(report).browsers == ("chromium",)


@pytest.mark.parametrize(("browser", "codes"), [("standard", []), ("chromium", []), ("webkit", ["error HDR601"])])
def test_secure_over_http_on_loopback(browser: str, codes: list[str]) -> None:
    app = setting("sid=1; SameSite=None; Secure", page="http://localhost:3000")
    origins = ("http://localhost:3000",)
    report = ask(app, "http://localhost:8000/", origins=origins, credentials=INCLUDE, browsers=(browser,))
    assert found(report) == codes


def test_localhost_and_its_address_are_two_sites(snapshot: Snapshot) -> None:
    app = setting("sid=1", page="http://localhost:3000")
    finding = the_finding(ask(app, "http://127.0.0.1:8000/", origins=("http://localhost:3000",), credentials=INCLUDE))
    assert finding.code == "HDR601"
    snapshot(finding)


@pytest.mark.parametrize(
    ("cookie", "browser"),
    [
        pytest.param("sid=1; SameSite=Lax", "standard", id="SameSite=Lax"),
        pytest.param("sid=1; Path=/", "chromium", id="no SameSite"),
        pytest.param("sid=1; SameSite=None", "standard", id="not Secure"),
        pytest.param("sid=1; Path=/", "firefox", id="third-party"),
        pytest.param("sid=1; SameSite=None; Secure; Partitioned", "chromium", id="Partitioned"),
    ],
)
def test_cookie_not_sent(cookie: str, browser: str, snapshot: Snapshot) -> None:
    finding = the_finding(ask(setting(), credentials=("omit", "include"), browsers=(browser,), cookies=(cookie,)))

    assert (finding.code, finding.severity) == ("HDR602", "warning")
    assert [place.credentials for place in finding.places] == [("include",)]
    snapshot(finding)


@pytest.mark.parametrize(
    ("cookie", "browser"),
    [
        ("sid=1", "standard"),
        ("sid=1", "chromium"),
        ("sid=1", "firefox"),
        ("sid=1; SameSite=None; Secure", "standard"),
        ("sid=1; Path=/x", "standard"),
    ],
)
def test_cookie_sent_or_for_another_path(cookie: str, browser: str) -> None:
    assert found(ask(setting(), credentials=INCLUDE, browsers=(browser,), cookies=(cookie,))) == []


def test_the_default_page_is_nobody_s() -> None:
    assert found(ask(setting(), origins=(), credentials=INCLUDE, cookies=("sid=1; SameSite=Lax",))) == []


def test_cookies_of_one_cause_are_one_finding(snapshot: Snapshot) -> None:
    assert found(ask(setting("a=1", "b=1"), URL, f"{URL}/2", credentials=INCLUDE)) == ["warning HDR601"]
    cookies = ("a=1; Path=/", "b=1; SameSite=Lax")
    finding = the_finding(ask(setting(), credentials=INCLUDE, browsers=("standard",), cookies=cookies))
    assert finding.code == "HDR602"
    snapshot(finding)
