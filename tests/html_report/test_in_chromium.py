"""The report in Chromium: its rows are those of the JSON report, and anybody can use it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page

from hdrcli import Settings, check
from hdrcli.reporters.phrases import CLAUSES
from hdrcli.structs import replace
from tests import axe
from tests.html_report.reports import SITE, Made, made_of
from tests.reporting import rendered
from tests.serving.http import answer
from tests.serving.site import OPEN_TO_PAGE, Site

pytestmark = pytest.mark.thorough

FOLDER: Final = Path(__file__).parent
EITHER: Final = "with or without cookies"
MODES: Final = {"omit": "without cookies", "include": "with cookies"}
SECONDS: Final = 2
ROUTES: Final = 1000


def listen(page: Page) -> list[str]:
    """What the page logs, throws and requests, as it comes."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: heard.append(f"error: {error}"))
    page.on("request", lambda request: heard.append(request.url))
    return heard


def state_of(caller: dict[str, Any]) -> str:
    if caller["clause"] in {"not-sent", "listed-not-sent"}:
        return "absent"
    return "readable" if caller["readable"] else "hidden"


def cell(row: dict[str, str], mode: str) -> str | None:
    return row.get(mode, row.get(EITHER))


# --- rows -----------------------------------------------------------------------------------------------


def test_the_tables_of_headers_equal_the_json_report(page: Page, ordinary: Made) -> None:
    page.goto(ordinary.url)
    found = page.evaluate((FOLDER / "rows.js").read_text("utf-8"))["routes"]

    routes = ordinary.json["services"][0]["routes"]
    assert len(found) == len(routes)
    for route, shown in zip(routes, found.values(), strict=True):
        assert shown["name"] == f"{route['method']} /{route['url'].split('/', 3)[3]}"
        statuses = [str(caller["status"]) for caller in route["callers"] if not caller["comparison"]]
        assert shown["status"] == "/".join(dict.fromkeys(statuses))
        rows = {(row["page"], row["Header"]): row for row in shown["headers"]}
        blocked = {
            (caller["page"], MODES[caller["credentials"]]): bool(caller["failure"]) for caller in route["callers"]
        }
        assert {name for _, name in rows} == {header["name"] for header in route["headers"]}
        for header in route["headers"]:
            for caller in header["callers"]:
                row, mode = rows[caller["page"], header["name"]], MODES[caller["credentials"]]
                others = [is_blocked for (page, _), is_blocked in blocked.items() if page == caller["page"]]
                if not blocked[caller["page"], mode]:
                    assert cell(row, mode) == state_of(caller)
                    assert CLAUSES[caller["clause"]][0] in row["Why"]
                    assert row["Value"] == ", ".join(caller.get("values", header["values"]))
                else:
                    assert cell(row, mode) == ("blocked" if all(others) else None)


def test_a_closed_route_shows_what_pages_with_a_response_can_read(page: Page, ordinary: Made) -> None:
    """That the other page gets none does not hide the header."""
    page.goto(ordinary.url)
    found = page.evaluate((FOLDER / "rows.js").read_text("utf-8"))["routes"]

    chips = {route["name"]: route["chips"] for route in found.values()}
    assert chips["GET /readable"][-1] == "readable x-total-count"
    assert chips["GET /hidden"][-2:] == ["hidden x-total-count", "hidden x-region"]
    assert [chip.partition(":")[0] for chip in chips["GET /blocked"]] == ["blocked"]


def test_the_matrix_equals_the_json_report(page: Page, ordinary: Made) -> None:
    page.goto(ordinary.url)
    found = page.evaluate((FOLDER / "rows.js").read_text("utf-8"))["matrix"]

    routes = ordinary.json["services"][0]["routes"]
    seen = set()
    for route, rows in zip(routes, found.values(), strict=True):
        names = {header["name"].lower(): header for header in route["headers"]}
        for caller in route["callers"]:
            place, mode = caller["page"], MODES[caller["credentials"]]
            (row,) = [each for each in rows if each["Page"] == place and modes_of(each) >= {mode}]
            assert row["Status"] == str(caller["status"])
            columns = [name for name in row if name not in {"Page", "Credentials", "Status"}]
            assert {name for name, each in names.items() if each["custom"] and each["values"]} <= {*columns}
            if caller["failure"]:
                assert row[columns[0]].startswith("blocked: ")
                continue
            for name in columns:
                callers = names[name]["callers"] if name in names else []
                states = [
                    state_of(each) for each in callers if (each["page"], MODES[each["credentials"]]) == (place, mode)
                ]
                assert {row[name]} == ({*states} or {"absent"})
                seen.add(row[name])
    assert seen == {"readable", "hidden", "absent"}


