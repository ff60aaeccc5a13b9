"""The proxy's page in real browsers: live, guarded, accessible, and nothing of a server is taken for markup."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests import axe
from tests.lab.tabs import TABS, chromium_page, wait_for
from tests.proxy.program import Running, running
from tests.proxy.serving import request
from tests.serving.http import answer
from tests.serving.loopback import DEADLINE
from tests.serving.site import OPEN_TO_PAGE, Site

expect.set_options(timeout=DEADLINE * 1000)

EVIL = "<img src=x onerror=document.title=1>"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    responses = {
        "/items": answer(*OPEN_TO_PAGE, "Access-Control-Expose-Headers: X-A", "X-A: 1", "X-B: 2"),
        "/closed": answer("X-A: 1"),
        "/evil": answer(*OPEN_TO_PAGE, f"X-Evil: {EVIL}", f"X-Long: {'a' * 500}"),
    }
    with Site(responses) as served:
        yield served


def page_url(proxy: Running) -> str:
    return proxy.wait_for(r"browser:  (http://\S+)")[1]


@pytest.mark.parametrize("name", ["chromium", "firefox"])
def test_routes_come_while_the_page_is_open(site: Site, name: str) -> None:
    with running(site.url, "--page") as proxy, TABS[name]() as tab:
        tab.open(page_url(proxy))
        wait_for(tab, "document.getElementById('status')?.textContent.startsWith('Waiting')")
        proxy.send(request("GET", "/items"))
        wait_for(tab, "document.querySelectorAll('li.route').length === 1")
        proxy.send(request("GET", "/items?token=secret-1"))
        proxy.send(request("GET", "/items?token=secret-2"))
        proxy.send(request("GET", "/closed"))
        wait_for(tab, "document.querySelectorAll('li.route').length === 3")
        wait_for(tab, "document.body.innerText.includes('2 \u00d7')")
        wait_for(tab, "document.querySelectorAll('article').length === 2")
        chips = tab.evaluate(
            "[...document.querySelectorAll('li.route')].map((row) => row.querySelector('.chips').innerText)"
        )
        codes = tab.evaluate("[...document.querySelectorAll('article')].map((each) => each.dataset.code)")
        text = tab.evaluate("document.documentElement.outerHTML")
        proxy.end()
        wait_for(tab, "document.getElementById('status').textContent.includes('stopped')")

    assert re.findall(r"x-[ab] .", chips[0]) == ["x-a ✓", "x-b ✗"]
    assert "no Access-Control-Allow-Origin" in chips[2]
    assert codes == ["HDR101", "HDR301"]
    assert "secret" not in text


@pytest.fixture(scope="module")
def proxy(site: Site) -> Iterator[Running]:
    with running(site.url, "--page") as started:
        for path in ("/items", "/closed", "/evil"):
            started.send(request("GET", path))
        yield started


@pytest.fixture
def page(proxy: Running) -> Iterator[Page]:
    with chromium_page() as opened:
        opened.goto(page_url(proxy))
        expect(opened.locator("li.route")).to_have_count(3)
        yield opened


def test_a_server_s_text_is_no_markup(page: Page) -> None:
    page.locator("summary", has_text="/evil").click()

    expect(page.locator("tr[data-header=X-Evil] .value")).to_have_text(EVIL)
    assert page.title() == "hdrcli proxy"
    assert page.locator("img").count() == 0


def test_the_keyboard_is_enough(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.locator("summary").first).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("tr[data-header=X-B] .state")).to_have_text("hidden ✗")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
def test_accessibility(proxy: Running, scheme: str, width: int) -> None:
    axe.script()
    with chromium_page(color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True) as page:
        page.goto(page_url(proxy))
        expect(page.locator("article")).to_have_count(2)
        for summary in page.locator("summary").all():
            summary.click()

        assert axe.violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_requests_nothing_of_others_and_reports_no_errors(proxy: Running) -> None:
    with chromium_page() as page:
        hosts, problems = set[str](), list[str]()
        page.on("request", lambda sent: hosts.add(urlsplit(sent.url).netloc))
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(page_url(proxy))
        expect(page.locator("article")).to_have_count(2)

    assert (hosts - {""}, problems) == ({urlsplit(page_url(proxy)).netloc}, [])


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "attacker.example"}, 421),
        ({"Origin": "http://attacker.example"}, 403),
        ({"Authorization": "Bearer x"}, 401),
    ],
    ids=str,
)
def test_the_stream_is_guarded(proxy: Running, headers: dict[str, str], status: int) -> None:
    url = urlsplit(page_url(proxy))
    connection = http.client.HTTPConnection("127.0.0.1", url.port or 0, timeout=DEADLINE)
    given = {"Host": url.netloc, "Authorization": f"Bearer {url.fragment}", **headers}
    connection.request("GET", "/api/events", headers=given)
    response = connection.getresponse()
    first = response.read(6)
    connection.close()

    assert response.status == status
    assert (first == b"data: ") is (status == 200)
    assert "default-src 'none'" in (response.headers["Content-Security-Policy"] or "")
