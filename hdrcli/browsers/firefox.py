"""Drive an installed Firefox over WebDriver BiDi: https://firefox-source-docs.mozilla.org/remote/index.html.

Theory of operation: Firefox runs as a child of a small Python process, the guard. The guard prints the address that
Firefox listens on, and kills Firefox when its own standard input ends. The operating system closes that pipe even if
hdrcli is killed, so no browser is left behind. One BiDi session serves all fetches, one after the other, each in its
own user context, which has no cookies and no cache of another.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final

from hdrcli.browsers.bidi import JSON, BiDiError, Session, session
from hdrcli.browsers.executables import find
from hdrcli.browsers.page import (
    DOCUMENT,
    FETCH,
    GRACE_SECONDS,
    OPAQUE_PAGE,
    check_origin,
    cookie_to_hold,
    domain_attribute,
    fetch_arguments,
    record,
)
from hdrcli.fetch import Cookie, Origin, RequestInit
from hdrcli.records.errors import UsageError
from hdrcli.records.route import BrowserRecord

NAME: Final = "firefox"
"""The name of the user agent that simulates it."""

VARIABLE: Final = "HDRCLI_FIREFOX"

_EXECUTABLES: Final = (
    "firefox",
    "firefox-esr",
    "/Applications/Firefox.app/Contents/MacOS/firefox",
    r"C:\Program Files\Mozilla Firefox\firefox.exe",
)
_PREFERENCES: Final = {
    "network.lna.enabled": False,  # see _FEATURES_OFF of Chromium
    "dom.security.https_first": False,  # keep pages on http
    # send nothing but the requests of pages, in addition to what the remote agent turns off
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
}
_COOKIE_BEHAVIORS: Final = {True: 0, False: 1}
"""The preference, by whether third-party cookies are sent. By default, Firefox partitions them."""
_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 10.0
_GUARD: Final = """
from subprocess import DEVNULL, PIPE, Popen
import sys, threading
browser = Popen(sys.argv[1:], stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE)
threading.Thread(target=lambda: (sys.stdin.read(), browser.kill()), daemon=True).start()
for line in browser.stderr:
    if line.startswith(b"WebDriver BiDi listening on "):
        print(line.split()[-1].decode(), flush=True)
sys.exit(browser.wait())
"""
"""The guard's program: run the browser, print its address, kill it when standard input ends, and end with it."""


class Firefox:
    """A running Firefox; each fetch gets its own user context. See `hdrcli.browsers.page.RealBrowser`."""

    def __init__(self, executable: str) -> None:
        self._executable = executable
        self._version = ""
        self._context = ""
        self._console: list[str] = []
        self._turn = asyncio.Lock()
        self._session: Session

    async def start(self, session: Session, *, verify: bool) -> None:
        """Begin the session. Firefox allows only one."""
        self._session = session
        started = await session.command(
            "session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": not verify}}
        )
        self._version = started["capabilities"]["browserVersion"]
        await session.command("session.subscribe", events=["network.beforeRequestSent", "log.entryAdded"])

    async def fetch(
        self, page: Origin, init: RequestInit, cookies: Sequence[Cookie], timeout_seconds: float
    ) -> BrowserRecord:
        """See `hdrcli.browsers.page.RealBrowser`. Fetches that are requested at once are made one after the other."""
        call = f"({FETCH})({json.dumps(fetch_arguments(init, timeout_seconds))}).then(JSON.stringify)"
        async with self._turn, asyncio.timeout(timeout_seconds + GRACE_SECONDS):
            self._console = []
            created = await self._session.command("browser.createUserContext")
            user_context = created["userContext"]
            context = await self._show(page, user_context)
            for cookie in cookies:
                await self._set_cookie(cookie_to_hold(cookie, init), user_context)
            result = await self._evaluate(call, context)
            await self._session.command("browser.removeUserContext", userContext=user_context)
            return record(
                json.loads(result),
                self._console,
                browser=NAME,
                version=self._version,
                executable=self._executable,
                timeout_seconds=timeout_seconds,
            )

    async def _show(self, origin: Origin, user_context: str) -> str:
        """Open a synthetic page of the origin, without contacting its server, and return its browsing context."""
        created = await self._session.command("browsingContext.create", type="tab", userContext=user_context)
        self._context = context = str(created["context"])
        if origin.is_opaque:
            await self._session.command("browsingContext.navigate", context=context, url=OPAQUE_PAGE, wait="complete")
            return context
        added = await self._session.command("network.addIntercept", phases=["beforeRequestSent"], contexts=[context])
        try:
            await self._session.command("browsingContext.navigate", context=context, url=f"{origin}/", wait="complete")
        except BiDiError as error:
            raise UsageError(f"--origin {origin}: Firefox cannot show such a page: {error}") from None
        await self._session.command("network.removeIntercept", intercept=added["intercept"])
        check_origin(origin, await self._evaluate("self.origin", context))
        return context

    async def _evaluate(self, script: str, context: str) -> str:
        """The string that a script evaluates to."""
        evaluated = await self._session.command(
            "script.evaluate", expression=script, target={"context": context}, awaitPromise=True
        )
        value: str = evaluated["result"]["value"]
        return value

    async def _set_cookie(self, cookie: Cookie, user_context: str) -> None:
        attributes: JSON = {
            "name": cookie.name,
            "value": {"type": "string", "value": cookie.value},
            "domain": domain_attribute(cookie),
            "path": cookie.path,
            "secure": cookie.secure,
            "httpOnly": cookie.http_only,
            "sameSite": "default" if cookie.same_site == "unset" else cookie.same_site,
        }
        try:
            await self._session.command(
                "storage.setCookie",
                cookie=attributes,
                partition={"type": "storageKey", "userContext": user_context},
            )
        except BiDiError as error:
            raise UsageError(f'Firefox rejects --cookie "{cookie.name}" for {cookie.domain}: {error}') from None

    async def on_event(self, session: Session, method: str, params: JSON) -> None:
        """Answer intercepted requests with the synthetic document, and collect the console's messages."""
        if method == "log.entryAdded" and params["source"].get("context") == self._context:
            self._console.append(str(params["text"]))
        elif method == "network.beforeRequestSent" and params["isBlocked"]:
            await session.send(
                "network.provideResponse",
                request=params["request"]["request"],
                statusCode=200,
                headers=[{"name": "Content-Type", "value": {"type": "string", "value": "text/html"}}],
                body={"type": "string", "value": DOCUMENT},
            )


