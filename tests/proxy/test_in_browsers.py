"""A page in real browsers calls the sample app through the proxy: what is seen is what they can read."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from sample_app import ROUTES
from tests.cli.program import hdrcli_process
from tests.lab.tabs import TABS, wait_for
from tests.proxy.program import running
from tests.readme import serving
from tests.serving.site import Site

pytestmark = pytest.mark.thorough

PAGE: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<!doctype html><title>page</title>"
)
CALLS: Final = """
void (async () => {
  const found = {};
  for (const path of %s) {
    const response = await fetch("http://localhost:%d" + path).catch(() => null);
    found[path] = response && [...response.headers.keys()];
  }
  await fetch("http://localhost:%d/headers/custom", { method: "LOCK" }).catch(() => null);
  await fetch("http://localhost:%d/headers/custom", { credentials: "include", mode: "no-cors" });
  window.found = found;
})()
"""


@pytest.mark.parametrize("name", ["chromium", "firefox"])
def test_the_verdicts_are_those_of_a_check_and_of_the_browser(name: str) -> None:
    with Site({"/": PAGE}) as page, serving(f"--allow-origin={page.origin}") as base:
        with running(base, "--format=json") as proxy, TABS[name]() as tab:
            tab.open(page.url)
            tab.evaluate(CALLS % (json.dumps(ROUTES), *[proxy.port] * 3))
            wait_for(tab, "window.found")
            read = tab.evaluate("window.found")
            _, out, _ = proxy.end()
        seen = json.loads(out)["services"][0]
        words = [f"{base}{path}" for path in ROUTES]
        options = (f"--origin={page.origin}", f"--browser={name}", "--no-probe", "--format=json")
        checked = json.loads(hdrcli_process("check", *words, *options).out)["services"][0]

    routes = {_path(route): route for route in seen["routes"] if route["method"] == "GET"}
    assert set(routes) == set(ROUTES)
    for route in checked["routes"]:
        assert _verdicts(routes[_path(route)]) == _verdicts(route)
    for path, names in read.items():
        found, outcomes = _verdicts(routes[path])
        assert (outcomes["omit"][0] == "network-error") is (names is None), path
        readable = {name for name, modes in found.items() if modes["omit"][0]}
        assert readable == set(names or ()), path
    (blocked,) = (route for route in seen["routes"] if route["method"] == "LOCK")
    assert _verdicts(blocked)[1]["omit"][0] == "network-error"
    assert {route["source"].partition(" ")[0] for route in seen["routes"]} == {"request"}
    assert "of elements, or without CORS" in " ".join(seen["limits"])


def _path(route: dict[str, Any]) -> str:
    return "/" + str(route["url"]).split("/", 3)[3]


def _verdicts(route: dict[str, Any]) -> tuple[dict[str, dict[str, tuple[bool, str]]], dict[str, tuple[str, int]]]:
    """All that is judged by credentials mode, without the values, of which some are new with each request."""
    headers = {
        header["name"].lower(): {each["credentials"]: (each["readable"], each["clause"]) for each in header["callers"]}
        for header in route["headers"]
    }
    return headers, {each["credentials"]: (each["outcome"], each["status"]) for each in route["callers"]}
