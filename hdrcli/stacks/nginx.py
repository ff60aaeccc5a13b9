"""nginx: https://nginx.org/en/docs/http/ngx_http_headers_module.html.

Recognised by `Server: nginx`; it wrote the response itself if its error page or the entity tag of a file shows so.
nginx keeps the case of the names of what it passes on, so that names in lower case come from the application behind it.

Traps: `add_header` in a location drops those of the server block. Without `always` it skips error responses. In
front of an application that does CORS itself, it adds a second line, and no browser accepts two.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import OTHERS, Dialect, plain
from hdrcli.stacks.fix import Fix, FixText

_LOCATION: Final = "in the location that responds"
_INHERITANCE: Final = "An add_header in a location drops those of the server block: repeat them there."


def _origins(fix: Fix) -> FixText:
    """One origin is a constant; of several a map picks the one of the request."""
    if len(fix.values) == 1 and fix.holds_all:
        line = f'add_header Access-Control-Allow-Origin "{fix.values[0]}" always;'
        return FixText(lines=(line,), where=_LOCATION, note=_INHERITANCE)
    known = [f'"{value}" $http_origin;' for value in fix.values]
    others = [] if fix.holds_all else [OTHERS]
    return FixText(
        lines=(
            f'map $http_origin $cors_origin {{ default ""; {" ".join([*others, *known])} }}',
            "add_header Access-Control-Allow-Origin $cors_origin always;",
            "add_header Vary Origin always;",
        ),
        where=f"map in http {{ }}, add_header {_LOCATION}",
        note=_INHERITANCE,
    )


DIALECT: Final = Dialect(
    where=_LOCATION,
    templates={
        "origins": 'add_header Access-Control-Allow-Origin "{list}" always;',
        "methods": 'add_header Access-Control-Allow-Methods "{list}" always;',
        "request-headers": 'add_header Access-Control-Allow-Headers "{list}" always;',
        "expose": 'add_header Access-Control-Expose-Headers "{list}" always;',
        "credentials": 'add_header Access-Control-Allow-Credentials "true" always;',
        "max-age": 'add_header Access-Control-Max-Age "{value}" always;',
    },
    item=plain,
    writers={"origins": _origins},
    notes={"expose": _INHERITANCE, "credentials": _INHERITANCE},
    removing="proxy_hide_header {name};",
    compression="gzip on;",
    arrangements={
        "cors-layer": FixText(
            lines=(
                'add_header Access-Control-Allow-Origin "https://app.example" always;',
                "add_header Vary Origin always;",
                "if ($request_method = OPTIONS) { return 204; }",
            ),
            where=_LOCATION,
            note="Not in front of an application that does CORS itself: the header would be there twice.",
        ),
        "outermost": FixText(
            lines=('add_header Access-Control-Allow-Origin "..." always;',), where=_LOCATION, note=_INHERITANCE
        ),
        "preflights-first": FixText(
            lines=("if ($request_method = OPTIONS) { return 204; }",),
            where="in the location, before auth_request, auth_basic and proxy_pass",
            note='Each add_header of the preflight has to be in the same location, with "always".',
        ),
        "errors": FixText(
            lines=('add_header Access-Control-Allow-Origin "..." always;',),
            where="in the server block, and in each location that has an add_header",
            note='Without "always", add_header skips most error responses.',
        ),
        "one-layer": FixText(
            lines=("proxy_hide_header {name};",),
            where="next to proxy_pass",
            note="It drops the application's line; or remove nginx's add_header.",
        ),
        "vary-origin": FixText(lines=("add_header Vary Origin always;",), where=_LOCATION, note=_INHERITANCE),
    },
)
