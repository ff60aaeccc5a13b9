"""Litestar with CORSConfig: https://docs.litestar.dev/latest/usage/middleware/.

Traps: a refused origin or method is a 400 without any CORS header, whose JSON names the reason. Litestar responds to
preflights before everything else, and adds its headers to errors, too.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect
from hdrcli.stacks.fix import FixText

_CONFIG: Final = "Litestar(..., cors_config=CORSConfig(...))"
_EVERYWHERE: Final = FixText(
    lines=("cors_config=CORSConfig(...)",),
    where="an argument of Litestar(...), in place of a middleware of your own",
    note="Litestar then adds the headers outside of all middleware, to errors and preflights, too.",
)

DIALECT: Final = Dialect(
    where=_CONFIG,
    templates={
        "origins": "allow_origins=[{list}]",
        "methods": "allow_methods=[{list}]",
        "request-headers": "allow_headers=[{list}]",
        "expose": "expose_headers=[{list}]",
        "credentials": "allow_credentials=True",
        "max-age": "max_age={value}",
    },
    built_in_request_headers=frozenset({"accept", "accept-language", "content-language", "content-type"}),
    arrangements={
        "cors-layer": FixText(
            lines=(
                "from litestar.config.cors import CORSConfig",
                'app = Litestar(..., cors_config=CORSConfig(allow_origins=["https://app.example"]))',
            ),
            where="where the app is made",
        ),
        "outermost": _EVERYWHERE,
        "preflights-first": _EVERYWHERE,
        "errors": _EVERYWHERE,
        "one-layer": FixText(
            lines=('del response.headers["{name}"]',),
            where="in the handler, hook or response_headers that sets it by hand",
            note="CORSConfig sets it already.",
        ),
        "vary-origin": FixText(
            lines=('response.headers["Vary"] = "Origin"',),
            where="in an after_request hook",
            note="CORSConfig sends it to allowed origins only, not to requests without Origin.",
        ),
    },
)
