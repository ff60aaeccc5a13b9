"""axum, and others on tower-http's CorsLayer: https://docs.rs/tower-http/latest/tower_http/cors/.

Traps: a layer covers only the routes that were added before it; `Router::layer` has to be the last call. The layer
responds to every OPTIONS request itself. For a refused origin, the status is unchanged and the headers are missing.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect, quoted
from hdrcli.stacks.fix import FixText

_LAYER: Final = "CorsLayer::new()"
_LAST: Final = FixText(
    lines=(".layer(cors)",),
    where="as the last call on the Router, after all routes and layers",
    note="A layer covers what was added before it, and the last one is the outermost.",
)


def _header_name(name: str) -> str:
    return f"HeaderName::from_static({quoted(name.lower())})"


DIALECT: Final = Dialect(
    where=_LAYER,
    templates={
        "origins": ".allow_origin([{list}])",
        "methods": ".allow_methods([{list}])",
        "request-headers": ".allow_headers([{list}])",
        "expose": ".expose_headers([{list}])",
        "credentials": ".allow_credentials(true)",
        "max-age": ".max_age(Duration::from_secs({value}))",
    },
    items={
        "origins": lambda origin: f"HeaderValue::from_static({quoted(origin)})",
        "methods": lambda method: f"Method::from_bytes(b{quoted(method)}).unwrap()",
        "request-headers": _header_name,
        "expose": _header_name,
    },
    wildcards={
        "origins": ".allow_origin(Any)",
        "methods": ".allow_methods(Any)",
        "request-headers": ".allow_headers(Any)",
        "expose": ".expose_headers(Any)",
    },
    arrangements={
        "cors-layer": FixText(
            lines=('.layer(CorsLayer::new().allow_origin(HeaderValue::from_static("https://app.example")))',),
            where="as the last call on the Router",
        ),
        "outermost": _LAST,
        "preflights-first": _LAST,
        "errors": _LAST,
        "one-layer": FixText(
            lines=('response.headers_mut().remove("{name}");',),
            where="in the handler or layer that sets it by hand",
            note="CorsLayer sets it already.",
        ),
        "vary-origin": FixText(
            lines=('(header::VARY, "Origin")',),
            where="in the headers of the response that sets Access-Control-Allow-Origin by hand",
            note="CorsLayer does both.",
        ),
    },
)
