"""What becomes of the requests: routes, findings, counts; each as `hdrcli check` judges it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from hdrcli.fetch import Failure, NetworkError
from hdrcli.inspection import check
from hdrcli.records.errors import ExitStatus
from hdrcli.report.report import Report
from hdrcli.settings import Settings
from tests.proxy.serving import Proxied, exchange, preflight, proxy_of, request
from tests.serving.http import Request, answer
from tests.serving.loopback import free_port
from tests.serving.raw import RawServer
from tests.serving.site import OPEN_TO_PAGE, PAGE, Site

ALLOW: Final = f"Access-Control-Allow-Origin: {PAGE}"
CREDENTIALS: Final = "Access-Control-Allow-Credentials: true"
ITEMS: Final = answer(ALLOW, "Access-Control-Expose-Headers: X-A", "X-A: 1", "X-B: 2")
FIREFOX: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI: Final = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/605.1.15"
)


@pytest.fixture
def site() -> Iterator[Site]:
    responses = {
        "/items": ITEMS,
        "/open": answer(*OPEN_TO_PAGE, "X-B: 2"),
        "/closed": answer("X-A: 1"),
        "/stored": answer(ALLOW, status="304 Not Modified"),
        "/slash": answer(ALLOW, "Location: /items", status="307 Temporary Redirect"),
        "/blocked-slash": answer("Location: /items", status="307 Temporary Redirect"),
        "OPTIONS /put": answer(ALLOW, "Access-Control-Allow-Methods: PUT"),
        "PUT /put": answer(ALLOW, "X-A: 1"),
        "OPTIONS /no-put": answer(ALLOW),
    }
    with Site(responses) as served:
        yield served


@pytest.fixture
def proxied(site: Site) -> Iterator[Proxied]:
    with proxy_of(site.url) as proxied:
        yield proxied


def summary(report: Report) -> list[tuple[str, str, str]]:
    """The method, the path and the result of each route for its first caller."""
    found = []
    for route in report.routes:
        result = route.fetches[0].result
        outcome = str(result.failure) if isinstance(result, NetworkError) else route.fetches[0].outcome
        found.append((route.method, "/" + route.url.split("/", 3)[3], outcome))
    return found


def limits(report: Report) -> str:
    return " ".join(report.services[0].limits)


def test_the_findings_and_verdicts_are_those_of_a_check(proxied: Proxied, site: Site) -> None:
    exchange(proxied, request("GET", "/items"), request("GET", "/closed"))
    seen = proxied.report()
    settings = Settings(
        targets=(f"{site.url}/items", f"{site.url}/closed"), origins=(PAGE,), browsers=("chromium",), probe=False
    )
    checked = check(settings)

    assert [finding.code for finding in seen.findings] == [finding.code for finding in checked.findings]
    assert [finding.fix_setting for finding in seen.findings] == [finding.fix_setting for finding in checked.findings]
    assert [route.headers for route in seen.routes] == [route.headers for route in checked.routes]
    assert seen.services[0].name == site.url
    assert seen.exit_status == checked.exit_status


def test_equal_requests_are_one_route(proxied: Proxied) -> None:
    exchange(proxied, *(request("GET", f"/items?page={number}", f"X-Trace: {number}") for number in range(5)))
    exchange(proxied, request("GET", "/items"), request("GET", "/items", page="http://other.example"))
    report = proxied.report()

    assert len(report.routes) == 3
    assert "Judged: 7 requests" in limits(report)


@pytest.mark.parametrize(
    ("user_agent", "browsers"),
    [
        (FIREFOX, {"firefox"}),
        (SAFARI, {"webkit"}),
        ("Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile Safari/604.1", {"webkit"}),
        ("some/1.0", {"chromium", "firefox", "webkit"}),
    ],
)
def test_the_browser_that_sends_the_request_judges(proxied: Proxied, user_agent: str, browsers: set[str]) -> None:
    lines = request("GET", "/items").replace(b"Mozilla", b"X").split(b"\r\n")
    lines[2] = f"User-Agent: {user_agent}".encode()
    exchange(proxied, b"\r\n".join(lines))

    assert {fetch.browser for fetch in proxied.report().fetches} == browsers


def test_cookies_show_the_credentials_mode(proxied: Proxied) -> None:
    exchange(proxied, request("GET", "/open", "Cookie: sid=1"), request("GET", "/items", "Cookie: sid=1"))
    report = proxied.report()

    assert summary(report) == [("GET", "/open", "readable"), ("GET", "/items", Failure.ALLOW_CREDENTIALS_NOT_TRUE)]
    assert {fetch.credentials for fetch in report.fetches} == {"include"}


def test_a_preflight_belongs_to_the_request_that_follows(proxied: Proxied) -> None:
    exchange(proxied, preflight("/put", "PUT"), request("PUT", "/put"), request("PUT", "/put"))
    report = proxied.report()

    assert summary(report) == [("PUT", "/put", "readable")]
    assert [each.request.purpose for each in report.fetches[0].exchanges] == ["preflight", "request"]
    assert "Judged: 2 requests" in limits(report)


def test_a_preflight_that_fails_is_a_route(proxied: Proxied) -> None:
    exchange(proxied, preflight("/no-put", "PUT"), preflight("/put", "PUT", "x-a"))

    assert summary(proxied.report()) == [
        ("PUT", "/no-put", Failure.PREFLIGHT_METHOD),
        ("PUT", "/put", Failure.PREFLIGHT_HEADER),
    ]


def test_a_preflight_that_nothing_follows_was_for_a_request_with_credentials(proxied: Proxied) -> None:
    exchange(proxied, preflight("/put", "PUT"))
    report = proxied.report()

    assert summary(report) == [("PUT", "/put", Failure.ALLOW_CREDENTIALS_NOT_TRUE)]
    assert report.fetches[0].credentials == "include"


def test_a_redirect_belongs_to_the_request_that_follows(proxied: Proxied) -> None:
    exchange(proxied, request("GET", "/slash"), request("GET", "/items"))
    report = proxied.report()

    assert summary(report) == [("GET", "/slash", "readable")]
    assert len(report.fetches[0].exchanges) == 2


def test_a_redirect_that_browsers_do_not_follow_is_a_route(proxied: Proxied) -> None:
    exchange(proxied, request("GET", "/blocked-slash"))

    assert summary(proxied.report()) == [("GET", "/blocked-slash", Failure.ALLOW_ORIGIN_MISSING)]


def test_a_redirect_past_the_proxy_is_reported() -> None:
    def away(_: Request) -> bytes:
        return answer(ALLOW, f"Location: http://localhost:{served.port}/items?token=1", status="302 Found")

    with Site({"/away": away}) as served, proxy_of(served.url) as proxied:
        exchange(proxied, request("GET", "/away"), request("GET", "/away"))
        report = proxied.report()

    assert len(proxied.warnings) == 1
    assert f"http://localhost:{served.port}/items" in proxied.warnings[0]
    assert "token" not in proxied.warnings[0]
    assert not report.routes
    assert "2 redirected past the proxy" in limits(report)
    assert proxied.warnings[0] in report.services[0].limits


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["Sec-Fetch-Mode: navigate"], "navigations"),
        (["Sec-Fetch-Mode: no-cors"], "without CORS"),
        (["Origin: http://localhost:1234"], "own origin"),
        (["Sec-Fetch-Mode: cors", "Sec-Fetch-Site: same-origin"], "own origin"),
        (["Origin: http://a.example", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: font"], "without CORS"),
        (["Origin: http://a.example", "Upgrade: websocket"], "WebSockets"),
        (["Accept: */*"], "not of a page"),
        (["Origin: htp://a.example"], "no page has"),
        (["Origin: chrome-extension://nonsense"], "no page has"),
    ],
)
def test_other_requests_are_counted(proxied: Proxied, lines: list[str], why: str) -> None:
    head = "\r\n".join(["GET /items HTTP/1.1", "Host: localhost:1234", *lines, "", ""]).encode()
    assert exchange(proxied, head) == ITEMS
    report = proxied.report()

    assert not report.routes
    assert "1 request (1 " in limits(report)
    assert why in limits(report)
    assert report.exit_status is ExitStatus.USAGE


def test_a_304_for_the_browsers_cache_is_not_judged(proxied: Proxied) -> None:
    exchange(proxied, request("GET", "/stored", "If-None-Match: 1"))

    assert "a 304" in limits(proxied.report())


def test_only_the_host_changes() -> None:
    with Site({"/items": ITEMS}) as site, proxy_of(site.url, host="api.example:8443") as proxied:
        sent = request("POST", "/items", "X-Odd:  a ", body=b"Host: in the body")
        exchange(proxied, sent.replace(b"Host:", b"hOST:", 1))
        exchange(proxied, sent)
        first, second = site.requests

    assert first.lines == second.lines
    assert first.get("host") == "api.example:8443"
    assert first.body == b"Host: in the body"
    expected = sent.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    assert [line for line in first.lines if "api.example" not in line] == [
        line for line in expected if "localhost:1234" not in line
    ]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_dead_service(method: str) -> None:
    with proxy_of(f"http://127.0.0.1:{free_port()}") as proxied:
        received = exchange(proxied, request(method, "/items"))
        report = proxied.report()

    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 502 ")
    assert (b"refused the connection" in body) is (method == "GET")
    assert summary(report) == [(method, "/items", Failure.CONNECTION_REFUSED)]
    assert report.exit_status is ExitStatus.UNREACHABLE


def test_an_empty_reply() -> None:
    with RawServer(b"") as service, proxy_of(service.origin) as proxied:
        received = exchange(proxied, preflight("/items", "PUT"))
        report = proxied.report()

    assert received.startswith(b"HTTP/1.1 502 ")
    assert summary(report) == [("PUT", "/items", Failure.EMPTY_REPLY)]
