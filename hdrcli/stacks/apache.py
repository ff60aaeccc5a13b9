"""Apache httpd with mod_headers: https://httpd.apache.org/docs/2.4/mod/mod_headers.html.

Traps: without `always` errors have no such header. `Header always` and `Header` (onsuccess) are two tables: an
application behind Apache fills the second one, so that `Header always set` doubles its line instead of replacing it.
"""

from __future__ import annotations

import re
from typing import Final

from hdrcli.stacks.dialect import OTHERS, Dialect, plain
from hdrcli.stacks.fix import Fix, FixText

_SERVER: Final = "in the VirtualHost, Location or .htaccess"
_ALWAYS: Final = "mod_headers has to be enabled: a2enmod headers."


def _origins(fix: Fix) -> FixText:
    """One origin is a constant; of several a pattern picks the one of the request."""
    if len(fix.values) == 1 and fix.holds_all:
        line = f'Header always set Access-Control-Allow-Origin "{fix.values[0]}"'
        return FixText(lines=(line,), where=_SERVER, note=_ALWAYS)
    pattern = "|".join([*([] if fix.holds_all else [OTHERS]), *map(re.escape, fix.values)])
    return FixText(
        lines=(
            f'SetEnvIf Origin "^({pattern})$" CORS_ORIGIN=$0',
            'Header always set Access-Control-Allow-Origin "%{CORS_ORIGIN}e" env=CORS_ORIGIN',
            "Header always merge Vary Origin",
        ),
        where=_SERVER,
        note=_ALWAYS,
    )


DIALECT: Final = Dialect(
    where=_SERVER,
    templates={
        "origins": 'Header always set Access-Control-Allow-Origin "{list}"',
        "methods": 'Header always set Access-Control-Allow-Methods "{list}"',
        "request-headers": 'Header always set Access-Control-Allow-Headers "{list}"',
        "expose": 'Header always set Access-Control-Expose-Headers "{list}"',
        "credentials": 'Header always set Access-Control-Allow-Credentials "true"',
        "max-age": 'Header always set Access-Control-Max-Age "{value}"',
    },
    item=plain,
    writers={"origins": _origins},
    removing="Header unset {name}",
    compression="AddOutputFilterByType DEFLATE",
    arrangements={
        "cors-layer": FixText(
            lines=(
                'Header always set Access-Control-Allow-Origin "https://app.example"',
                "Header always merge Vary Origin",
                "RewriteEngine On",
                "RewriteCond %{REQUEST_METHOD} =OPTIONS",
                "RewriteRule ^ - [R=204,L]",
            ),
            where=_SERVER,
            note="Not in front of an application that does CORS itself: the header would be there twice.",
        ),
        "outermost": FixText(
            lines=("Header always set Access-Control-Allow-Origin ...",), where="in the VirtualHost", note=_ALWAYS
        ),
        "preflights-first": FixText(
            lines=("RewriteEngine On", "RewriteCond %{REQUEST_METHOD} =OPTIONS", "RewriteRule ^ - [R=204,L]"),
            where="in the VirtualHost; with authentication also: <LimitExcept OPTIONS> around Require",
        ),
        "errors": FixText(
            lines=("Header always set Access-Control-Allow-Origin ...",),
            where=_SERVER,
            note='Without "always" error responses have no such header.',
        ),
        "one-layer": FixText(
            lines=("Header onsuccess unset {name}",),
            where=_SERVER,
            note="It drops the application's line; Apache's own is in the other table, that of always.",
        ),
        "vary-origin": FixText(lines=("Header always merge Vary Origin",), where=_SERVER, note=_ALWAYS),
    },
)
