"""Django with django-cors-headers: https://github.com/adamchainz/django-cors-headers#readme.

Recognised by the headers that SecurityMiddleware and XFrameOptionsMiddleware add in the settings of `startproject`, by
the development server, and by the request headers that django-cors-headers allows by default.

Traps: CorsMiddleware has to be the FIRST entry of MIDDLEWARE, as the first one is the outermost. A header that isn't in
CORS_ALLOW_HEADERS is not refused: the browser refuses it.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect
from hdrcli.stacks.fix import FixText

_MIDDLEWARE: Final = 'MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware", ...]'
_SETTINGS: Final = "settings.py"
_FIRST: Final = FixText(
    lines=(_MIDDLEWARE,), where=_SETTINGS, note="The first entry is the outermost middleware, and responds first."
)

DIALECT: Final = Dialect(
    where=_SETTINGS,
    templates={
        "origins": "CORS_ALLOWED_ORIGINS = [{list}]",
        "methods": "CORS_ALLOW_METHODS = [{list}]",
        "request-headers": "CORS_ALLOW_HEADERS = [{list}]",
        "expose": "CORS_EXPOSE_HEADERS = [{list}]",
        "credentials": "CORS_ALLOW_CREDENTIALS = True",
        "max-age": "CORS_PREFLIGHT_MAX_AGE = {value}",
    },
    wildcards={"origins": "CORS_ALLOW_ALL_ORIGINS = True"},
    arrangements={
        "cors-layer": FixText(
            lines=(
                'INSTALLED_APPS = [..., "corsheaders"]',
                _MIDDLEWARE,
                'CORS_ALLOWED_ORIGINS = ["https://app.example"]',
            ),
            where=_SETTINGS,
        ),
        "outermost": _FIRST,
        "preflights-first": _FIRST,
        "errors": _FIRST,
        "one-layer": FixText(
            lines=('del response.headers["{name}"]',),
            where="in the view or the middleware that sets it by hand",
            note="django-cors-headers sets it already.",
        ),
        "vary-origin": FixText(
            lines=('patch_vary_headers(response, ["Origin"])',),
            where="where the application sets Access-Control-Allow-Origin by hand",
            note="django.utils.cache.patch_vary_headers; django-cors-headers does both.",
        ),
    },
)
