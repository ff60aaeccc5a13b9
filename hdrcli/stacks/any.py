"""No known stack: the header itself, wherever the service sets its headers."""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect, plain
from hdrcli.stacks.fix import FixText

_WHERE: Final = "in every response"

DIALECT: Final = Dialect(
    where=_WHERE,
    templates={
        "origins": "Access-Control-Allow-Origin: {list}",
        "methods": "Access-Control-Allow-Methods: {list}",
        "request-headers": "Access-Control-Allow-Headers: {list}",
        "expose": "Access-Control-Expose-Headers: {list}",
        "credentials": "Access-Control-Allow-Credentials: true",
        "max-age": "Access-Control-Max-Age: {value}",
    },
    item=plain,
    notes={
        "origins": "Send the one origin of the request, if it is on the list, and Vary: Origin.",
        "methods": "in the response to the preflight",
        "request-headers": "in the response to the preflight",
        "max-age": "in the response to the preflight",
    },
    arrangements={
        "cors-layer": FixText(
            lines=("Access-Control-Allow-Origin: https://app.example", "Vary: Origin"),
            where=_WHERE,
            note="Use the CORS middleware of the framework: it also responds to preflights.",
        ),
        "outermost": FixText(
            lines=(),
            note="Let the outermost layer add the CORS headers, so that every response has them.",
        ),
        "preflights-first": FixText(
            lines=(),
            note="Let the CORS layer respond to OPTIONS before authentication, the router or a proxy does.",
        ),
        "errors": FixText(
            lines=(), note="Let the outermost layer add the CORS headers, so that error responses have them, too."
        ),
        "one-layer": FixText(lines=(), note="Let only one layer send these headers, the application or the proxy."),
        "vary-origin": FixText(lines=("Vary: Origin",), where=_WHERE, note="also to requests without Origin"),
    },
)
