"""The page that an app's own CORS layer allows: a better default than a guess."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

from hdrcli.fetch.url import URL, is_loopback, parse_url, same_origin
from hdrcli.targets.app.frameworks import is_starlette_cors, layers, stack_of

_DJANGO_SETTINGS: Final = ("CORS_ALLOWED_ORIGINS", "CORS_ORIGIN_WHITELIST")


def allowed_page(app: object, base: URL) -> str | None:
    """The first origin that the app's CORS layer allows by its name, other than the app's own at `base`.

    One on this machine comes before others, as the app runs there. A URL in place of an origin, such as one with a
    slash at its end, counts as the origin that was meant. It is None if all origins are allowed, or none is known.
    """
    urls = [url for text in _allowed(app) if (url := parse_url(text)) is not None and url.is_http]
    origins = [url.origin for url in urls if not same_origin(url.origin, base.origin)]
    origins.sort(key=lambda origin: not is_loopback(origin.host))
    return str(origins[0]) if origins else None


def _allowed(app: object) -> Iterator[str]:
    """The allowed origins of Starlette's and Litestar's CORS layers, and of Django's settings, as they are written."""
    for layer in layers(app):
        for each in getattr(layer, "user_middleware", None) or ():
            if is_starlette_cors(each.cls):
                yield from _texts(getattr(each, "kwargs", {}).get("allow_origins"))
        if is_starlette_cors(type(layer)):
            yield from _texts(getattr(layer, "allow_origins", None))
        yield from _texts(getattr(getattr(layer, "cors_config", None), "allow_origins", None))
    if stack_of(app) == "django":
        settings = getattr(sys.modules.get("django.conf"), "settings", None)
        for name in _DJANGO_SETTINGS:
            yield from _texts(getattr(settings, name, None))


def _texts(values: object) -> Iterator[str]:
    if isinstance(values, list | tuple):
        yield from (value for value in values if isinstance(value, str))
