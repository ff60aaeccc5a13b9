"""Sanic with sanic-ext, or with sanic-cors: https://sanic.dev/en/plugins/sanic-ext/http/cors.html.

Traps: origins are one string, separated by commas, or a list of strings. Preflights need a route for OPTIONS:
CORS_AUTOMATIC_OPTIONS and HTTP_AUTO_OPTIONS (on by default) make one. No Vary: Origin is sent to other origins.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect
from hdrcli.stacks.fix import FixText

_CONFIG: Final = "app.config, before Extend(app) or the server starts"
_EXTEND: Final = FixText(
    lines=("Extend(app)",),
    where="after app = Sanic(...), with app.config.CORS_ORIGINS set before",
    note="sanic-ext then adds the headers to every response of the app.",
)

DIALECT: Final = Dialect(
    where=_CONFIG,
    templates={
        "origins": "app.config.CORS_ORIGINS = [{list}]",
        "methods": "app.config.CORS_METHODS = [{list}]",
        "request-headers": "app.config.CORS_ALLOW_HEADERS = [{list}]",
        "expose": "app.config.CORS_EXPOSE_HEADERS = [{list}]",
        "credentials": "app.config.CORS_SUPPORTS_CREDENTIALS = True",
        "max-age": "app.config.CORS_MAX_AGE = {value}",
    },
    wildcards={
        "origins": 'app.config.CORS_ORIGINS = "*"',
        "methods": 'app.config.CORS_METHODS = "*"',
        "request-headers": 'app.config.CORS_ALLOW_HEADERS = "*"',
        "expose": 'app.config.CORS_EXPOSE_HEADERS = "*"',
    },
    notes={"origins": "With sanic-cors the same names are arguments: CORS(app, origins=[...], expose_headers=[...])."},
    arrangements={
        "cors-layer": FixText(
            lines=('app.config.CORS_ORIGINS = ["https://app.example"]', "Extend(app)  # from sanic_ext import Extend"),
            where="after app = Sanic(...)",
        ),
        "outermost": _EXTEND,
        "preflights-first": FixText(
            lines=('if request.method == "OPTIONS": return',),
            where="at the beginning of the on_request middleware that authenticates",
            note="sanic-ext adds the headers to the response of its own OPTIONS route.",
        ),
        "errors": _EXTEND,
        "one-layer": FixText(
            lines=('response.headers.pop("{name}", None)',),
            where="in the handler or on_response middleware that sets it by hand",
            note="sanic-ext sets it already.",
        ),
        "vary-origin": FixText(
            lines=('response.headers["Vary"] = "Origin"',),
            where="in an on_response middleware",
            note="sanic-ext sends it to allowed origins only.",
        ),
    },
)
