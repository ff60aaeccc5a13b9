"""Traefik, the headers middleware: https://doc.traefik.io/traefik/middlewares/http/headers/#cors-headers.

Traps: the middleware has to be on the router, and first in its list, before an auth middleware. Custom error pages (the
errors middleware) fetch their page by a request of their own, without CORS headers, if they stand outside of it.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect
from hdrcli.stacks.fix import FixText

_HEADERS: Final = "http.middlewares.<name>.headers, in the dynamic configuration"
_FIRST: Final = FixText(
    lines=('middlewares: ["cors", ...]',),
    where="http.routers.<name>",
    note="The first middleware of the list is the outermost, and responds to preflights.",
)

DIALECT: Final = Dialect(
    where=_HEADERS,
    templates={
        "origins": "accessControlAllowOriginList: [{list}]",
        "methods": "accessControlAllowMethods: [{list}]",
        "request-headers": "accessControlAllowHeaders: [{list}]",
        "expose": "accessControlExposeHeaders: [{list}]",
        "credentials": "accessControlAllowCredentials: true",
        "max-age": "accessControlMaxAge: {value}",
    },
    removing="customResponseHeaders",
    compression="compress",
    arrangements={
        "cors-layer": FixText(
            lines=('accessControlAllowOriginList: ["https://app.example"]', "addVaryHeader: true"), where=_HEADERS
        ),
        "outermost": _FIRST,
        "preflights-first": _FIRST,
        "errors": _FIRST,
        "one-layer": FixText(
            lines=("customResponseHeaders:", '  {name}: ""'),
            where=_HEADERS,
            note="An empty value drops the application's line.",
        ),
        "vary-origin": FixText(lines=("addVaryHeader: true",), where=_HEADERS),
    },
)
