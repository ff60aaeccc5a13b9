"""Fastify with @fastify/cors: https://github.com/fastify/fastify-cors#readme.

Traps: the methods are GET, HEAD and POST unless named, so that PUT, PATCH and DELETE fail. `reply.hijack()` and
responses written to `reply.raw` bypass the plugin.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect
from hdrcli.stacks.fix import FixText

_CALL: Final = "fastify.register(cors, { ... })"
_FIRST: Final = "before all routes and other plugins"
_OUTERMOST: Final = FixText(
    lines=(_CALL,),
    where=_FIRST,
    note="Not on responses that are written to reply.raw, or after reply.hijack(): use reply.send(...).",
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
        "cors-layer": FixText(
            lines=('fastify.register(require("@fastify/cors"), { origin: ["https://app.example"] })',), where=_FIRST
        ),
        "outermost": _OUTERMOST,
        "preflights-first": _OUTERMOST,
        "errors": _OUTERMOST,
        "one-layer": FixText(
            lines=('reply.removeHeader("{name}")',),
            where="before the response is sent",
            note="Or remove the code that sets it: the CORS layer does.",
        ),
        "vary-origin": FixText(
            lines=('reply.header("Vary", "Origin")',),
            where="where the application sets Access-Control-Allow-Origin by hand",
            note="The CORS layer does both.",
        ),
    },
)
