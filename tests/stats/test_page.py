"""The page of statistics, in Chromium: its tables are those of the JSON output."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page

from tests import axe
from tests.html_report.test_in_chromium import listen
from tests.safety.judging import Read
from tests.stats.pages import Made

FOLDER: Final = Path(__file__).parent

# --- numbers --------------------------------------------------------------------------------------------


def test_the_tables_equal_the_json_output(page: Page, ordinary: Made) -> None:
    page.goto(ordinary.url)
    tables: dict[str, list[list[str]]] = page.evaluate((FOLDER / "tables.js").read_text("utf-8"))["tables"]
    value = ordinary.json

    def rows(caption: str, columns: int = 2) -> list[list[str]]:
        return [row[:columns] for row in tables[caption]]

    assert rows("Targets by finding") == [[each["code"], str(each["targets"])] for each in value["findings"]]
    headers = [
        [each["name"], str(each["readable"] + each["hidden"]), str(each["readable"]), str(each["hidden"])]
        for each in value["headers"]
    ]
    others = value["others"]["headers"]
    last = [
        f"{others['names']} other names",
        *map(str, (others["readable"] + others["hidden"], others["readable"], others["hidden"])),
    ]
    assert rows("Targets by custom header", 4) == [*headers, last]
    assert rows("Targets by status") == [[str(each["status"]), str(each["targets"])] for each in value["statuses"]]
    assert rows("Targets by outcome") == [[name, str(number)] for name, number in value["outcomes"].items()]
    codes = [each["code"] for each in value["findings"]]
    assert tables["Findings by stack"] == [
        [
            each["stack"] or "not recognized",
            str(each["targets"]),
            percent(each["with_findings"], each["targets"]),
            *(percent(each["findings"].get(code, 0), each["targets"]) for code in codes),
        ]
        for each in value["stacks"]
    ]


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if part else ""


def test_bars_and_columns_are_as_long_as_their_numbers(page: Page, ordinary: Made) -> None:
    page.goto(ordinary.url)
    lengths: dict[str, Any] = page.evaluate((FOLDER / "tables.js").read_text("utf-8"))
    value = ordinary.json

    longest = max(each["readable"] + each["hidden"] for each in value["headers"])
    for each, bar in zip(value["headers"], lengths["bars"]["Targets by custom header"], strict=False):
        expected = [each[kind] / longest for kind in ("readable", "hidden") if each[kind]]
        assert bar == pytest.approx(expected, abs=0.02)
    for name, columns in zip(("custom_headers", "requests"), lengths["columns"], strict=True):
        targets = [each["targets"] for each in value[name]["bins"]]
        assert columns == pytest.approx([number / max(targets) for number in targets], abs=0.02)


def test_it_says_what_was_not_counted(ordinary: Made) -> None:
    assert ordinary.json["not_counted"]["repeated"] == 1
    assert "1 repeated result is not counted." in Read(ordinary.text).text


# --- the page -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ordinary", "hostile"])
def test_the_file_is_complete_and_has_nothing_that_runs(name: str, request: pytest.FixtureRequest) -> None:
    text = request.getfixturevalue(name).text
    elements = Read(text).elements
    tags = {tag for tag, _ in elements}

    assert text.isascii()
    assert not {"script", "iframe", "object", "embed", "img", "form", "input", "base", "use", "image"} & tags
    for tag, attributes in elements:
        assert not {"src", "style", "xlink:href"} & attributes.keys(), tag
        assert not [attribute for attribute in attributes if attribute.startswith("on")]
    (policy,) = [each["content"] for _, each in elements if each.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    assert {"default-src 'none'", "script-src 'none'", "base-uri 'none'"} <= {*policy.split("; ")}
    assert "unsafe" not in policy


@pytest.mark.parametrize("name", ["ordinary", "hostile"])
def test_it_requests_nothing_and_complains_about_nothing(name: str, page: Page, request: pytest.FixtureRequest) -> None:
    report: Made = request.getfixturevalue(name)
    heard = listen(page)
    page.goto(report.url)
    page.wait_for_timeout(300)

    assert heard == [report.url]


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("name", ["ordinary", "hostile"])
def test_no_width_is_too_narrow(name: str, width: int, page: Page, request: pytest.FixtureRequest) -> None:
    report: Made = request.getfixturevalue(name)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(report.url)

    assert page.evaluate("() => document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_accessibility(browser: Browser, ordinary: Made, scheme: Any, width: int) -> None:  # noqa: ANN401 -- a literal
    axe.script()
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    page.goto(ordinary.url)
    assert axe.violations(page) == []
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_print(browser: Browser, ordinary: Made, scheme: Any) -> None:  # noqa: ANN401 -- a literal
    """On white paper, with all bars."""
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(ordinary.url)
    page.emulate_media(media="print", color_scheme=scheme)

    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("() => getComputedStyle(document.querySelector('.heat td')).printColorAdjust") == "exact"
    assert len(page.pdf()) > 10_000
    context.close()
