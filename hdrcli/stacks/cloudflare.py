"""Cloudflare: https://developers.cloudflare.com/rules/transform/response-header-modification/.

Traps: a challenge (`cf-mitigated: challenge`) is a page for people: no fetch() passes it, and it has no CORS headers.
Cloudflare's cache doesn't heed Vary: Origin. Access responds to preflights itself, unless it is set to let them
pass.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect, plain
from hdrcli.stacks.fix import FixText

_RULE: Final = "Rules > Transform Rules > Modify Response Header"
_SKIP: Final = FixText(
    lines=('http.request.method eq "OPTIONS"  ->  Skip',),
    where="Security > WAF > Custom rules, first",
    note="An Access application has the setting: Bypass options requests to origin.",
)

DIALECT: Final = Dialect(
    where=_RULE,
    templates={
        "origins": "Set static: Access-Control-Allow-Origin = {list}",
        "methods": "Set static: Access-Control-Allow-Methods = {list}",
        "request-headers": "Set static: Access-Control-Allow-Headers = {list}",
        "expose": "Set static: Access-Control-Expose-Headers = {list}",
        "credentials": "Set static: Access-Control-Allow-Credentials = true",
        "max-age": "Set static: Access-Control-Max-Age = {value}",
    },
    item=plain,
    notes={"origins": "A static value is one origin; for several, let the application send the header."},
    arrangements={
        "cors-layer": FixText(
            lines=("Set static: Access-Control-Allow-Origin = https://app.example",),
            where=_RULE,
            note="Better in the application, which can respond to preflights.",
        ),
        "outermost": FixText(lines=("Set static: Access-Control-Allow-Origin = ...",), where=_RULE),
        "preflights-first": _SKIP,
        "errors": FixText(
            lines=("Set static: Access-Control-Allow-Origin = ...",),
            where=_RULE,
            note="Cloudflare's own error pages (52x, challenges) don't pass through these rules.",
        ),
        "one-layer": FixText(lines=("Remove: {name}",), where=_RULE),
        "vary-origin": FixText(
            lines=("Cache eligibility: Bypass cache",),
            where="Caching > Cache Rules",
            note="Cloudflare's cache doesn't heed Vary: Origin: it serves one copy to all origins.",
        ),
    },
)
