"""HAProxy: https://docs.haproxy.org/2.8/configuration.html#4.2-http-after-response.

Traps: `http-response` doesn't apply to HAProxy's own responses (503, `http-request return`), `http-after-response`
does. `set-header` replaces the application's lines, `add-header` adds one. `req.hdr` isn't known in responses: a
variable keeps it.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import OTHERS, Dialect, plain
from hdrcli.stacks.fix import Fix, FixText

_FRONTEND: Final = "in the frontend"


def _origins(fix: Fix) -> FixText:
    """One origin is a constant; of several a condition picks the one of the request."""
    if len(fix.values) == 1 and fix.holds_all:
        line = f'http-after-response set-header Access-Control-Allow-Origin "{fix.values[0]}"'
        return FixText(lines=(line,), where=_FRONTEND)
    condition = f"{{ var(txn.origin) -m str {' '.join([*([] if fix.holds_all else [OTHERS]), *fix.values])} }}"
    return FixText(
        lines=(
            "http-request set-var(txn.origin) req.hdr(Origin)",
            f"http-after-response set-header Access-Control-Allow-Origin %[var(txn.origin)] if {condition}",
            "http-after-response add-header Vary Origin",
        ),
        where=_FRONTEND,
    )


DIALECT: Final = Dialect(
    where=_FRONTEND,
    templates={
        "origins": 'http-after-response set-header Access-Control-Allow-Origin "{list}"',
        "methods": 'http-after-response set-header Access-Control-Allow-Methods "{list}"',
        "request-headers": 'http-after-response set-header Access-Control-Allow-Headers "{list}"',
        "expose": 'http-after-response set-header Access-Control-Expose-Headers "{list}"',
        "credentials": 'http-after-response set-header Access-Control-Allow-Credentials "true"',
        "max-age": 'http-after-response set-header Access-Control-Max-Age "{value}"',
    },
    item=plain,
    writers={"origins": _origins},
    removing="http-response del-header {name}",
    compression="compression algo",
    arrangements={
        "cors-layer": FixText(
            lines=(
                'http-after-response set-header Access-Control-Allow-Origin "https://app.example"',
                "http-after-response add-header Vary Origin",
                "http-request return status 204 if METH_OPTIONS",
            ),
            where=_FRONTEND,
        ),
        "outermost": FixText(
            lines=("http-after-response set-header Access-Control-Allow-Origin ...",),
            where=_FRONTEND,
            note="In place of http-response, which skips HAProxy's own responses.",
        ),
        "preflights-first": FixText(
            lines=("http-request return status 204 if METH_OPTIONS",),
            where="in the frontend, before http-request auth and deny",
        ),
        "errors": FixText(
            lines=("http-after-response set-header Access-Control-Allow-Origin ...",),
            where=_FRONTEND,
            note="In place of http-response, which skips HAProxy's own errors, such as 503.",
        ),
        "one-layer": FixText(
            lines=("http-response del-header {name}",),
            where="in the backend",
            note="It drops the application's line; http-after-response set-header in the frontend replaces it, too.",
        ),
        "vary-origin": FixText(lines=("http-after-response add-header Vary Origin",), where=_FRONTEND),
    },
)
