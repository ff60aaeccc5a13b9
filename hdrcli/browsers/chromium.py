"""Drive an installed Chromium, Chrome or Edge through Playwright: https://playwright.dev/python/."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from playwright.async_api import Browser, BrowserContext, Error, Page, Playwright, Route, async_playwright

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

if TYPE_CHECKING:
    from playwright._impl._api_structures import SetCookieParam  # which has no public name

Closable = TypeVar("Closable", Browser, BrowserContext)

NAME: Final = "chromium"
"""The name of the user agent that simulates it."""

VARIABLE: Final = "HDRCLI_CHROMIUM"

_EXECUTABLES: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
_FEATURES_OFF: Final = (
    # A synthetic page has no IP address. Chromium would treat it as a public one and ask its user for permission
    # before it lets the page reach this machine or a local network, or refuse if the page is on http.
    "LocalNetworkAccessChecks",
    # Keep pages on http.
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    # Send nothing but the requests of pages. This list replaces Playwright's own, because the last one counts.
    "AimEnabled",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PreconnectToSearch",
)
_COOKIE_CONTROLS_MODES: Final = {True: 0, False: 1}
"""The profile's preference, by whether third-party cookies are sent."""

_SAME_SITES: Final[dict[str, Literal["Lax", "None", "Strict"]]] = {"lax": "Lax", "none": "None", "strict": "Strict"}


class Chromium:
    """A running Chromium; each fetch gets its own context. See `hdrcli.browsers.page.RealBrowser`."""

    def __init__(self, browser: Browser, executable: str, *, verify: bool) -> None:
        self._browser = browser
        self._executable = executable
        self._verify = verify

    async def fetch(
        self, page: Origin, init: RequestInit, cookies: Sequence[Cookie], timeout_seconds: float
    ) -> BrowserRecord:
        """See `hdrcli.browsers.page.RealBrowser`."""
        console: list[str] = []
        insecure = not self._verify
        async with (
            asyncio.timeout(timeout_seconds + GRACE_SECONDS),
            _closing(await self._browser.new_context(ignore_https_errors=insecure, service_workers="block")) as context,
        ):
            for cookie in cookies:
                await _add_cookie(context, cookie_to_hold(cookie, init))
            shown = await _show(context, page)
            shown.on("console", lambda message: console.append(message.text))
            result = await shown.evaluate(FETCH, fetch_arguments(init, timeout_seconds))
        return record(
            result,
            console,
            browser=NAME,
            version=self._browser.version,
            executable=self._executable,
            timeout_seconds=timeout_seconds,
        )


@contextlib.asynccontextmanager
async def running(*, verify: bool, third_party_cookies: bool) -> AsyncIterator[Chromium]:
    """Run Chromium for the duration of the block. Raises `UsageError` if it is not installed."""
    executable = find(_EXECUTABLES, VARIABLE)
    loop = asyncio.get_running_loop()
    if loop.get_exception_handler() is None:
        loop.set_exception_handler(_report_all_but_the_drivers_end)
    with tempfile.TemporaryDirectory(prefix="hdrcli-", ignore_cleanup_errors=True) as profile:
        async with _playwrights_driver() as playwright:
            executable = executable or _playwrights_own(playwright)
            mode = _COOKIE_CONTROLS_MODES[third_party_cookies]
            try:
                async with _closing(await _launch(playwright, executable, Path(profile), mode)) as browser:
                    yield Chromium(browser, executable, verify=verify)
            except TimeoutError:
                raise UsageError(f"{executable} cannot be controlled: it does not respond.") from None
            except Error as error:
                raise UsageError(f"{executable} cannot be controlled: {_first_line(error)}") from None


@contextlib.asynccontextmanager
async def _playwrights_driver() -> AsyncIterator[Playwright]:
    """Playwright's own process, which drives browsers. Raises `UsageError` if it does not start."""
    async with contextlib.AsyncExitStack() as stack:
        try:
            playwright = await stack.enter_async_context(async_playwright())
        except Exception as error:  # noqa: BLE001 -- its exceptions have no class of their own
            raise UsageError(f"Playwright does not start: {error}.") from None
        yield playwright


def _report_all_but_the_drivers_end(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Ignore that Playwright's driver ended, as Ctrl-C in a terminal stops it, too; report all other errors."""
    if "reading from the driver" not in str(context.get("exception")):
        loop.default_exception_handler(context)


@contextlib.asynccontextmanager
async def _closing(closable: Closable) -> AsyncIterator[Closable]:
    """Close a browser or a context after the block, unless it has ended already."""
    try:
        yield closable
    finally:
        with contextlib.suppress(Error):
            await closable.close()


def _first_line(error: Error) -> str:
    return error.message.partition("\n")[0]


def _playwrights_own(playwright: Playwright) -> str:
    """The browser that `playwright install` installed."""
    executable = playwright.chromium.executable_path
    if not Path(executable).exists():
        raise UsageError(
            "--in-browser found no Chromium, Chrome or Edge: install one (playwright install chromium), or set "
            f"{VARIABLE} to its path.",
        )
    return executable


async def _launch(playwright: Playwright, executable: str, profile: Path, cookie_controls_mode: int) -> Browser:
    preferences = profile / "Default" / "Preferences"
    preferences.parent.mkdir()
    preferences.write_text(json.dumps({"profile": {"cookie_controls_mode": cookie_controls_mode}}), "utf-8")
    try:
        # Playwright accepts a profile only for a "persistent" context; fetches use further contexts.
        context = await playwright.chromium.launch_persistent_context(
            profile,
            executable_path=executable,
            chromium_sandbox=not _is_root(),  # Chromium refuses to run with a sandbox as root
            args=[f"--disable-features={','.join(_FEATURES_OFF)}"],
        )
    except Error as error:
        raise UsageError(f"{executable} does not start as Chromium: {_first_line(error)}") from None
    assert context.browser is not None  # noqa: S101 -- Playwright launched it
    return context.browser


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


async def _show(context: BrowserContext, origin: Origin) -> Page:
    """Open a synthetic page of the origin, without contacting its server."""
    page = await context.new_page()
    if origin.is_opaque:
        await page.goto(OPAQUE_PAGE)
        return page

    async def fulfill(route: Route) -> None:
        await route.fulfill(body=DOCUMENT, content_type="text/html")

    # While it intercepts requests, Playwright answers preflights itself: stop before the page sends any.
    await page.route("**/*", fulfill)
    await page.goto(f"{origin}/")
    await page.unroute("**/*", fulfill)
    check_origin(origin, await page.evaluate("self.origin"))
    return page


async def _add_cookie(context: BrowserContext, cookie: Cookie) -> None:
    attributes: SetCookieParam = {
        "name": cookie.name,
        "value": cookie.value,
        "domain": domain_attribute(cookie),
        "path": cookie.path,
        "secure": cookie.secure,
        "httpOnly": cookie.http_only,
    }
    if cookie.same_site != "unset":
        attributes["sameSite"] = _SAME_SITES[cookie.same_site]
    try:
        await context.add_cookies([attributes])
    except Error as error:
        name, host = cookie.name, cookie.domain
        raise UsageError(f'Chromium rejects --cookie "{name}" for {host}: {_first_line(error)}') from None
