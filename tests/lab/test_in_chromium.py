"""The lab's page in Chromium: differences, the keyboard, what it requests, what it takes for markup, accessibility."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests import axe
from tests.lab.serving import Served, command, lab_of
from tests.lab.tabs import chromium_page
from tests.serving.http import Request, answer
from tests.serving.loopback import DEADLINE
from tests.serving.site import Site

expect.set_options(timeout=DEADLINE * 1000)

DONE = "body[data-run=done]"
ANY = "Access-Control-Allow-Origin: *"
EVIL = "<img src=x onerror=document.title=1>"


@pytest.fixture(scope="module")
def sample() -> Iterator[Served]:
    with command("serve-sample", "--port=0", "--allow-credentials") as served:
        yield served


def shown(page: Page, served: Served) -> Page:
    page.goto(served.url)
    page.wait_for_selector(DONE)
    return page


def opened(page: Page, path: str) -> None:
    page.locator(".open", has=page.get_by_text(path, exact=True)).click()


def test_a_difference_is_marked() -> None:
    def two_faced(request: Request) -> bytes:
        exposed = "X-B" if "Headless" in (request.get("user-agent") or "") else "X-A"
        return answer(ANY, f"Access-Control-Expose-Headers: {exposed}", "X-A: 1", "X-B: 2")

    with (
        Site({"/fair": answer(ANY, "X-A: 1"), "/two-faced": two_faced}) as site,
        lab_of(site.url, "/fair", "/two-faced") as lab,
        chromium_page() as page,
    ):
        rows = shown(page, lab).locator("li.route")
        opened(page, "/two-faced")

        assert rows.evaluate_all("rows => rows.map((row) => row.dataset.agreement)") == ["same", "different"]
        expect(page.locator("#status")).to_contain_text("differs in 1")
        cells = page.locator("tr[data-header=X-A] td").first
        expect(cells).to_contain_text("this browser: not readable")


def test_a_changed_request_shows_its_preflight_and_is_copied() -> None:
    allowed = answer(ANY, "Access-Control-Allow-Headers: X-Trace")
    with (
        Site({"OPTIONS /items": allowed, "/items": answer(ANY, "X-A: 1")}) as site,
        lab_of(site.url, "/items") as lab,
        chromium_page() as page,
    ):
        shown(page, lab)
        opened(page, "/items")
        page.get_by_label("request headers").fill("X-Trace: 1\nAuthorization: Bearer s3cr3t")
        page.get_by_role("button", name="Send").click()
        blocked = page.locator(".outcome[data-mode=omit]")
        expect(blocked).to_contain_text("TypeError: Failed to fetch")
        expect(blocked).to_contain_text("authorization")
        page.get_by_label("request headers").fill("X-Trace: 1")
        page.get_by_role("button", name="Send").click()
        expect(blocked).to_contain_text('type "cors", status 200')
        page.get_by_text("Requests and preflights").click()
        expect(page.locator("[data-purpose=preflight]").first).to_contain_text("Access-Control-Request-Headers")
        copied = {}
        for name in ("curl", "fetch", "hdrcli"):
            page.locator(f"[data-copy={name}]").click()
            copied[name] = page.locator(".copies pre").inner_text()

    assert f"hdrcli check {site.url}/items -H 'X-Trace: 1' --origin {lab.origin}" in copied["hdrcli"]
    assert "curl " in copied["curl"]
    assert "fetch(" in copied["fetch"]


def test_the_servers_text_is_no_markup_and_secrets_are_redacted() -> None:
    evil = answer(
        ANY, "Access-Control-Expose-Headers: *", f"X-Evil: {EVIL}", "Set-Cookie: sid=s3cr3t", "X-Token: s3cr3t"
    )
    with Site({"/evil": evil}) as site, lab_of(site.url, "/evil", f"/{EVIL}") as lab, chromium_page() as page:
        shown(page, lab)
        opened(page, "/evil")
        page.get_by_text("Requests (no").click()

        assert EVIL in page.locator("tr[data-header=X-Evil]").inner_text()
        assert page.locator("img").count() == 0
        assert page.title() == "hdrcli lab"
        assert "s3cr3t" not in page.content()


def test_an_api_for_other_origins_is_explained() -> None:
    closed = answer("Access-Control-Allow-Origin: https://app.example")
    with Site({"/items": closed}) as site, lab_of(site.url, "/items") as lab, chromium_page() as page:
        expect(shown(page, lab).locator("#status")).to_contain_text(f"does not allow the origin {lab.origin}")


def test_the_keyboard_is_enough(sample: Served) -> None:
    with chromium_page() as page:
        shown(page, sample)
        page.locator("#run").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        focused = page.evaluate("document.activeElement.getAttribute('aria-expanded')")
        page.keyboard.press("Tab")
        inside = page.evaluate("Boolean(document.activeElement.closest('.details'))")
        page.get_by_role("button", name="Expose x-process-time").focus()
        page.keyboard.press("Enter")
        expect(page.locator("tr[data-header=x-process-time]")).to_have_attribute("data-omit", "readable")

    assert (focused, inside) == ("true", True)


def test_settings_change_all_rows(sample: Served) -> None:
    with chromium_page() as page:
        shown(page, sample)
        crash = page.locator("li.route", has_text="/errors/crash").locator(".cell[data-mode=omit]")
        expect(crash).to_contain_text("blocked")
        page.get_by_label("where the middleware is").select_option("around")
        expect(crash).not_to_contain_text("blocked")
        page.get_by_label("CORSMiddleware", exact=True).uncheck()
        expect(page.locator(".chip.custom.readable")).to_have_count(0)
        expect(page.locator("#status")).to_contain_text("agree")
        page.get_by_role("button", name="Reset").click()
        expect(crash).to_contain_text("blocked")


def test_no_other_origin_is_requested_and_nothing_else_is_on_the_console(sample: Served) -> None:
    requested: list[str] = []
    console: list[str] = []
    errors: list[str] = []
    with chromium_page() as page:
        page.on("request", lambda request: requested.append(request.url))
        page.on("console", lambda message: console.append(message.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        shown(page, sample)

    assert len(requested) > 50
    assert {url for url in requested if not url.startswith((sample.origin, sample.api, "data:,"))} == set()
    by_the_browser = ("CORS policy", "Failed to load resource")
    assert [text for text in console if not any(known in text for known in by_the_browser)] == []
    assert errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1400])
def test_it_is_accessible_and_fits(sample: Served, scheme: str, width: int) -> None:
    axe.script()
    size = {"width": width, "height": 900}
    with chromium_page(color_scheme=scheme, viewport=size, bypass_csp=True) as page:
        shown(page, sample)
        opened(page, "/headers/custom")
        opened(page, "/errors/crash")

        assert axe.violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
