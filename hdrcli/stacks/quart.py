"""Quart with quart-cors: https://github.com/pgjones/quart-cors#readme.

Traps: without expose_headers it sends an empty Access-Control-Expose-Headers. Of the allowed request headers it lists
only those that the preflight requests, and compares them in lower case. The exception of `allow_origin="*"` with
credentials is raised at each request, as a 500.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect
from hdrcli.stacks.fix import FixText

_CALL: Final = "app = cors(app, ...)"

DIALECT: Final = Dialect(
    where=_CALL,
    templates={
        "origins": "allow_origin=[{list}]",
        "methods": "allow_methods=[{list}]",
        "request-headers": "allow_headers=[{list}]",
        "expose": "expose_headers=[{list}]",
        "credentials": "allow_credentials=True",
        "max-age": "max_age={value}",
    },
    arrangements={
        "cors-layer": FixText(
            lines=("from quart_cors import cors", 'app = cors(app, allow_origin=["https://app.example"])'),
            where="after app = Quart(__name__)",
        ),
        "outermost": FixText(
            lines=(_CALL,),
            where="in place of @route_cors() on single routes",
            note="cors(app) sends the headers with every response of the app.",
        ),
        "preflights-first": FixText(
            lines=('if request.method == "OPTIONS": return await app.make_default_options_response()',),
            where="at the beginning of the before_request function that authenticates",
            note="quart-cors adds the headers to that response.",
        ),
        "errors": FixText(
            lines=(_CALL,),
            where="in place of @route_cors() on single routes",
            note="An error handler's response passes through cors(app), too.",
        ),
        "one-layer": FixText(
            lines=('del response.headers["{name}"]',),
            where="in the route or after_request function that sets it by hand",
            note="quart-cors sets it already.",
        ),
        "vary-origin": FixText(
            lines=('response.vary.add("Origin")',),
            where="where the application sets Access-Control-Allow-Origin by hand",
            note="quart-cors does both.",
        ),
    },
)
