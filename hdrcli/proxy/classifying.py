"""Which requests a page's script sent to another origin, and in which browser; and why all others are not judged."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from hdrcli.fetch import CHROMIUM, FIREFOX, WEBKIT
from hdrcli.fetch.headers import get
from hdrcli.planning.pages import parse_page, why_not_in
from hdrcli.proxy.following import SentRequest
from hdrcli.records.errors import UsageError
from hdrcli.structs import Record

_ENGINES: Final = (
    ("Firefox/", FIREFOX.name),
    ("Chrome/", CHROMIUM.name),
    ("Chromium/", CHROMIUM.name),
    ("AppleWebKit/", WEBKIT.name),
)
"""A part of `User-Agent`, and the browser whose engine it names; the first one counts. Chrome on iOS is WebKit."""


class Unjudged(StrEnum):
    """Why a request is not judged, as what such requests are."""

    SAME_ORIGIN = "to the page's own origin"
    NAVIGATION = "navigations"
    NO_CORS = "of elements, or without CORS"
    WEBSOCKET = "WebSockets"
    NO_ORIGIN = "not of a page"
    NO_PAGE = "with an Origin that no page has"
    STORED = "with a 304, for a response in the browser's cache"
    AWAY = "redirected past the proxy"
    TOO_MANY = "of further routes"


class Sender(Record, frozen=True, kw_only=True):
    """The page that sent a request; `browsers` has its browser, and is empty if `User-Agent` names none."""

    page: str
    browsers: tuple[str, ...]


def sender_of(request: SentRequest) -> Sender | Unjudged:
    """The page whose script sent a request to another origin; or what else the request is.

    Browsers say it in `Origin` and `Sec-Fetch-*`: https://w3c.github.io/webappsec-fetch-metadata/.
    """
    if (request.get("Upgrade") or "").lower() == "websocket":
        return Unjudged.WEBSOCKET
    mode, destination, page = map(request.get, ("Sec-Fetch-Mode", "Sec-Fetch-Dest", "Origin"))
    if mode == "navigate":
        return Unjudged.NAVIGATION
    if page == str(request.url.origin) or (page is None and request.get("Sec-Fetch-Site") == "same-origin"):
        return Unjudged.SAME_ORIGIN
    if mode == "no-cors" or destination not in {None, "empty"}:
        return Unjudged.NO_CORS
    if page is None:
        return Unjudged.NO_ORIGIN
    browser = browser_of(get("User-Agent", request.headers) or "")
    try:
        origin = parse_page(page)
    except UsageError:
        return Unjudged.NO_PAGE
    if browser is not None and why_not_in(origin, browser) is not None:
        return Unjudged.NO_PAGE
    return Sender(page=page, browsers=() if browser is None else (browser,))


def browser_of(user_agent: str) -> str | None:
    """The browser whose rules hold for a `User-Agent`; None for one that is not known."""
    return next((name for part, name in _ENGINES if part in user_agent), None)
