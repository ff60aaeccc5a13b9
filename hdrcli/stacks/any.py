"""No known stack: the header itself, wherever the service sets its headers."""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect, plain
from hdrcli.stacks.fix import Fix, FixText

_WHERE: Final = "in every response"


def _origins(fix: Fix) -> FixText:
    """The line for one of the pages: several origins in one line are what no browser accepts."""
    first, *others = fix.values
    line = f"Access-Control-Allow-Origin: {first}"
    if first == "*" or (fix.holds_all and not others):
        return FixText(lines=(line,), where=_WHERE)
    of_list = f": {', '.join(fix.values)}" if others else ""
    note = f"The value is the Origin of the request, if it is on the list{of_list}; never send two in one line."
    return FixText(lines=(line, "Vary: Origin"), where=_WHERE, note=note)


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
    writers={"origins": _origins},
    places=dict.fromkeys(("methods", "request-headers", "max-age"), "in the response to the preflight"),
    arrangements={
        "cors-layer": FixText(
            lines=("Access-Control-Allow-Origin: https://app.example", "Vary: Origin"),
            where=_WHERE,
            note="Use the CORS option or middleware of the software that responds: it also responds to preflights.",
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
        "one-layer": FixText(lines=(), note="Remove {name} from all layers but one."),
        "vary-origin": FixText(lines=("Vary: Origin",), where=_WHERE, note="also to requests without Origin"),
    },
)
