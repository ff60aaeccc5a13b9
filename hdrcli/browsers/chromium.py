"""An installed Chromium, driven through Playwright: https://playwright.dev/python/."""

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
from hdrcli.browsers.programs import find
from hdrcli.fetch import Cookie, Origin, RequestInit
from hdrcli.records.errors import UsageError
from hdrcli.records.route import BrowserRecord

if TYPE_CHECKING:
    from playwright._impl._api_structures import SetCookieParam  # which has no public name

Closable = TypeVar("Closable", Browser, BrowserContext)

NAME: Final = "chromium"
"""Of the user agent that plays it."""

VARIABLE: Final = "HDRCLI_CHROMIUM"

_PROGRAMS: Final = (
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
    # A page that is made up has no address: Chromium would take it for one of the public network, ask for a
    # permission before it lets it reach this machine or a local network, and never where the page is on http.
    "LocalNetworkAccessChecks",
    # Pages stay on http where they are asked for on http.
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    # Nothing goes out but what pages ask for. This list stands in for Playwright's own: the last one counts.
    "AimEnabled",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PreconnectToSearch",
)
_COOKIE_CONTROLS_MODES: Final = {True: 0, False: 1}
"""Of the profile's preferences: by whether third-party cookies are sent."""


_SAME_SITES: Final[dict[str, Literal["Lax", "None", "Strict"]]] = {"lax": "Lax", "none": "None", "strict": "Strict"}


class Chromium:
    """A running Chromium; each fetch gets a context of its own. See `hdrcli.browsers.page.RealBrowser`."""

    def __init__(self, browser: Browser, program: str, *, verify: bool) -> None:
        self._browser = browser
        self._program = program
        self._verify = verify

    async def fetch(self, page: Origin, init: RequestInit, cookies: Sequence[Cookie], patience: float) -> BrowserRecord:
        """See `hdrcli.browsers.page.RealBrowser`."""
        console: list[str] = []
        insecure = not self._verify
        async with (
            asyncio.timeout(patience + GRACE_SECONDS),
            _closing(await self._browser.new_context(ignore_https_errors=insecure, service_workers="block")) as context,
        ):
            for cookie in cookies:
                await _add_cookie(context, cookie_to_hold(cookie, init))
            shown = await _show(context, page)
            shown.on("console", lambda message: console.append(message.text))
            seen = await shown.evaluate(FETCH, fetch_arguments(init, patience))
        return record(
            seen,
            console,
            browser=NAME,
            version=self._browser.version,
            program=self._program,
            patience=patience,
        )


@contextlib.asynccontextmanager
async def running(*, verify: bool, third_party_cookies: bool) -> AsyncIterator[Chromium]:
    """Chromium, for as long as the block lasts. Raises `UsageError` where it is not installed."""
    program = find(_PROGRAMS, VARIABLE)
    loop = asyncio.get_running_loop()
    if loop.get_exception_handler() is None:
        loop.set_exception_handler(_report_all_but_the_drivers_end)
    with tempfile.TemporaryDirectory(prefix="hdrcli-", ignore_cleanup_errors=True) as profile:
        async with async_playwright() as playwright:
            program = program or _playwrights_own(playwright)
            mode = _COOKIE_CONTROLS_MODES[third_party_cookies]
            try:
                async with _closing(await _launch(playwright, program, Path(profile), mode)) as browser:
                    yield Chromium(browser, program, verify=verify)
            except TimeoutError:
                raise UsageError(f"{program} cannot be driven: it does not react.") from None
            except Error as error:
                raise UsageError(f"{program} cannot be driven: {_first_line(error)}") from None


def _report_all_but_the_drivers_end(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Ctrl-C in a terminal also ends Playwright's driver, of which asyncio would then tell: it is no news."""
    if "reading from the driver" not in str(context.get("exception")):
        loop.default_exception_handler(context)


@contextlib.asynccontextmanager
async def _closing(closable: Closable) -> AsyncIterator[Closable]:
    """Close a browser or a context of it behind the block; one that has ended before is closed."""
    try:
        yield closable
    finally:
        with contextlib.suppress(Error):
            await closable.close()


def _first_line(error: Error) -> str:
    return error.message.partition("\n")[0]


def _playwrights_own(playwright: Playwright) -> str:
    """What `playwright install` brought."""
    program = playwright.chromium.executable_path
    if not Path(program).exists():
        raise UsageError(
            "--in-browser found no Chromium, Chrome or Edge: install one (playwright install chromium), or name its "
            f"program in {VARIABLE}.",
        )
    return program


async def _launch(playwright: Playwright, program: str, profile: Path, cookie_controls_mode: int) -> Browser:
    preferences = profile / "Default" / "Preferences"
    preferences.parent.mkdir()
    preferences.write_text(json.dumps({"profile": {"cookie_controls_mode": cookie_controls_mode}}), "utf-8")
    try:
        # "Persistent" is how Playwright takes a profile; what is done in it are contexts of their own.
        context = await playwright.chromium.launch_persistent_context(
            profile,
            executable_path=program,
            chromium_sandbox=not _is_root(),  # Chromium refuses to have one as root
            args=[f"--disable-features={','.join(_FEATURES_OFF)}"],
        )
    except Error as error:
        raise UsageError(f"{program} does not start as a Chromium: {_first_line(error)}") from None
    assert context.browser is not None  # noqa: S101 -- it is one that we have launched
    return context.browser


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


async def _show(context: BrowserContext, origin: Origin) -> Page:
    """A page at the origin: its document is made up, nothing is asked of any server for it."""
    page = await context.new_page()
    if origin.is_opaque:
        await page.goto(OPAQUE_PAGE)
        return page

    async def answer(route: Route) -> None:
        await route.fulfill(body=DOCUMENT, content_type="text/html")

    # While requests are intercepted, Playwright answers preflights itself: it ends before the page asks for anything.
    await page.route("**/*", answer)
    await page.goto(f"{origin}/")
    await page.unroute("**/*", answer)
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
        raise UsageError(f'Chromium holds no --cookie "{name}" for {host}: {_first_line(error)}') from None
