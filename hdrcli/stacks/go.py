"""Go with rs/cors or go-chi/cors, which have the same options: https://pkg.go.dev/github.com/rs/cors.

Responses of Go's net/http have no sign of it, and neither have those of these packages: a response to a preflight is at
most a likely sign.

Traps: `cors.New(...).Handler(router)` has to wrap the whole router. go-chi/cors needs `r.Use` at the top level, before
the routes; within a Group or a Route, chi responds to OPTIONS itself, by 405.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect
from hdrcli.stacks.fix import FixText

_WRAPPED: Final = FixText(
    lines=("handler := cors.New(cors.Options{ ... }).Handler(router)",),
    where="where the server gets its handler",
    note="With chi: r.Use(cors.Handler(...)) at the top level, before all routes and other middleware.",
)

DIALECT: Final = Dialect(
    where="cors.Options{ ... }",
    templates={
        "origins": "AllowedOrigins: []string{{list}}",
        "methods": "AllowedMethods: []string{{list}}",
        "request-headers": "AllowedHeaders: []string{{list}}",
        "expose": "ExposedHeaders: []string{{list}}",
        "credentials": "AllowCredentials: true",
        "max-age": "MaxAge: {value}",
    },
    arrangements={
        "cors-layer": FixText(
            lines=(
                'handler := cors.New(cors.Options{AllowedOrigins: []string{"https://app.example"}}).Handler(router)',
            ),
            where="where the server gets its handler",
        ),
        "outermost": _WRAPPED,
        "preflights-first": _WRAPPED,
        "errors": _WRAPPED,
        "one-layer": FixText(
            lines=('w.Header().Del("{name}")',),
            where="in the handler that sets it by hand",
            note="The CORS handler sets it already.",
        ),
        "vary-origin": FixText(
            lines=('w.Header().Add("Vary", "Origin")',),
            where="where the application sets Access-Control-Allow-Origin by hand",
            note="The CORS handler does both.",
        ),
    },
)
