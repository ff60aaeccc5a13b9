"""The report in Chromium, Firefox and WebKit: search, filter and folding work, and nothing of a server runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from tests.html_report.real_browsers import opened
from tests.html_report.reports import Made

pytestmark = pytest.mark.thorough

BROWSERS: Final = ("chromium", "firefox", "webkit")

FOLDER: Final = Path(__file__).parent


@pytest.mark.parametrize("browser", BROWSERS)
def test_search_filter_and_folding(browser: str, ordinary: Made) -> None:
    with opened(browser, ordinary.url) as evaluate:
        facts: dict[str, Any] = evaluate((FOLDER / "use.js").read_text("utf-8"))

    service = ordinary.json["services"][0]
    routes, findings = len(service["routes"]), len(service["findings"])
    assert facts["toolbar"]
    assert facts["all"] == facts["again"] == [routes, routes, findings]
    assert facts["region"][:2] == facts["both"][:2] == [1, 1]
    assert 0 < facts["region"][2] < findings
    assert facts["none"] == [0, 0, 0]
    assert facts["said"] == f"0 of {routes} routes, 0 of {findings} findings"
    assert {kind: facts[kind][0] for kind in ("hidden", "blocked", "failed", "fine")} == {
        "hidden": sum(_is_hidden(route) for route in service["routes"]),
        "blocked": sum(_is_blocked(route) for route in service["routes"]),
        "failed": sum(bool(route["unmet"]) for route in service["routes"]),
        "fine": sum(not (_is_hidden(route) or _is_blocked(route) or route["unmet"]) for route in service["routes"]),
    }
    assert facts["linked"] == [True, False]
    assert (facts["unfolded"], facts["folded"]) == (0, 0)
    assert facts["buttons"] > 1


def _wanted(route: dict[str, Any]) -> list[dict[str, Any]]:
    return [caller for caller in route["callers"] if not caller["comparison"]]


def _is_blocked(route: dict[str, Any]) -> bool:
    return any(caller["failure"] for caller in _wanted(route))


def _is_hidden(route: dict[str, Any]) -> bool:
    """A custom header is hidden from a page that gets the response."""
    wanted = {(caller["page"], caller["credentials"]) for caller in _wanted(route)}
    return any(
        header["custom"] and header["values"] and not caller["readable"] and caller["clause"] != "blocked"
        for header in route["headers"]
        for caller in header["callers"]
        if (caller["page"], caller["credentials"]) in wanted
    )


@pytest.mark.parametrize("browser", BROWSERS)
def test_nothing_of_a_server_runs(browser: str, hostile: Made) -> None:
    """Its text is there, and is text: the elements are those of the report, and the script has worked."""
    with opened(browser, hostile.url) as evaluate:
        facts = evaluate((FOLDER / "attacks.js").read_text("utf-8"))

    assert not {"img", "iframe", "base", "form", "textarea", "object"} & set(facts.pop("names"))
    assert facts == {
        "owned": False,
        "toolbar": True,
        "scripts": 1,
        "text": True,
        "bidi": False,
        "loaded": 0,
        "place": "file:",
    }
