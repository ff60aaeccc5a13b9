"""actix-web with actix-cors: https://docs.rs/actix-cors.

Traps: `Cors::default()` allows nothing. With `block_on_origin_mismatch` a foreign origin is a 400. `.wrap(cors)` has to
be the last `.wrap(...)` of the App: the last one is the outermost.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect, quoted
from hdrcli.stacks.fix import FixText

_BUILDER: Final = "Cors::default()"
_LAST: Final = FixText(
    lines=(".wrap(cors)",), where="as the last .wrap(...) of App::new()", note="The last one is the outermost."
)

DIALECT: Final = Dialect(
    where=_BUILDER,
    templates={
        "origins": "{list}",
        "methods": ".allowed_methods([{list}])",
        "request-headers": ".allowed_headers([{list}])",
        "expose": ".expose_headers([{list}])",
        "credentials": ".supports_credentials()",
        "max-age": ".max_age({value})",
    },
    items={"origins": lambda origin: f".allowed_origin({quoted(origin)})"},
    separators={"origins": ""},
    wildcards={
        "origins": ".allow_any_origin()",
        "methods": ".allow_any_method()",
        "request-headers": ".allow_any_header()",
        "expose": ".expose_any_header()",
    },
    arrangements={
        "cors-layer": FixText(
            lines=('App::new().wrap(Cors::default().allowed_origin("https://app.example").allow_any_method())',),
            where="in the closure of HttpServer::new",
        ),
        "outermost": _LAST,
        "preflights-first": _LAST,
        "errors": _LAST,
        "one-layer": FixText(
            lines=('response.headers_mut().remove("{name}");',),
            where="in the handler or middleware that sets it by hand",
            note="actix-cors sets it already.",
        ),
        "vary-origin": FixText(
            lines=('.insert_header(("Vary", "Origin"))',),
            where="where the application sets Access-Control-Allow-Origin by hand",
            note="actix-cors does both.",
        ),
    },
)
