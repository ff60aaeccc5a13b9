"""aiohttp with aiohttp-cors: https://github.com/aio-libs/aiohttp-cors#readme.

Each origin has options of its own, in a dictionary, and each route has to be added: `for route in
list(app.router.routes()): cors.add(route)`.

Traps: a route that isn't added, and every 404, has no CORS headers. `allow_headers="*"` and `expose_headers="*"` are
strings, not lists. It sends no Vary: Origin.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import OTHERS, Dialect, quoted
from hdrcli.stacks.fix import Fix, FixText

_OPTIONS: Final = "ResourceOptions(...) of each origin in aiohttp_cors.setup(app, defaults={ ... })"
_EVERY_ROUTE: Final = FixText(
    lines=("for route in list(app.router.routes()): cors.add(route)",),
    where="after all routes are added",
    note="Errors outside of a route, such as 404, need an on_response_prepare signal handler that adds the headers.",
)


def _origins(fix: Fix) -> FixText:
    """An entry for each origin."""
    entries = [f"{quoted(value)}: aiohttp_cors.ResourceOptions(...)" for value in fix.values]
    others = [] if fix.holds_all else [OTHERS]
    line = f"defaults={{{', '.join([*others, *entries])}}}"
    return FixText(lines=(line,), where="aiohttp_cors.setup(app, ...)", note="Each origin has options of its own.")


DIALECT: Final = Dialect(
    where=_OPTIONS,
    templates={
        "origins": "defaults={{list}: aiohttp_cors.ResourceOptions(...)}",
        "methods": "allow_methods=[{list}]",
        "request-headers": "allow_headers=[{list}]",
        "expose": "expose_headers=[{list}]",
        "credentials": "allow_credentials=True",
        "max-age": "max_age={value}",
    },
    wildcards={"request-headers": 'allow_headers="*"', "expose": 'expose_headers="*"', "methods": 'allow_methods="*"'},
    writers={"origins": _origins},
    arrangements={
        "cors-layer": FixText(
            lines=(
                "cors = aiohttp_cors.setup(app, defaults={",
                '    "https://app.example": aiohttp_cors.ResourceOptions(allow_headers="*"),',
                "})",
                "for route in list(app.router.routes()): cors.add(route)",
            ),
            where="after all routes are added",
            note="Where aiohttp_cors is set up already, the last line is enough: a route that isn't added has no CORS.",
        ),
        "outermost": _EVERY_ROUTE,
        "preflights-first": FixText(
            lines=('if request.method == "OPTIONS": return await handler(request)',),
            where="at the beginning of the middleware that authenticates",
            note="The route that aiohttp-cors adds then responds.",
        ),
        "errors": _EVERY_ROUTE,
        "one-layer": FixText(
            lines=('response.headers.pop("{name}", None)',),
            where="in the handler that sets it by hand",
            note="aiohttp-cors sets it already, and fails if it is there.",
        ),
        "vary-origin": FixText(
            lines=('response.headers["Vary"] = "Origin"',),
            where="in an on_response_prepare signal handler",
            note="aiohttp-cors doesn't send it.",
        ),
    },
)