def modes_of(row: dict[str, str]) -> set[str]:
    callers = row["Credentials"].removesuffix(" for comparison")
    return {*MODES.values()} if callers == EITHER else {callers}


def test_the_matrix_is_sorted_with_the_keyboard(page: Page, tmp_path: Path) -> None:
    """Hidden first, hidden last, and as before; over all parts, which keep their sizes."""
    readable = answer(*OPEN_TO_PAGE, "Access-Control-Expose-Headers: X-A", "X-A: 1")
    hidden, closed = answer(*OPEN_TO_PAGE, "X-A: 1"), answer("X-A: 1", status="404 No")
    kinds = {"/10": hidden, "/9": closed, "/70": hidden}
    made = made_of(tmp_path, {f"/{number}": kinds.get(f"/{number}", readable) for number in range(80)})
    page.goto(made.url)

    def order() -> list[str]:
        return [text.split()[1] for text in page.locator(".matrix tbody th[scope=rowgroup]").all_text_contents()]

    def press(name: str) -> tuple[list[str], str | None]:
        head = page.locator(".matrix thead th", has=page.get_by_role("button", name=name, exact=True)).first
        head.get_by_role("button").focus()
        page.keyboard.press("Enter")
        return order(), head.get_attribute("aria-sort")

    before = order()
    up, down, back = press("x-a"), press("x-a"), press("x-a")
    by_status = press("Status")
    by_route = press("Route")

    assert (len(before), up[0][:3], up[1]) == (80, ["/10", "/70", "/9"], "ascending")
    assert (down[0][-3:], down[1]) == (["/9", "/10", "/70"], "descending")
    assert back == (before, None)
    assert (by_status[0][-1], by_status[1]) == ("/9", "ascending")
    assert by_route == ([f"/{number}" for number in range(80)], "ascending")
    assert page.locator(".matrix [aria-sort]").count() == 2  # in both parts
    assert page.locator(".matrix").nth(0).locator("tbody").count() == 50


# --- the page ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ordinary", "hostile"])
def test_it_requests_nothing_and_complains_about_nothing(name: str, page: Page, request: pytest.FixtureRequest) -> None:
    report: Made = request.getfixturevalue(name)
    heard = listen(page)
    page.goto(report.url)
    page.click("#unfold")
    page.fill("#search", "x-")
    page.wait_for_timeout(300)

    assert heard == [report.url]


def test_from_a_server_it_requests_no_icon(page: Page, ordinary: Made) -> None:
    text = ordinary.file.read_bytes()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(text)
    with Site({"/report": head + text}) as site:
        page.goto(f"{site.url}/report")
        page.wait_for_timeout(300)

        assert [request.target for request in site.requests] == ["/report"]


def test_another_script_is_stopped(page: Page, ordinary: Made) -> None:
    heard = listen(page)
    page.goto(ordinary.url)
    page.evaluate(
        """() => {
          const script = document.createElement("script");
          try { script.text = "globalThis.owned = 1"; } catch { script.append("globalThis.owned = 1"); }
          document.body.append(script);
          try { document.body.setAttribute("onclick", "globalThis.owned = 1"); } catch {}
          document.body.click();
        }"""
    )

    assert page.evaluate("() => globalThis.owned") is None
    assert len(heard) > 2  # the page, and a complaint about each


def test_without_script_everything_is_readable(browser: Browser, ordinary: Made) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(ordinary.url)

    assert not page.locator(".toolbar").is_visible()
    assert page.locator(".copied button, .matrix button").count() == 0
    for place in ("h1", "article.finding .copied pre", "table.matrix"):
        assert page.locator(place).first.is_visible()
    route = page.locator("details.route").first
    assert not route.locator("table.headers").first.is_visible()
    route.locator("summary").first.click()
    assert route.locator("table.headers").first.is_visible()
    page.locator("article.finding a[href^='#']").first.click()
    assert page.locator(".inside:target").is_visible()  # browsers open what a link leads to
    context.close()


