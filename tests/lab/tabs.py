"""A tab of each real browser, with one small set of commands: Chromium by Playwright, Firefox by WebDriver BiDi, WebKit
by WebDriver."""

from __future__ import annotations

import itertools
import json
import re
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import httpx
from playwright.sync_api import Page, sync_playwright
from websockets.sync.client import ClientConnection, connect

from tests.browser import chromium, firefox, webkit
from tests.browser.batch import installed
from tests.browser.program import new_folder, started
from tests.serving.loopback import DEADLINE

if TYPE_CHECKING:
    from collections.abc import Callable

_WEBKIT_DRIVER: Final = "WebKitWebDriver"


class Tab(Protocol):
    """What the tests need of a browser."""

    def open(self, url: str) -> None: ...

    def evaluate(self, script: str) -> Any: ...  # noqa: ANN401 -- JSON


def wait_for(tab: Tab, condition: str) -> None:
    """Until a JavaScript expression is true."""
    deadline = time.monotonic() + DEADLINE
    while not tab.evaluate(f"Boolean({condition})"):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{condition}: {tab.evaluate('document.body.innerText')}")
        time.sleep(0.05)


# --- Chromium -------------------------------------------------------------------------------------------


@contextmanager
def chromium_page(**options: Any) -> Iterator[Page]:  # noqa: ANN401 -- Playwright's own
    """A page of a new context with these options."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(chromium), chromium_sandbox=False)
        page = browser.new_context(**options).new_page()
        page.set_default_timeout(DEADLINE * 1000)
        yield page
        browser.close()


class _ChromiumTab:
    def __init__(self, page: Page) -> None:
        self._page = page

    def open(self, url: str) -> None:
        self._page.goto(url)

    def evaluate(self, script: str) -> Any:  # noqa: ANN401
        return self._page.evaluate(script)


@contextmanager
def _chromium() -> Iterator[Tab]:
    with chromium_page() as page:
        yield _ChromiumTab(page)


# --- Firefox --------------------------------------------------------------------------------------------


class _FirefoxTab:
    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._numbers = itertools.count(1)
        self._command("session.new", capabilities={})
        self._context = self._command("browsingContext.create", type="tab")["context"]

    def open(self, url: str) -> None:
        self._command("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def evaluate(self, script: str) -> Any:  # noqa: ANN401
        expression = f"JSON.stringify({script})"
        target = {"context": self._context}
        found = self._command("script.evaluate", expression=expression, target=target, awaitPromise=True)
        return json.loads(found["result"].get("value", "null"))

    def _command(self, method: str, **params: object) -> dict[str, Any]:
        number = next(self._numbers)
        self._connection.send(json.dumps({"id": number, "method": method, "params": params}))
        while (message := json.loads(self._connection.recv(DEADLINE))).get("id") != number:
            pass
        assert message["type"] == "success", message
        result: dict[str, Any] = message["result"]
        return result


@contextmanager
def _firefox() -> Iterator[Tab]:
    with new_folder(firefox.NAME) as folder:
        command = [installed(firefox), "--headless", "--no-remote", "--remote-debugging-port=0", "--profile"]
        with started([*command, str(folder)], folder):
            address = _printed(folder / "stderr", r"WebDriver BiDi listening on (\S+)")
            with connect(f"{address}/session", proxy=None, max_size=None) as connection:
                yield _FirefoxTab(connection)


def _printed(file: Path, pattern: str) -> str:
    deadline = time.monotonic() + DEADLINE
    while (found := re.search(pattern, file.read_text("utf-8", "replace"))) is None:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{pattern} is not printed")
        time.sleep(0.05)
    return found[1]


# --- WebKit ---------------------------------------------------------------------------------------------


class _WebKitTab:
    """https://www.w3.org/TR/webdriver2/"""

    def __init__(self, client: httpx.Client, program: str) -> None:
        self._client = client
        options = {"binary": program, "args": ["--automation"]}
        capabilities = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        self._session = self._post("/session", {"capabilities": capabilities})["sessionId"]

    def open(self, url: str) -> None:
        self._post(f"/session/{self._session}/url", {"url": url})

    def evaluate(self, script: str) -> Any:  # noqa: ANN401
        call = {"script": f"return JSON.stringify({script})", "args": []}
        return json.loads(self._post(f"/session/{self._session}/execute/sync", call) or "null")

    def close(self) -> None:
        self._client.delete(f"/session/{self._session}")

    def _post(self, path: str, value: object) -> Any:  # noqa: ANN401
        response = self._client.post(path, json=value)
        assert response.status_code == 200, response.text
        return response.json()["value"]


@contextmanager
def _webkit() -> Iterator[Tab]:
    program, port = installed(webkit), webkit.free_port()
    with new_folder(webkit.NAME) as folder, webkit.display_of(folder / "display") as display:
        command = [_WEBKIT_DRIVER, f"--port={port}"]
        with started(command, folder, {**webkit.ENVIRONMENT, "DISPLAY": display}):
            transport = httpx.HTTPTransport(retries=20)  # until it listens
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", transport=transport, timeout=DEADLINE) as client:
                tab = _WebKitTab(client, program)
                yield tab
                tab.close()


TABS: Final[dict[str, Callable[[], AbstractContextManager[Tab]]]] = {
    "chromium": _chromium,
    "firefox": _firefox,
    "webkit": _webkit,
}
