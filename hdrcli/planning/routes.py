"""What would a page ask? One `fetch()` for each URL, page origin, credentials mode and browser."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
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
    parse_url,
)
from hdrcli.fetch.headers import is_token
from hdrcli.fetch.request import CredentialsMode
from hdrcli.fetch.safelist import SAFE_METHODS, normalize_method
from hdrcli.fetch.set_cookie import SET_COOKIE_ATTRIBUTES
from hdrcli.fetch.url import MAX_PORT, URL, is_loopback, same_origin
from hdrcli.records.errors import UsageError
from hdrcli.records.route import LeftOut
from hdrcli.settings import Settings
from hdrcli.text.redaction import redact_url

DEFAULT_CREDENTIALS: Final[tuple[CredentialsMode, ...]] = ("omit", "include")
"""`omit` is what `fetch()` amounts to across origins unless it is told otherwise."""

DEFAULT_BROWSERS: Final = (CHROMIUM.name, FIREFOX.name, WEBKIT.name)

_DRIVEN: Final = (CHROMIUM.name, FIREFOX.name)

_DEVELOPMENT_ORIGINS: Final = ("http://localhost:3000", "http://localhost:5173")
"""The usual front ends in development; the second one for a service that itself runs at the first."""

_FOREIGN_ORIGINS: Final = {
    scheme: (f"{scheme}://app.example", f"{scheme}://page.example") for scheme in ("http", "https")
}


_SUCH_AS: Final = "http://localhost:8000/items"
_port = re.compile(r"\s*https?://[^/?#\\]*:0*([0-9]+)(?:[/?#\\]|\s*\Z)", re.IGNORECASE).match


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One URL to check; `fetches` are the pages, credentials modes and browsers that ask for it.

    `compared` is the URL that leads to the same service by another way.
    """

    url: URL
    fetches: tuple[tuple[Origin, CredentialsMode, UserAgent], ...]
    left_out: tuple[LeftOut, ...]
    compared: URL | None = None


def plan(settings: Settings) -> tuple[Route, ...]:
    """The routes of `settings`, in order. Raises `UsageError` for what is no URL, origin, cookie, name."""
    if not settings.urls:
        raise UsageError("There is nothing to check: give a URL.")
    for expectation in settings.expectations:
        if not is_token(expectation.name):
            raise UsageError(
                f'--expect-{expectation.verdict} "{expectation.name}" is no header name: write it without the colon.',
            )
    for cookie in settings.cookies:
        _check_cookie(cookie)
    browsers = [_browser(name) for name in settings.browsers or DEFAULT_BROWSERS]
    browsers += map(_browser, real_browsers(settings))  # each has its simulation beside it; duplicates go below
    routes = []
    urls = list(map(_target, settings.urls))
    compared = _compared(settings, urls)
    for url in urls:
        pages = tuple(map(_origin, settings.origins)) or (default_page(url),)
        modes = settings.credentials or DEFAULT_CREDENTIALS
        asking = tuple(dict.fromkeys(itertools.product(pages, modes, browsers)))
        left_out = {} if settings.browsers else _left_out(url, pages, browsers)
        routes.append(
            Route(
                url=url,
                fetches=tuple(fetch for fetch in asking if (fetch[0], fetch[2]) not in left_out),
                left_out=tuple(left_out.values()),
                compared=compared,
            )
        )
    return tuple(routes)


def real_browsers(settings: Settings) -> tuple[str, ...]:
    """Which browsers are driven, too: those of `settings` that can be, Chromium if there is none of them."""
    if not settings.in_browser:
        return ()
    return tuple(name for name in dict.fromkeys(settings.browsers) if name in _DRIVEN) or (CHROMIUM.name,)


def mode_beside(settings: Settings) -> CredentialsMode | None:
    """The credentials mode that is shown for comparison alone, beside the one that pages use; None where they chose.

    Who gives a cookie or a certificate means to send it.
    """
    if settings.credentials:
        return None
    return "omit" if settings.cookies or settings.cert else "include"


def request_init(settings: Settings, url: URL, credentials: CredentialsMode) -> RequestInit:
    """The page's `fetch(url, init)`."""
    return RequestInit(
        url=str(url),
        method=settings.method,
        headers=settings.headers,
        body=settings.body,
        mode=settings.mode,
        credentials=credentials,
        redirect=settings.redirect,
    )


