"""The lab of the running sample in three real browsers: each row is what `hdrcli check` reports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest

from sample_app import ROUTES
from tests.cli.program import hdrcli_process
from tests.lab.serving import Served, command
from tests.lab.tabs import TABS, Tab, wait_for

pytestmark = pytest.mark.thorough

MODES: Final = ("omit", "include")
DONE: Final = "document.body?.dataset.run === 'done'"
ROWS: Final = """
[...document.querySelectorAll("li.route")].map((row) => {
  if (row.querySelector(".details").hidden) row.querySelector(".open").click();
  return {
    path: row.querySelector(".target").textContent,
    agreement: row.dataset.agreement,
    modes: [...row.querySelectorAll(".outcome")].map((each) => each.dataset.mode),
    headers: [...row.querySelectorAll("tbody tr")].map(({ dataset: of }) => [of.header, of.omit, of.include]),
  };
})
"""
EXPOSE: Final = """
(() => {
  const field = document.querySelector("[name=expose_headers]");
  field.value += "\\nX-Process-Time";
  document.body.dataset.run = "running";
  field.dispatchEvent(new Event("change", { bubbles: true }));
})()
"""


@pytest.fixture(scope="module", params=TABS)
def browser(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def sample(browser: str) -> Iterator[Served]:
    del browser  # each changes the settings of a sample of its own
    with command("serve-sample", "--port=0", "--allow-credentials") as served:
        yield served


@pytest.fixture(scope="module")
def tab(browser: str, sample: Served) -> Iterator[Tab]:
    with TABS[browser]() as opened:
        opened.open(sample.url)
        wait_for(opened, DONE)
        yield opened


def test_each_row_is_what_the_check_reports(tab: Tab, browser: str, sample: Served) -> None:
    urls = [sample.api + path for path in ROUTES]
    ended = hdrcli_process("check", *urls, f"--origin={sample.origin}", "--format=json", "--fail-on=never")
    (service,) = json.loads(ended.out)["services"]
    rows = tab.evaluate(ROWS)

    assert [row["path"] for row in rows] == list(ROUTES)
    for row, route in zip(rows, service["routes"], strict=True):
        assert row["agreement"] == "same", row
        assert row["modes"] == list(MODES)
        assert {name: tuple(states) for name, *states in row["headers"]} == {
            header["name"]: tuple(state(header, mode, browser) for mode in MODES)
            for header in route["headers"]
            if header["values"]
        }


def state(header: dict[str, Any], mode: str, browser: str) -> str:
    """What the report says of a header, in one word."""
    (caller,) = (each for each in header["callers"] if each["credentials"] == mode and browser in each["browsers"])
    if caller["readable"]:
        return "readable"
    return "blocked" if caller["clause"] == "blocked" else "hidden"


def test_an_exposed_header_becomes_readable_on_both_sides(tab: Tab) -> None:
    def states() -> tuple[str, str, str]:
        (row,) = (row for row in tab.evaluate(ROWS) if row["path"] == "/headers/custom")
        (found,) = (states for name, *states in row["headers"] if name == "x-process-time")
        return (*found, row["agreement"])

    before = states()
    tab.evaluate(EXPOSE)
    wait_for(tab, DONE)

    assert before == ("hidden", "hidden", "same")
    assert states() == ("readable", "readable", "same")
