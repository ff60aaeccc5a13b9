"""`in_browser` against real servers: the browsers are asked what their simulations were, as pages of any origin."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final

import pytest

from hdrcli import ExitStatus, Settings, UsageError, check_async
from hdrcli import check as check_alone
from hdrcli.browsers.page import check_origin
from hdrcli.fetch import parse_origin
from hdrcli.records.route import BrowserRecord, FetchRecord
from hdrcli.report.report import Report
from hdrcli.structs import replace
from hdrcli.verdict.agreement import agreement
from hdrcli.wire.network import NetworkTransport
from tests.in_browser.conftest import Check
from tests.serving.http import Request, answer
from tests.serving.loopback import free_port, has_ipv6
from tests.serving.raw import RawServer
from tests.serving.site import OPEN_TO_PAGE, PAGE, Site
from tests.serving.tls import server_context

pytestmark = [pytest.mark.thorough, pytest.mark.usefixtures("installed_browsers")]

BROWSERS: Final = ("chromium", "firefox")
IN_BROWSER: Final = Settings(
    targets=(), credentials=("omit",), browsers=BROWSERS, probe=False, in_browser=True, find_openapi=False
)
PAGES: Final = (PAGE, "https://app.example", "http://app.example", "null")

ANY: Final = "Access-Control-Allow-Origin: *"
SITE: Final = {
    "/open": answer(ANY, "Access-Control-Expose-Headers: X-A", "X-A: 1"),
    "/hidden": answer(ANY, "X-A: 1"),
    "/closed": answer("X-A: 1"),
    "/redirect": answer(ANY, "Location: /open", status="302 Found"),
    "/redirect-closed": answer("Location: /open", status="302 Found"),
    "OPTIONS /preflighted": answer(ANY, "Access-Control-Allow-Headers: X-Asked", "Access-Control-Allow-Methods: PUT"),
    "/preflighted": answer(ANY, status="201 Created"),
    "OPTIONS /refused": answer(ANY),
    "/refused": answer(ANY),
}
Expected = tuple[str, int, dict[str, str]]
LENGTH: Final = {"content-length": "0"}
BLOCKED: Final[Expected] = ("network-error", 0, {})
SIMPLE: Final[dict[str, Expected]] = {
    "/open": ("readable", 200, LENGTH | {"x-a": "1"}),
    "/hidden": ("readable", 200, LENGTH),
    "/closed": BLOCKED,
    "/redirect": ("readable", 200, LENGTH | {"x-a": "1"}),
    "/redirect-closed": BLOCKED,
}
PREFLIGHTED: Final[dict[str, Expected]] = {
    "/preflighted": ("readable", 201, LENGTH),
    "/refused": BLOCKED,
}


def seen_by(fetch: FetchRecord) -> BrowserRecord:
    assert fetch.in_browser is not None
    return fetch.in_browser


def both(report: Report) -> tuple[BrowserRecord, BrowserRecord]:
    """What Chromium saw, and what Firefox did: the same as their simulations."""
    assert [agreement(fetch) for fetch in report.fetches] == ["same", "same"]
    chromium, firefox = map(seen_by, report.fetches)
    return chromium, firefox


def from_browsers(site: Site) -> list[Request]:
    return [request for request in site.requests if is_a_browsers(request)]


def is_a_browsers(request: Request) -> bool:
    return "hdrcli" not in "".join(request.values("User-Agent"))


@pytest.mark.parametrize(
    ("settings", "expected", "methods"),
    [
        (replace(IN_BROWSER, origins=PAGES), {path: SIMPLE[path] for path in ("/open", "/closed")}, {"GET"}),
        (replace(IN_BROWSER, origins=(PAGE,)), SIMPLE, {"GET"}),
        (
            replace(
                IN_BROWSER,
                origins=PAGES,
                method="PUT",
                body="{}",
                headers=(("X-Asked", "1"),),
                repeat_writes=True,
            ),
            PREFLIGHTED,
            {"OPTIONS", "PUT"},
        ),
        (replace(IN_BROWSER, mode="no-cors"), {"/open": ("opaque", 0, {})}, {"GET"}),
        (replace(IN_BROWSER, redirect="manual"), {"/redirect": ("opaque", 0, {})}, {"GET"}),
        (replace(IN_BROWSER, method="TRACE", repeat_writes=True), {"/open": BLOCKED}, set()),
    ],
    ids=["pages", "simple", "preflighted", "no-cors", "manual", "throws"],
)
def test_what_pages_get(settings: Settings, expected: dict[str, Expected], methods: set[str], check: Check) -> None:
    with Site(SITE) as site:
        report = check(replace(settings, targets=tuple(site.url + path for path in expected)))
        requests = from_browsers(site)

    assert {agreement(fetch) for fetch in report.fetches} == {"same"}
    for route in report.routes:
        for real in map(seen_by, route.fetches):
            assert (real.outcome, real.status, dict(real.headers)) == expected[route.url.removeprefix(site.url)]
            assert real.error.startswith("TypeError: ") is (real.outcome == "network-error")
    assert {request.method for request in requests} == methods
    if settings.origins:
        assert {origin for request in requests for origin in request.values("Origin")} == set(settings.origins)
    assert all(request.body == b"{}" for request in requests if request.method == "PUT")


def test_a_page_at_the_services_own_origin_asks_for_nothing_else(check: Check) -> None:
    with Site({"/": answer("X-A: 1")}) as site:
        seen = both(check(replace(IN_BROWSER, targets=(site.url + "/",), origins=(site.url,))))
        requests = from_browsers(site)

    assert [real.type for real in seen] == ["basic", "basic"]
    assert all(("x-a", "1") in real.headers for real in seen)
    assert [(request.method, request.target) for request in requests] == [("GET", "/"), ("GET", "/")]


def test_it_tells_which_browser_it_was_and_what_the_console_says() -> None:
    with Site(SITE) as site:
        chromium, firefox = both(check_alone(replace(IN_BROWSER, targets=(site.url + "/closed",))))

    assert (chromium.browser, firefox.browser) == BROWSERS
    assert all(real.version.split(".")[0].isdigit() for real in (chromium, firefox))
    assert all(real.program.startswith("/") for real in (chromium, firefox))
    assert "No 'Access-Control-Allow-Origin' header is present" in chromium.console[0]
    assert "CORS header ‘Access-Control-Allow-Origin’ missing" in firefox.console[0]  # noqa: RUF001 -- its own words


def test_cookies_are_sent_to_another_site_with_credentials_alone(check: Check) -> None:
    with Site({"/": answer(*OPEN_TO_PAGE)}) as site:
        settings = replace(
            IN_BROWSER, targets=(site.url + "/",), cookies=("a=1", "b=2"), credentials=("omit", "include")
        )
        report = check(settings)
        requests = from_browsers(site)

    assert {agreement(fetch) for fetch in report.fetches} == {"same"}
    assert [fetch.credentials for fetch in report.fetches] == ["omit", "omit", "include", "include"]
    assert [request.values("Cookie") for request in requests] == [[], [], ["a=1; b=2"], ["a=1; b=2"]]


def test_cookies_have_their_attributes(check: Check) -> None:
    """127.0.0.1 is another site to the page, and localhost is its own."""
    cookies = ("a=1; SameSite=Strict", "b=2; SameSite=None; Secure", "c=3; Path=/elsewhere")
    with Site({"/": answer(*OPEN_TO_PAGE)}) as site:
        urls = (site.url + "/", site.url.replace("127.0.0.1", "localhost") + "/")
        report = check(replace(IN_BROWSER, targets=urls, cookies=cookies, credentials=("include",)))
        requests = from_browsers(site)

    assert {agreement(fetch) for fetch in report.fetches} == {"same"}
    assert [request.values("Cookie") for request in requests] == [["b=2"], ["b=2"], ["a=1; b=2"], ["a=1; b=2"]]


def test_a_partitioned_cookie_stays_with_its_site(check: Check) -> None:
    """It was set on a page of the service's own, and is held for pages of that site alone."""
    with Site({"/": answer(*OPEN_TO_PAGE)}) as site:
        urls = (site.url + "/", site.url.replace("127.0.0.1", "localhost") + "/")
        cookies = ("sid=1; Secure; SameSite=None; Partitioned", "b=2")
        report = check(replace(IN_BROWSER, targets=urls, cookies=cookies, credentials=("include",)))
        requests = [request.values("Cookie") for request in site.requests if is_a_browsers(request)]
        played = [request.values("Cookie") for request in site.requests if not is_a_browsers(request)]

    assert {agreement(fetch) for fetch in report.fetches} == {"same"}
    assert requests == [["b=2"], ["b=2"], ["sid=1; b=2"], ["sid=1; b=2"]]
    assert played == [["b=2"], ["sid=1; b=2"]]


