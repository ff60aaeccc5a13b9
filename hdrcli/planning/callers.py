"""Who calls a URL: pages, credentials modes and browsers; and what each of them brings along."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from hdrcli.fetch import (
    CHROMIUM,
    FIREFOX,
    USER_AGENTS,
    WEBKIT,
    Cookie,
    CookieStore,
    Origin,
    RequestInit,
    UserAgent,
    parse_origin,
)
from hdrcli.fetch.request import CredentialsMode
from hdrcli.fetch.url import URL, is_loopback, same_origin
from hdrcli.planning.page_request import cookies_of
from hdrcli.planning.pages import parse_page, why_not_in
from hdrcli.planning.routes import Route
from hdrcli.records.errors import UsageError
from hdrcli.records.route import Caller, SkippedBrowser
from hdrcli.settings import Settings
from hdrcli.structs import replace

DEFAULT_CREDENTIALS: Final[tuple[CredentialsMode, ...]] = ("omit", "include")
"""By default, `fetch()` sends no credentials to another origin, which is "omit". Pages may choose "include"."""

DEFAULT_BROWSERS: Final = (CHROMIUM.name, FIREFOX.name, WEBKIT.name)

_DRIVEN: Final = (CHROMIUM.name, FIREFOX.name)

_DEVELOPMENT_ORIGINS: Final = ("http://localhost:3000", "http://localhost:5173")
"""The usual front ends in development; the second one for a service that itself runs at the first."""

_FOREIGN_ORIGINS: Final = {
    scheme: (f"{scheme}://app.example", f"{scheme}://page.example") for scheme in ("http", "https")
}


def check_callers(settings: Settings) -> None:
    """Raise `UsageError` for an unknown browser, an invalid origin, and for one that no browser of the run can have."""
    pages = tuple(map(parse_page, settings.origins))
    if settings.in_browser:
        _check_driven(pages)
    _without_page(pages, _browsers(settings))


def callers_of(settings: Settings, url: URL) -> tuple[tuple[Caller, ...], tuple[SkippedBrowser, ...]]:
    """The callers of a URL in order, pages first, and the browsers that are skipped.

    Raises `UsageError` as `check_callers` does.
    """
    browsers = _browsers(settings)
    pages = tuple(map(parse_page, settings.origins)) or (default_page(url),)
    compared = comparison_mode(settings)
    skipped = _without_page(pages, browsers) | ({} if settings.browsers else _skipped(url, pages, browsers))
    callers = tuple(
        Caller(
            page=page,
            credentials=mode,
            browser=browser.name,
            is_default=not settings.origins,
            for_comparison=mode == compared,
        )
        for page, mode, browser in dict.fromkeys(
            itertools.product(pages, settings.credentials or DEFAULT_CREDENTIALS, browsers)
        )
        if (page, browser) not in skipped
    )
    return callers, tuple(skipped.values())


def _browsers(settings: Settings) -> list[UserAgent]:
    """The browsers to simulate; each that is driven has its simulation next to it. Some may be listed twice."""
    return [_browser(name) for name in (*(settings.browsers or DEFAULT_BROWSERS), *real_browsers(settings))]


def real_browsers(settings: Settings) -> tuple[str, ...]:
    """The browsers that are driven, too: those of `settings` that can be, or else Chromium; none unless wanted."""
    if not settings.in_browser:
        return ()
    return tuple(name for name in dict.fromkeys(settings.browsers) if name in _DRIVEN) or (CHROMIUM.name,)


def comparison_mode(settings: Settings) -> CredentialsMode | None:
    """The credentials mode that is shown only for comparison with the other one; None where somebody chose modes.

    A cookie or a client certificate is given in order to be sent.
    """
    if settings.credentials:
        return None
    return "omit" if settings.cookies or settings.cert else "include"


def request_init(settings: Settings, route: Route, credentials: CredentialsMode) -> RequestInit:
    """The page's `fetch(url, init)`."""
    return RequestInit(
        url=str(route.url),
        method=route.method,
        headers=route.headers,
        body=route.body,
        mode=settings.mode,
        credentials=credentials,
        redirect=settings.redirect,
    )


def cookie_store(settings: Settings, url: URL, user_agent: UserAgent, now: float) -> CookieStore:
    """What the browser has stored before the page requests `url`; `now` is in seconds since 1970.

    A cookie without attributes is one without restrictions: it is given in order to be sent. Real browsers that are
    driven, too, have one jar for all sites, so that cookies are treated in the same way there.
    """
    policy = settings.third_party_cookies
    third_party = "allow" if settings.in_browser and policy == "default" else policy
    store = CookieStore(quirks=user_agent.cookies, third_party=third_party, now=now)
    for line in cookies_of(settings):
        if ";" in line:
            store.visit(replace(url, path="/"), line)
        else:
            name, _, value = line.partition("=")
            store.add(Cookie(name=name.strip(), value=value.strip(), domain=url.host, in_every_partition=True))
    return store


def default_page(url: URL) -> Origin:
    """The page that calls when none is named: a front end in development for loopback, a foreign one otherwise."""
    origins = _origins(_DEVELOPMENT_ORIGINS if is_loopback(url.host) else _FOREIGN_ORIGINS[url.scheme])
    return next((origin for origin in origins if not same_origin(origin, url.origin)), origins[-1])


@cache
def _origins(texts: tuple[str, ...]) -> tuple[Origin, ...]:
    return tuple(origin for origin in map(parse_origin, texts) if origin is not None)


def _skipped(
    url: URL,
    pages: Iterable[Origin],
    browsers: Iterable[UserAgent],
) -> dict[tuple[Origin, UserAgent], SkippedBrowser]:
    """The browsers that would send nothing, for a reason that ends with development.

    What runs on loopback mostly stands in for a service that will be on https, as the page is.
    """
    if url.scheme != "http" or not is_loopback(url.host):
        return {}
    return {
        (page, browser): SkippedBrowser(
            browser=browser.name,
            page=page,
            reason="it blocks http on loopback for https pages",
        )
        for page in pages
        for browser in browsers
        if page.scheme == "https" and browser.checks.loopback_is_mixed_content
    }


def _without_page(
    pages: Iterable[Origin], browsers: Sequence[UserAgent]
) -> dict[tuple[Origin, UserAgent], SkippedBrowser]:
    """The browsers that cannot have one of the pages, whether named or not."""
    skipped = {
        (page, browser): SkippedBrowser(browser=browser.name, page=page, reason=reason, is_possible=False)
        for page in pages
        for browser in browsers
        if (reason := why_not_in(page, browser.name)) is not None
    }
    for page in pages:
        if all((page, browser) in skipped for browser in browsers):
            names = ", ".join(dict.fromkeys(browser.name for browser in browsers))
            raise UsageError(f"No page can have the origin {page} in {names}.", option="--browser")
    return skipped


def _check_driven(pages: Iterable[Origin]) -> None:
    for page in pages:
        if not (page.is_http or page.is_opaque):
            raise UsageError(f"cannot open a page at {page}: use it with http and https pages.", option="--in-browser")


def _browser(name: str) -> UserAgent:
    if name not in USER_AGENTS:
        raise UsageError(f'"{name}" is not one of {", ".join(USER_AGENTS)}.', option="--browser")
    return USER_AGENTS[name]