@contextlib.asynccontextmanager
async def running(*, verify: bool, third_party_cookies: bool) -> AsyncIterator[Firefox]:
    """Run Firefox for the duration of the block. Raises `UsageError` if it is not installed."""
    executable = find(_EXECUTABLES, VARIABLE)
    if executable is None:
        raise UsageError(f"--in-browser found no Firefox: install one, or set {VARIABLE} to its path.")
    firefox = Firefox(executable)
    try:
        async with (
            _process(executable, _COOKIE_BEHAVIORS[third_party_cookies]) as url,
            session(url, firefox.on_event) as begun,
        ):
            try:
                await firefox.start(begun, verify=verify)
                yield firefox
            finally:
                with contextlib.suppress(BiDiError):
                    await begun.send("browser.close")
    except TimeoutError:
        raise UsageError(f"{executable} cannot be controlled: it does not respond.") from None
    except (BiDiError, OSError) as error:
        raise UsageError(f"{executable} cannot be controlled: {error}") from None


@contextlib.asynccontextmanager
async def _process(executable: str, cookie_behavior: int) -> AsyncIterator[str]:
    """Run the browser with an empty profile for the duration of the block, and yield the address that it listens on."""
    with tempfile.TemporaryDirectory(prefix="hdrcli-", ignore_cleanup_errors=True) as profile:
        preferences = {**_PREFERENCES, "network.cookie.cookieBehavior": cookie_behavior}
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items())
        (Path(profile) / "user.js").write_text("".join(lines), "utf-8")
        options = ["--headless", "--no-remote", "--remote-debugging-port=0", "--profile", profile]
        process = await asyncio.create_subprocess_exec(
            *[sys.executable, "-I", "-S", "-c", _GUARD, executable, *options],
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env={**os.environ, "MOZ_CRASHREPORTER_DISABLE": "1"},
            start_new_session=True,  # Ctrl-C in a terminal is for this process only
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # ... on Windows
        )
        grace = 0.0
        try:
            address = await _address(process, executable)
            grace = _STOP_SECONDS
            yield address
        finally:
            await _end(process, grace)


async def _address(process: Process, executable: str) -> str:
    """The address that the guard prints once the browser listens."""
    assert process.stdout is not None  # noqa: S101 -- it is a pipe
    async with asyncio.timeout(_START_SECONDS):
        line = await process.stdout.readline()
    if not line:
        raise UsageError(f"{executable} does not start as Firefox.")
    return line.decode("ascii").strip()


async def _end(process: Process, grace: float) -> None:
    """Wait `grace` seconds for the browser to close as requested, then kill it."""
    assert process.stdin is not None  # noqa: S101 -- it is a pipe
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(grace):
            await process.wait()
    process.stdin.close()
    await process.wait()
