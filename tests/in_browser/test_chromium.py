"""`in_browser` against real servers: Chromium is asked what its simulation was, as a page of any origin."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import replace
from typing import Final

import pytest
import trustme

from hdrcli import ExitStatus, Settings, UsageError, check, check_async
from hdrcli.comparison import agreement
from hdrcli.model import BrowserRecord, FetchRecord
from hdrcli.report import Report
from hdrcli.wire.network import NetworkTransport
from tests.cli.site import OPEN_TO_PAGE, PAGE, Seen, Site, answer
from tests.servers import RawServer, free_port, has_ipv6

pytestmark = pytest.mark.usefixtures("an_installed_chromium")

IN_BROWSER: Final = Settings(urls=(), credentials=("omit",), browsers=("chromium",), probe=False, in_browser=True)
PAGES: Final = (PAGE, "https://app.example", "http://app.example", "null")

ANY: Final = "Access-Control-Allow-Origin: *"
SITE: Final = {
    "/open": answer(ANY, "Access-Control-Expose-Headers: X-A", "X-A: 1"),
    "/hidden": answer(ANY, "X-A: 1"),
    "/closed": answer("X-A: 1"),
    "/redirect": answer(ANY, "Location: /open", status="302 Found"),
    "/redirect-closed": answer("Location: /open", status="302 Found"),
    "OPTIONS /preflighted": answer(ANY, "Access-Control-Allow-Headers: X-Asked"),
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


def only(report: Report) -> FetchRecord:
    (fetch,) = report.fetches
    return fetch


def from_chromium(site: Site) -> list[Seen]:
    return [request for request in site.requests if is_chromium(request)]


def is_chromium(request: Seen) -> bool:
    return "Chrome/" in "".join(request.values("User-Agent"))


@pytest.mark.parametrize(
    ("settings", "expected", "methods"),
    [
        (IN_BROWSER, SIMPLE, {"GET"}),
        (replace(IN_BROWSER, headers=(("X-Asked", "1"),)), PREFLIGHTED, {"GET", "OPTIONS"}),
        (replace(IN_BROWSER, method="PUT", body="{}"), {"/open": BLOCKED}, {"OPTIONS"}),
        (replace(IN_BROWSER, method="POST", body="{}"), {"/hidden": SIMPLE["/hidden"]}, {"POST"}),
        (replace(IN_BROWSER, mode="no-cors"), {"/open": ("opaque", 0, {})}, {"GET"}),
        (replace(IN_BROWSER, redirect="manual"), {"/redirect": ("opaque", 0, {})}, {"GET"}),
        (replace(IN_BROWSER, redirect="error"), {"/redirect": BLOCKED}, {"GET"}),
        (replace(IN_BROWSER, method="TRACE"), {"/open": BLOCKED}, set()),
    ],
    ids=["simple", "preflighted", "put", "post", "no-cors", "manual", "error", "throws"],
)
def test_what_pages_get(settings: Settings, expected: dict[str, Expected], methods: set[str]) -> None:
    with Site(SITE) as site:
        report = check(replace(settings, urls=tuple(site.url + path for path in expected), origins=PAGES))
        requests = from_chromium(site)

    assert {agreement(fetch) for fetch in report.fetches} == {"same"}
    for route in report.routes:
        for real in map(seen_by, route.fetches):
            assert (real.outcome, real.status, dict(real.headers)) == expected[route.url.removeprefix(site.url)]
            assert real.error.startswith("TypeError: ") is (real.outcome == "network-error")
    assert {request.method for request in requests} == methods
    if methods and settings.mode == "cors":
        assert {origin for request in requests for origin in request.values("Origin")} == set(PAGES)


def test_a_page_at_the_services_own_origin_asks_for_nothing_else() -> None:
    with Site({"/": answer("X-A: 1")}) as site:
        fetch = only(check(replace(IN_BROWSER, urls=(site.url + "/",), origins=(site.url,))))
        requests = from_chromium(site)

    assert (agreement(fetch), seen_by(fetch).type) == ("same", "basic")
    assert ("x-a", "1") in seen_by(fetch).headers
    assert [(request.method, request.target) for request in requests] == [("GET", "/")]


def test_it_tells_which_browser_it_was_and_what_the_console_says() -> None:
    with Site(SITE) as site:
        real = seen_by(only(check(replace(IN_BROWSER, urls=(site.url + "/closed",)))))

    assert real.browser == "chromium"
    assert real.version.split(".")[0].isdigit()
    assert real.program.startswith("/")
    assert "No 'Access-Control-Allow-Origin' header is present" in real.console[0]


def test_cookies_are_sent_to_another_site_with_credentials_alone() -> None:
    with Site({"/": answer(*OPEN_TO_PAGE)}) as site:
        settings = replace(IN_BROWSER, urls=(site.url + "/",), cookies=("a=1", "b=2"), credentials=("omit", "include"))
        report = check(settings)
        omitting, including = from_chromium(site)

    assert [agreement(fetch) for fetch in report.fetches] == ["same", "same"]
    assert omitting.values("Cookie") == []
    assert including.values("Cookie") == ["a=1; b=2"]


@pytest.mark.skipif(not has_ipv6(), reason="there is no ::1")
def test_a_cookie_for_an_address_in_brackets() -> None:
    with RawServer(answer(*OPEN_TO_PAGE), host="::1") as server:
        check(replace(IN_BROWSER, urls=(server.url,), cookies=("a=1",), credentials=("include",)))

    assert [b"Cookie: a=1\r\n" in request for request in server.requests] == [True, True]


def test_a_cookie_that_chromium_refuses() -> None:
    settings = replace(IN_BROWSER, urls=("http://service.example/",), cookies=("__Host-a=1",))
    with pytest.raises(UsageError, match=r"^Chromium holds no such --cookie for service\.example: "):
        check(settings)


@pytest.mark.parametrize(("verify", "outcome"), [(True, "network-error"), (False, "readable")])
def test_a_certificate_that_nobody_trusts(outcome: str, *, verify: bool) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with Site(SITE, tls=context) as site:
        fetch = only(check(replace(IN_BROWSER, urls=(site.url + "/open",), verify=verify)))

    assert (fetch.outcome, seen_by(fetch).outcome, agreement(fetch)) == (outcome, outcome, "same")


def test_a_server_that_is_not_there() -> None:
    report = check(replace(IN_BROWSER, urls=(f"http://127.0.0.1:{free_port()}/",)))

    assert agreement(only(report)) == "same"
    assert seen_by(only(report)).console == ("Failed to load resource: net::ERR_CONNECTION_REFUSED",)
    assert report.exit_status is ExitStatus.UNREACHABLE


def test_a_server_that_never_answers() -> None:
    with Site({"/": None}) as site:
        fetch = only(check(replace(IN_BROWSER, urls=(site.url + "/",), timeout=0.5)))

    assert (seen_by(fetch).outcome, seen_by(fetch).status, agreement(fetch)) == ("unsettled", 0, "same")
    assert seen_by(fetch).error == "fetch() has not settled within 0.5 s"


def test_values_that_a_server_draws_anew_are_no_difference() -> None:
    heads = [answer(ANY, "Access-Control-Expose-Headers: X-Request-ID", f"X-Request-ID: {n}") for n in range(2)]
    with RawServer(*heads) as server:
        report = check(replace(IN_BROWSER, urls=(server.url,)))

    assert agreement(only(report)) == "other-values"
    assert ("x-request-id", "1") in seen_by(only(report)).headers
    assert report.exit_status is ExitStatus.OK


@pytest.mark.parametrize(
    "to_chromium",
    [
        pytest.param(answer(ANY), id="without-a-header"),
        pytest.param(answer(ANY, "Access-Control-Expose-Headers: X-A", "X-A: 1", status="500 Oops"), id="status"),
        pytest.param(answer("X-A: 1"), id="blocked"),
        pytest.param(None, id="never"),
    ],
)
def test_a_difference_is_one(to_chromium: bytes | None) -> None:
    with Site({"/": lambda request: to_chromium if is_chromium(request) else SITE["/open"]}) as site:
        report = check(replace(IN_BROWSER, urls=(site.url + "/",), timeout=1))

    assert report.differing == report.fetches
    assert report.exit_status is ExitStatus.FAILED


def test_chromium_is_simulated_beside_what_was_asked_for() -> None:
    with Site(SITE) as site:
        report = check(replace(IN_BROWSER, urls=(site.url + "/open",), browsers=("standard",)))

    assert [(fetch.browser, fetch.in_browser is None) for fetch in report.fetches] == [
        ("standard", True),
        ("chromium", False),
    ]


def test_over_another_transport_there_is_nothing_for_a_browser() -> None:
    transport = NetworkTransport(timeout=1, verify=True)
    with pytest.raises(UsageError, match=r"^in_browser needs a server on the network"):
        asyncio.run(check_async(replace(IN_BROWSER, urls=("http://127.0.0.1/",)), transport))