def test_a_password_in_what_javascript_gets_is_not_told(check: Check) -> None:
    url = "http://bob:s3cr3t@127.0.0.1:1/"
    seen = both(check(replace(IN_BROWSER, targets=(url,))))

    assert all("//[redacted]@127.0.0.1" in real.error for real in seen)
    assert "s3cr3t" not in str(seen)


@pytest.mark.skipif(not has_ipv6(), reason="there is no ::1")
def test_a_cookie_for_an_address_in_brackets(check: Check) -> None:
    with RawServer(answer(*OPEN_TO_PAGE), host="::1") as server:
        check(replace(IN_BROWSER, targets=(server.url,), cookies=("a=1",), credentials=("include",)))

    assert all(b"Cookie: a=1\r\n" in request for request in server.requests)
    assert sum(b"hdrcli" not in request for request in server.requests) == len(BROWSERS)


def test_a_cookie_that_chromium_refuses() -> None:
    settings = replace(
        IN_BROWSER, targets=("http://service.invalid/",), browsers=("chromium",), cookies=("__Host-a=1",)
    )
    with pytest.raises(UsageError, match=r'^Chromium rejects --cookie "__Host-a" for service\.invalid: '):
        check_alone(settings)


def test_a_certificate_that_nobody_trusts(check: Check) -> None:
    with Site(SITE, tls=server_context("127.0.0.1")) as site:
        settings = replace(IN_BROWSER, targets=(site.url + "/open",))
        seen = both(check(settings))
        insecure = both(check_alone(replace(settings, verify=False)))

    assert [real.outcome for real in seen] == ["network-error", "network-error"]
    assert [real.outcome for real in insecure] == ["readable", "readable"]


