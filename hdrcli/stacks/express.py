"""Express with the cors package: https://github.com/expressjs/cors#readme.

Recognised by `X-Powered-By: Express`, unless the application turns that off; Koa, Fastify and Hono don't send it.
NestJS runs on Express by default.

Traps: `app.post("/items", cors(...), handler)` covers no preflight, which is an OPTIONS request: `app.use(cors(...))`
does. A handler that responds before `cors()` is called has no CORS headers.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect
from hdrcli.stacks.fix import FixText

_FIRST: Final = "before all other app.use(...) calls and routes"

DIALECT: Final = Dialect(
    where="app.use(cors({ ... }))",
    templates={
        "origins": "origin: [{list}]",
        "methods": "methods: [{list}]",
        "request-headers": "allowedHeaders: [{list}]",
        "expose": "exposedHeaders: [{list}]",
        "credentials": "credentials: true",
        "max-age": "maxAge: {value}",
    },
    wildcards={"origins": 'origin: "*"'},
    arrangements={
        "cors-layer": FixText(lines=('app.use(require("cors")({ origin: ["https://app.example"] }))',), where=_FIRST),
        "outermost": FixText(lines=("app.use(cors({ ... }))",), where=_FIRST),
        "preflights-first": FixText(
            lines=("app.use(cors({ ... }))",),
            where=_FIRST,
            note="cors(...) as an argument of one route doesn't respond to that route's preflights.",
        ),
        "errors": FixText(
            lines=("app.use(cors({ ... }))",),
            where=_FIRST,
            note="Headers that are set before an error stay on the response of the error handler.",
        ),
        "one-layer": FixText(
            lines=('res.removeHeader("{name}")',),
            where="before the response is sent",
            note="Or remove the code that sets it: cors() does.",
        ),
        "vary-origin": FixText(
            lines=('res.vary("Origin")',),
            where="where the application sets Access-Control-Allow-Origin by hand",
            note="cors() does both for all settings of origin but a string.",
        ),
    },
)
