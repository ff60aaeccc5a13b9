"""Hono with hono/cors: https://hono.dev/docs/middleware/builtin/cors.

Traps: the path matters: `app.use('/api/*', cors())` doesn't cover other paths. A handler that returns a Response of its
own, made by `new Response()`, keeps the headers; one from another `fetch()` may have its own.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect
from hdrcli.stacks.fix import FixText

_CALL: Final = "app.use(cors({ ... }))"
_FIRST: Final = "before all routes and other middleware"
_OUTERMOST: Final = FixText(lines=(_CALL,), where=_FIRST, note="Responses that are made before have no CORS headers.")

DIALECT: Final = Dialect(
    where=_CALL,
    templates={
        "origins": "origin: [{list}]",
        "methods": "allowMethods: [{list}]",
        "request-headers": "allowHeaders: [{list}]",
        "expose": "exposeHeaders: [{list}]",
        "credentials": "credentials: true",
        "max-age": "maxAge: {value}",
    },
    wildcards={"origins": 'origin: "*"'},
    arrangements={
        "cors-layer": FixText(
            lines=('app.use(cors({ origin: ["https://app.example"] }))  // import { cors } from "hono/cors"',),
            where=_FIRST,
        ),
        "outermost": _OUTERMOST,
        "preflights-first": _OUTERMOST,
        "errors": _OUTERMOST,
        "one-layer": FixText(
            lines=('c.res.headers.delete("{name}")',),
            where="before the response is sent",
            note="Or remove the code that sets it: the CORS layer does.",
        ),
        "vary-origin": FixText(
            lines=('c.header("Vary", "Origin", { append: true })',),
            where="where the application sets Access-Control-Allow-Origin by hand",
            note="The CORS layer does both.",
        ),
    },
)