def test_a_server_that_is_not_there(check: Check) -> None:
    report = check(replace(IN_BROWSER, targets=(f"http://127.0.0.1:{free_port()}/",)))

    chromium, firefox = both(report)
    assert chromium.console == ("Failed to load resource: net::ERR_CONNECTION_REFUSED",)
    assert "CORS request did not succeed" in firefox.console[0]
    assert report.exit_status is ExitStatus.UNREACHABLE


def test_a_server_that_never_answers(check: Check) -> None:
    with Site({"/": None}) as site:
        seen = both(check(replace(IN_BROWSER, targets=(site.url + "/",), timeout=0.5)))

    assert [(real.outcome, real.status) for real in seen] == [("unsettled", 0), ("unsettled", 0)]
    assert {real.error for real in seen} == {"fetch() has not settled within 0.5 s"}


def test_values_that_a_server_draws_anew_are_no_difference(check: Check) -> None:
    heads = [answer(ANY, "Access-Control-Expose-Headers: X-Request-ID", f"X-Request-ID: {n}") for n in range(2)]
    with RawServer(*heads) as server:
        report = check(replace(IN_BROWSER, targets=(server.url,), browsers=("chromium",)))

    (fetch,) = report.fetches
    assert agreement(fetch) == "other-values"
    assert ("x-request-id", "1") in seen_by(fetch).headers
    assert report.exit_status is ExitStatus.OK


@pytest.mark.parametrize(
    "to_browsers",
    [
        pytest.param(answer(ANY), id="without-a-header"),
        pytest.param(answer(ANY, "Access-Control-Expose-Headers: X-A", "X-A: 1", status="500 Oops"), id="status"),
        pytest.param(answer("X-A: 1"), id="blocked"),
        pytest.param(None, id="never"),
    ],
)
def test_a_difference_is_one(to_browsers: bytes | None, check: Check) -> None:
    with Site({"/": lambda request: to_browsers if is_a_browsers(request) else SITE["/open"]}) as site:
        report = check(replace(IN_BROWSER, targets=(site.url + "/",), browsers=("chromium",), timeout=1))

    assert report.totals.differing == len(report.fetches)
    assert report.exit_status is ExitStatus.FAILED


def test_a_page_that_a_browser_does_not_show() -> None:
    settings = replace(IN_BROWSER, targets=("http://127.0.0.1/",), origins=("http://localhost:6000",))
    with pytest.raises(
        UsageError, match=r"^--origin http://localhost:6000: Firefox cannot show such a page: .*[Pp]ort"
    ):
        check_alone(replace(settings, browsers=("firefox",), timeout=1))


def test_a_page_that_a_browser_shows_on_https_alone() -> None:
    wanted = parse_origin("http://app.example")
    assert wanted is not None
    with pytest.raises(UsageError, match=r"^--origin http://app\.example: the browser opened "):
        check_origin(wanted, "https://app.example")


def test_over_another_transport_there_is_nothing_for_a_browser() -> None:
    transport = NetworkTransport(timeout=1, verify=True)
    with pytest.raises(UsageError, match=r"^in_browser needs a server on the network"):
        asyncio.run(check_async(replace(IN_BROWSER, targets=("http://127.0.0.1/",)), transport))


@pytest.mark.parametrize(
    ("changes", "option"),
    [({"cacert": "ca.pem"}, "--cacert"), ({"cert": "page.pem"}, "--cert"), ({"cert": "a", "key": "b"}, "--cert")],
    ids=str,
)
def test_certificates_are_the_real_browsers_own(changes: dict[str, Any], option: str) -> None:
    with pytest.raises(UsageError, match=rf"^{option} .*--in-browser"):
        check_alone(replace(IN_BROWSER, targets=("https://127.0.0.1/",), **changes))


def test_the_time_limit_of_the_run_ends_a_browsers_fetch(check: Check) -> None:
    def answer_none_but_the_simulation(request: Request) -> bytes | None:
        return None if is_a_browsers(request) else SITE["/open"]

    with Site({"/": answer_none_but_the_simulation}) as site:
        start = time.monotonic()
        report = check(replace(IN_BROWSER, targets=(site.url + "/",), timeout=60, max_time=3))
        assert time.monotonic() - start < 20

    assert [fetch.outcome for fetch in report.fetches] == ["readable", "readable"]
    assert [fetch.in_browser for fetch in report.fetches] == [None, None]
    assert (report.totals.is_time_up, report.exit_status) == (True, ExitStatus.FAILED)


def test_the_time_limit_of_the_run_ends_the_start_of_a_browser() -> None:
    with Site(SITE) as site:
        report = check_alone(replace(IN_BROWSER, targets=(site.url + "/open",), max_time=0.05))

    assert (report.totals.unchecked, report.exit_status) == (1, ExitStatus.USAGE)