def cookie_store(settings: Settings, url: URL, user_agent: UserAgent, now: float) -> CookieStore:
    """What the browser holds before the page asks for `url`; `now` is in seconds since 1970.

    A cookie without attributes is one without restrictions: whoever gives it wants it sent. The real browsers that are
    asked, too, have one jar for all sites, so that cookies come to the same there.
    """
    policy = settings.third_party_cookies
    third_party = "allow" if settings.in_browser and policy == "default" else policy
    store = CookieStore(quirks=user_agent.cookies, third_party=third_party, now=now)
    for line in settings.cookies:
        if ";" in line:
            store.visit(replace(url, path="/"), line)
        else:
            name, _, value = line.partition("=")
            store.add(Cookie(name=name.strip(), value=value.strip(), domain=url.host, in_every_partition=True))
    return store


def default_page(url: URL) -> Origin:
    """The page that asks when nobody says which: a front end in development for loopback, a foreign one otherwise."""
    candidates = _DEVELOPMENT_ORIGINS if is_loopback(url.host) else _FOREIGN_ORIGINS[url.scheme]
    origins = [origin for origin in map(parse_origin, candidates) if origin is not None]
    return next((origin for origin in origins if not same_origin(origin, url.origin)), origins[-1])


def _left_out(
    url: URL,
    pages: Iterable[Origin],
    browsers: Iterable[UserAgent],
) -> dict[tuple[Origin, UserAgent], LeftOut]:
    """Who would not send a thing, for a reason that ends with development.

    What runs on loopback mostly stands in for a service that will be on https, as the page is.
    """
    if url.scheme != "http" or not is_loopback(url.host):
        return {}
    return {
        (page, browser): LeftOut(
            browser=browser.name,
            page=page,
            reason="it blocks http on loopback for https pages",
        )
        for page in pages
        for browser in browsers
        if page.scheme == "https" and browser.checks.loopback_is_mixed_content
    }


def _target(text: str, option: str = "") -> URL:
    if not text.strip():
        purpose = "compare with" if option else "check"
        raise UsageError(f"{option or 'The URL'} is empty: give the URL to {purpose}, such as {_SUCH_AS}.")
    url = parse_url(text)
    if url is None or not url.is_http:
        shown = f'{option} "{redact_url(text)}"'.lstrip()
        if _has_port_out_of_range(text):
            raise UsageError(f"{shown}: the port is out of range, the highest is {MAX_PORT}.")
        raise UsageError(f"{shown} is not an http or https URL: write it in full, such as {_SUCH_AS}.")
    return url


def _has_port_out_of_range(text: str) -> bool:
    port = _port(text)
    return port is not None and int(port[1][:6]) > MAX_PORT


def _compared(settings: Settings, urls: Sequence[URL]) -> URL | None:
    if settings.compare is None:
        return None
    method = normalize_method(settings.method)
    if method not in SAFE_METHODS:
        raise UsageError(f"--compare sends the request twice, which {method} may not stand: compare a GET.")
    compared = _target(settings.compare, "--compare").without_credentials().with_fragment(None)
    if [compared] == [url.without_credentials().with_fragment(None) for url in urls]:
        raise UsageError(f'--compare "{compared}" is the URL to check itself: give the one that goes round the proxy.')
    if len(urls) > 1:
        raise UsageError("--compare goes with one URL: check one after the other.")
    return compared


def _origin(text: str) -> Origin:
    origin = parse_origin(text)
    if origin is None:
        raise UsageError(
            f'--origin "{text}" is not an origin: write scheme://host[:port] without a path, such as '
            "https://app.example, or null for a sandboxed page.",
        )
    return origin


def _browser(name: str) -> UserAgent:
    if name not in USER_AGENTS:
        raise UsageError(f'--browser "{name}" is not known: choose {", ".join(USER_AGENTS)}.')
    return USER_AGENTS[name]


def _check_cookie(text: str) -> None:
    pair, *attributes = text.split(";")
    name, separator, _ = pair.partition("=")
    if not name.strip() or not separator:
        raise UsageError(f'--cookie "{name}" is not a cookie: write name=value, once for each cookie.')
    if not text.isprintable() or not text.isascii():
        raise UsageError(f'--cookie "{name}" holds a character that a cookie cannot hold: percent-encode it.')
    for attribute in (text.partition("=")[0].strip() for text in attributes):
        if attribute and attribute.lower() not in SET_COOKIE_ATTRIBUTES:
            raise UsageError(
                f'--cookie "{name}": "{attribute}" is no attribute of a cookie (SameSite, Secure, Path ...). '
                "If it is another cookie, give it an option of its own.",
            )
