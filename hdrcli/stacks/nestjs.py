"""NestJS with `app.enableCors()`: https://docs.nestjs.com/security/cors.

On Express the options are those of the cors package, on Fastify those of @fastify/cors, which have the same names.

Traps: `app.enableCors()` has to be called before `app.listen()`, and before an `app.use(...)` that responds.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect
from hdrcli.stacks.fix import FixText

_CALL: Final = "app.enableCors({ ... })"
_FIRST: Final = "in main.ts, right after NestFactory.create(...)"
_OUTERMOST: Final = FixText(
    lines=(_CALL,), where=_FIRST, note="Guards and filters then run within it; an app.use(...) before it does not."
)

DIALECT: Final = Dialect(
    where=_CALL,
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
        "cors-layer": FixText(lines=('app.enableCors({ origin: ["https://app.example"] })',), where=_FIRST),
        "outermost": _OUTERMOST,
        "preflights-first": _OUTERMOST,
        "errors": _OUTERMOST,
        "one-layer": FixText(
            lines=('response.removeHeader("{name}")',),
            where="in the middleware that sets it by hand",
            note="Or remove that code, or the @Header decorator: enableCors() sends it.",
        ),
        "vary-origin": FixText(
            lines=('response.vary("Origin")',),
            where="where the application sets Access-Control-Allow-Origin by hand",
            note="enableCors() does both.",
        ),
    },
)
