"""Caddy: https://caddyserver.com/docs/caddyfile/directives/header.

Traps: `header` without `>` adds its line before the application's response, whose own line comes behind it. `header
>Name` sets the line when the response is written, in place of all others: from Caddy 2.7 on, as 2.6 takes the ">" for a
part of the name. An `@matcher` is known within its site block only.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import OTHERS, Dialect, plain
from hdrcli.stacks.fix import Fix, FixText

_SITE: Final = "in the site block"
_SINCE: Final = "Needs Caddy 2.7; before, write the names without >."


def _origins(fix: Fix) -> FixText:
    """One origin is a constant; of several a matcher picks the one of the request."""
    if len(fix.values) == 1 and fix.holds_all:
        line = f'header >Access-Control-Allow-Origin "{fix.values[0]}"'
        return FixText(lines=(line,), where=_SITE, note=_SINCE)
    others = [] if fix.holds_all else [OTHERS]
    return FixText(
        lines=(
            "@cors_origin {",
            *(f"    {line}" for line in (*others, *(f"header Origin {value}" for value in fix.values))),
            "}",
            'header @cors_origin >Access-Control-Allow-Origin "{header.Origin}"',
            "header +Vary Origin",
        ),
        where=_SITE,
        note=_SINCE,
    )


DIALECT: Final = Dialect(
    where=_SITE,
    templates={
        "origins": 'header >Access-Control-Allow-Origin "{list}"',
        "methods": 'header >Access-Control-Allow-Methods "{list}"',
        "request-headers": 'header >Access-Control-Allow-Headers "{list}"',
        "expose": 'header >Access-Control-Expose-Headers "{list}"',
        "credentials": 'header >Access-Control-Allow-Credentials "true"',
        "max-age": 'header >Access-Control-Max-Age "{value}"',
    },
    item=plain,
    writers={"origins": _origins},
    notes={"expose": _SINCE, "credentials": _SINCE, "methods": _SINCE, "request-headers": _SINCE, "max-age": _SINCE},
    removing="header_down -{name}",
    compression="encode",
    arrangements={
        "cors-layer": FixText(
            lines=(
                'header >Access-Control-Allow-Origin "https://app.example"',
                "header +Vary Origin",
                "@preflight method OPTIONS",
                "respond @preflight 204",
            ),
            where=_SITE,
            note="Before Caddy 2.7, without >. Not in front of an application that does CORS itself.",
        ),
        "outermost": FixText(
            lines=("header >Access-Control-Allow-Origin ...",),
            where="in the site block, outside of handle and route blocks",
        ),
        "preflights-first": FixText(
            lines=("@preflight method OPTIONS", "respond @preflight 204"),
            where="in the site block, in a route block before basic_auth, forward_auth and reverse_proxy",
        ),
        "errors": FixText(
            lines=("handle_errors {", "    header >Access-Control-Allow-Origin ...", "}"),
            where=_SITE,
            note="Caddy's own errors, such as 502, have only the headers of handle_errors.",
        ),
        "one-layer": FixText(
            lines=("header_down -{name}",),
            where="in the block of reverse_proxy",
            note="It drops the application's line; or remove Caddy's.",
        ),
        "vary-origin": FixText(lines=("header +Vary Origin",), where=_SITE),
    },
)
