"""Rails and other Rack applications with rack-cors: https://github.com/cyu/rack-cors#readme.

Traps: the middleware has to come first (`insert_before 0`), before Warden, Rack::Cache and the static files. A path or
a method that no `resource` covers has no CORS headers; a refused preflight is a 200 without them. Without `methods:`
only GET is allowed.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect
from hdrcli.stacks.fix import FixText
from hdrcli.structs import replace

_RESOURCE: Final = 'resource "*", ... in config/initializers/cors.rb'
_FIRST: Final = FixText(
    lines=("config.middleware.insert_before 0, Rack::Cors do",),
    where="config/initializers/cors.rb",
    note="The first middleware is the outermost.",
)

DIALECT: Final = Dialect(
    where=_RESOURCE,
    templates={
        "origins": "origins {list}",
        "methods": "methods: [{list}]",
        "request-headers": "headers: [{list}]",
        "expose": "expose: [{list}]",
        "credentials": "credentials: true",
        "max-age": "max_age: {value}",
    },
    items={"methods": lambda method: f":{method.lower()}"},
    wildcards={"request-headers": "headers: :any", "methods": "methods: :any"},
    built_in_request_headers=frozenset({"accept", "accept-language", "content-language", "content-type"}),
    notes={"origins": "in the allow block, before resource"},
    arrangements={
        "cors-layer": FixText(
            lines=(
                "Rails.application.config.middleware.insert_before 0, Rack::Cors do",
                '  allow { origins "https://app.example"; resource "*", headers: :any, methods: :any }',
                "end",
            ),
            where="config/initializers/cors.rb, with the gem rack-cors",
        ),
        "outermost": _FIRST,
        "preflights-first": _FIRST,
        "errors": replace(
            _FIRST,
            note="Without Rails, rescue exceptions in the app or in a middleware behind Rack::Cors: "
            "the server's own 500 has no CORS headers.",
        ),
        "one-layer": FixText(
            lines=('response.headers.delete("{name}")',),
            where="in the controller that sets it by hand",
            note="A header that the application sets wins over that of rack-cors.",
        ),
        "vary-origin": FixText(
            lines=('response.headers["Vary"] = "Origin"',),
            where="in the controller that sets Access-Control-Allow-Origin by hand",
            note="rack-cors does both.",
        ),
    },
)
