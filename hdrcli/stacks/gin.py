"""gin with gin-contrib/cors: https://github.com/gin-contrib/cors#readme.

Traps: a foreign Origin is a 403 for every method, with an empty body, and so is an origin with a slash at the end. The
middleware has to be used on the engine, before the routes. AllowHeaders has no default but Origin, Content-Length and
Content-Type. `AllowAllOrigins: true` with AllowCredentials sends "*", which browsers refuse.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect
from hdrcli.stacks.fix import FixText

_CONFIG: Final = "cors.Config{ ... } of router.Use(cors.New(...))"
_FIRST: Final = FixText(
    lines=("router.Use(cors.New(cors.Config{ ... }))",),
    where="right after gin.New(), before all other router.Use(...) calls and routes",
)

DIALECT: Final = Dialect(
    where=_CONFIG,
    templates={
        "origins": "AllowOrigins: []string{{list}}",
        "methods": "AllowMethods: []string{{list}}",
        "request-headers": "AllowHeaders: []string{{list}}",
        "expose": "ExposeHeaders: []string{{list}}",
        "credentials": "AllowCredentials: true",
        "max-age": "MaxAge: {value} * time.Second",
    },
    wildcards={"origins": "AllowAllOrigins: true"},
    arrangements={
        "cors-layer": FixText(
            lines=(
                "router.Use(cors.New(cors.Config{",
                '    AllowOrigins: []string{"https://app.example"}, AllowMethods: []string{"GET"},',
                "}))",
            ),
            where="right after gin.New(), before the routes",
        ),
        "outermost": _FIRST,
        "preflights-first": _FIRST,
        "errors": _FIRST,
        "one-layer": FixText(
            lines=('c.Writer.Header().Del("{name}")',),
            where="in the handler that sets it by hand",
            note="gin-contrib/cors sets it already.",
        ),
        "vary-origin": FixText(
            lines=('c.Writer.Header().Add("Vary", "Origin")',),
            where="where the application sets Access-Control-Allow-Origin by hand",
            note="gin-contrib/cors doesn't send it in responses to requests without Origin.",
        ),
    },
)
