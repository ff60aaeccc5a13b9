"""The page of `--origin`: which origins exist, and which browsers can have a page there.

Extensions, and apps that show their pages in a browser engine, have schemes of their own. Vectors prove the extensions
of Chromium and Firefox, and `file:` in all browsers. Safari's extensions, and the schemes of Electron, Capacitor,
Ionic, Tauri, Visual Studio Code and Obsidian, are not proven by a test.
"""

from __future__ import annotations

import re
from typing import Final

from hdrcli.fetch import CHROMIUM, FIREFOX, OPAQUE, STANDARD, WEBKIT, Origin, parse_origin, parse_url
from hdrcli.planning.routes import check_host
from hdrcli.records.errors import UsageError

_UUID: Final = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_EXTENSION_IDS: Final = {
    "chrome-extension": ("[a-p]{32}", "32 letters from a to p"),
    "moz-extension": (_UUID, "a UUID, which about:debugging shows"),
    "safari-web-extension": (_UUID, "a UUID"),
}
_ALL: Final = frozenset({CHROMIUM.name, FIREFOX.name, WEBKIT.name})
_BROWSERS: Final = {
    "": _ALL,
    "http": _ALL,
    "https": _ALL,
    "chrome-extension": {CHROMIUM.name},
    "moz-extension": {FIREFOX.name},
    "safari-web-extension": {WEBKIT.name},
    "app": {CHROMIUM.name},
    "vscode-file": {CHROMIUM.name},
    "vscode-webview": {CHROMIUM.name},
    "capacitor": {WEBKIT.name},
    "ionic": {WEBKIT.name},
    "tauri": {WEBKIT.name},
}
"""The browsers that have pages with this scheme; "" is an opaque origin."""
_OTHER_APPS: Final = frozenset({CHROMIUM.name, WEBKIT.name})
"""The engines that apps show their pages in (Electron, WebView2, WKWebView, WebKitGTK)."""


def parse_page(text: str) -> Origin:
    """The origin of the page that a person names.

    A page that is a file has an opaque origin in all browsers. Raises `UsageError` for what no page has as its origin.
    """
    check_host(text, "--origin")
    url = parse_url(text)
    if url is not None and url.scheme == "file":
        return OPAQUE
    origin = parse_origin(text)
    if origin is None or _is_misspelt(origin.scheme):
        raise UsageError(
            f'"{text}" is not an origin: write scheme://host[:port] without a path, such as https://app.example or '
            "chrome-extension://ID, or null for a sandboxed page or a file.",
            option="--origin",
        )
    form, description = _EXTENSION_IDS.get(origin.scheme, ("", ""))
    if description and not (re.fullmatch(form, origin.host) and origin.port is None):
        raise UsageError(f'"{text}" is not the origin of an extension: its ID is {description}.', option="--origin")
    return origin


def why_not_in(page: Origin, browser: str) -> str | None:
    """Why a browser cannot have a page with this origin, as a clause; None if it can."""
    if browser == STANDARD.name or browser in _BROWSERS.get(page.scheme, _OTHER_APPS):
        return None
    return f"it has no {page.scheme}: pages"


def _is_misspelt(scheme: str) -> bool:
    """Whether a scheme that is not known is likely to be http or https."""
    if scheme in _BROWSERS:
        return False
    from difflib import get_close_matches

    return bool(get_close_matches(scheme, ("http", "https"), cutoff=0.7))