def test_keyboard(page: Page, ordinary: Made) -> None:
    page.goto(ordinary.url)
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the results"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "results"
    page.focus("#search")
    page.keyboard.type("x-region")
    assert page.locator("details.route:not([hidden])").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("details.route[hidden]").count() == 0
    order = []
    for _ in range(5):
        page.keyboard.press("Tab")
        order.append(page.evaluate("() => document.activeElement.id"))
    assert order[:3] == ["kind", "unfold", "fold"]
    page.locator("details.route summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.route").first.get_attribute("open") is not None
    page.locator(".scroll").first.focus()
    assert page.evaluate("() => document.activeElement.getAttribute('aria-label')").startswith("Headers by route")


def focused(page: Page) -> str:
    text: str = page.evaluate("() => document.activeElement.textContent")
    return text


def test_a_fix_is_copied(browser: Browser, ordinary: Made) -> None:
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(ordinary.url)
    block = page.locator("article.finding .copied").first
    block.locator("button").click()
    block.get_by_text("Copied").wait_for()

    assert page.evaluate("() => navigator.clipboard.readText()") == block.locator("pre").text_content()
    context.close()


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("name", ["ordinary", "hostile"])
def test_no_width_is_too_narrow(name: str, width: int, page: Page, request: pytest.FixtureRequest) -> None:
    report: Made = request.getfixturevalue(name)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(report.url)
    page.click("#unfold")

    assert page.evaluate("() => document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_accessibility(browser: Browser, ordinary: Made, scheme: Any, width: int) -> None:  # noqa: ANN401 -- a literal
    axe.script()
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(ordinary.url)
    assert axe.violations(page) == []
    page.click("#unfold")
    assert axe.violations(page) == []
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_print(browser: Browser, ordinary: Made, scheme: Any) -> None:  # noqa: ANN401 -- a literal
    """On white paper, without controls, and with the whole matrix."""
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(ordinary.url)
    page.emulate_media(media="print", color_scheme=scheme)

    assert not page.locator(".toolbar").is_visible()
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("() => getComputedStyle(document.querySelector('.scroll')).overflowX") == "visible"
    assert len(page.pdf()) > 10_000
    context.close()


# --- size ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a thousand routes."""
    with Site(SITE) as site:
        paths = [path for path in SITE if path.startswith("/")]
        settings = Settings(targets=tuple(site.url + path for path in paths), probe=False)
        with ThreadPoolExecutor() as pool:  # this thread has Playwright's event loop
            report = pool.submit(check, settings).result()
    (service,) = report.services
    routes = tuple(
        replace(service.routes[number % len(paths)], url=f"{site.url}/items/{number}") for number in range(ROUTES)
    )
    many = replace(report, services=(replace(service, routes=routes, unmet=()),))
    file = tmp_path_factory.mktemp("large") / "report.html"
    file.write_text(rendered(many, format="html"), "ascii")
    return file


@pytest.mark.no_cover  # it measures time
def test_a_thousand_routes_open_in_under_two_seconds(browser: Browser, large: Path) -> None:
    """The fastest of three times, as other processes may slow it down."""
    assert min(opening_times(browser, large, 3)) < SECONDS


def opening_times(browser: Browser, file: Path, times: int) -> Sequence[float]:
    """Seconds until the page is painted, and all of it is loaded."""
    found = []
    for _ in range(times):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(file.as_uri())
        page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length")
        loaded, painted, routes = page.evaluate(
            """() => [
              performance.getEntriesByType("navigation")[0].loadEventEnd,
              performance.getEntriesByName("first-contentful-paint")[0].startTime,
              document.querySelectorAll("details.route").length,
            ]"""
        )
        assert routes == ROUTES
        found.append(max(loaded, painted) / 1000)
        context.close()
    return found


def test_size_grows_with_the_routes_only(large: Path, ordinary: Made) -> None:
    """About as large as the JSON report, which has bounds for what a server sends."""
    assert large.stat().st_size < 5000 * ROUTES
    assert ordinary.file.stat().st_size < 400_000
