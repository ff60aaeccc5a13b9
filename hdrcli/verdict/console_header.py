"""Which request header a console names if a preflight response does not allow several of them.

Measured in November 2026 in Chromium 156, Firefox ESR 153 and WebKitGTK 2.50.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

AUTHORIZATION: Final = "authorization"

_WELL_KNOWN_TO_WEBKIT: Final = frozenset(
    {
        AUTHORIZATION,
        "accept",
        "accept-language",
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-location",
        "content-range",
        "content-type",
        "etag",
        "expires",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "last-event-id",
        "last-modified",
        "link",
        "location",
        "pragma",
        "range",
        "user-agent",
        "x-content-type-options",
    },
)
"""The request headers that a page sets, of those that WebKit knows: `WebCore/platform/network/HTTPHeaderNames.in`."""


def named_header(engine: str, missing: Sequence[str]) -> str:
    """The header that the engine names of those that are `missing`: in lower case, in the order the page set them.

    Firefox names the first by the alphabet, and WebKit the first that the page set, well-known ones before others.
    Chromium goes through a hash table: "…" stands for whichever it is.
    """
    match engine:
        case "Firefox":
            return min(missing)
        case "WebKit":
            return next((name for name in missing if name in _WELL_KNOWN_TO_WEBKIT), missing[0])
        case _:
            return missing[0] if len(missing) == 1 else "…"
