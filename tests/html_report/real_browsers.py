"""The three real browsers, each with a page that is open, and scripts that run in it as a user would run them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.request import Request, urlopen

from playwright.sync_api import sync_playwright

from hdrcli.browsers import bidi
from tests.browser import chromium, firefox, webkit
from tests.browser.batch import installed
from tests.browser.program import new_folder, started
from tests.serving.loopback import DEADLINE, free_port

Evaluate = Callable[[str], Any]
"""Runs an async function without arguments, and returns what it returns."""

_START_SECONDS: Final = 60


@contextlib.contextmanager
def opened(browser: str, url: str) -> Iterator[Evaluate]:
    """A page in one of the browsers; the test is skipped if it is not installed."""
    with {"chromium": _chromium, "firefox": _firefox, "webkit": _webkit}[browser](url) as evaluate:
        yield evaluate


@contextlib.contextmanager
def _chromium(url: str) -> Iterator[Evaluate]:
    executable = installed(chromium)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, chromium_sandbox=False)
        page = browser.new_page()
        page.goto(url)
        yield page.evaluate
        browser.close()


@contextlib.contextmanager
def _firefox(url: str) -> Iterator[Evaluate]:
    """Over WebDriver BiDi."""
    program = installed(firefox)
    with new_folder("firefox") as folder, asyncio.Runner() as runner:
        command = [program, "--headless", "--no-remote", "--remote-debugging-port=0", "--profile", str(folder)]
        with started(command, folder):
            address = _address(folder / "stderr")
            stack = contextlib.AsyncExitStack()
            session = runner.run(stack.enter_async_context(bidi.session(address, _ignored)))
            runner.run(session.command("session.new", capabilities={}))
            context = runner.run(session.command("browsingContext.create", type="tab"))["context"]
            runner.run(session.command("browsingContext.navigate", context=context, url=url, wait="complete"))

            def evaluate(function: str) -> Any:  # noqa: ANN401 -- JSON
                evaluated = runner.run(
                    session.command(
                        "script.evaluate",
                        expression=f"({function})().then(JSON.stringify)",
                        target={"context": context},
                        awaitPromise=True,
                    )
                )
                return json.loads(evaluated["result"]["value"])

            yield evaluate
            runner.run(stack.aclose())


async def _ignored(_session: bidi.Session, _method: str, _params: bidi.JSON) -> None:
    """No events are subscribed."""


def _address(stderr: Path) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        found = re.search(r"WebDriver BiDi listening on (\S+)", stderr.read_text("utf-8", "replace"))
        if found is not None:
            return found[1]
        time.sleep(0.05)
    raise TimeoutError("Firefox did not start WebDriver BiDi")


@contextlib.contextmanager
def _webkit(url: str) -> Iterator[Evaluate]:
    """Over WebDriver: https://www.w3.org/TR/webdriver2/."""
    program = installed(webkit)
    port = free_port()
    with (
        new_folder("webkit") as folder,
        webkit.display_of(folder / "display") as display,
        started(["WebKitWebDriver", f"--port={port}"], folder, {**webkit.ENVIRONMENT, "DISPLAY": display}),
    ):
        options = {"webkitgtk:browserOptions": {"binary": program, "args": ["--automation"]}}
        session = _command(port, "/session", {"capabilities": {"alwaysMatch": options}}, tries=_START_SECONDS * 10)
        path = f"/session/{session['sessionId']}"
        _command(port, f"{path}/url", {"url": url})

        def evaluate(function: str) -> Any:  # noqa: ANN401 -- JSON
            script = f"const done = arguments[0]; ({function})().then(done)"
            return _command(port, f"{path}/execute/async", {"script": script, "args": []})

        yield evaluate
        _command(port, path, None)


def _command(port: int, path: str, body: object, tries: int = 1) -> Any:  # noqa: ANN401 -- JSON
    """The result of a command; without a body, it ends the session. It is tried until the driver listens."""
    request = Request(
        f"http://127.0.0.1:{port}{path}",
        method="DELETE" if body is None else "POST",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    for attempt in range(tries):
        try:
            with urlopen(request, timeout=DEADLINE) as response:  # noqa: S310
                return json.load(response)["value"]
        except OSError:
            if attempt == tries - 1:
                raise
            time.sleep(0.1)
    raise AssertionError
