"""Starlette and FastAPI with CORSMiddleware: https://starlette.dev/middleware/#corsmiddleware.

Recognised by the middleware's response to preflights (its text is "OK", or names all that was refused; it allows four
request headers that nobody named), by FastAPI's JSON for its own errors, and by the order of the headers of its 500.
`server: uvicorn` is no sign: Litestar, Quart, BlackSheep and Connexion run on it, too.

Traps: the last middleware that is added is the outermost. A 500 of an unhandled exception is written outside of all
middleware, so that only a wrapped app has CORS headers there.
"""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.dialect import Dialect
from hdrcli.stacks.fix import FixText

_BUILT_IN: Final = ("Accept", "Accept-Language", "Content-Language", "Content-Type")
_MIDDLEWARE: Final = "app.add_middleware(CORSMiddleware, ...)"

DIALECT: Final = Dialect(
    where=_MIDDLEWARE,
    templates={
        "origins": "allow_origins=[{list}]",
        "methods": "allow_methods=[{list}]",
        "request-headers": "allow_headers=[{list}]",
        "expose": "expose_headers=[{list}]",
        "credentials": "allow_credentials=True",
        "max-age": "max_age={value}",
    },
    built_in_request_headers=frozenset(name.lower() for name in _BUILT_IN),
    arrangements={
        "cors-layer": FixText(
            lines=(
                "from starlette.middleware.cors import CORSMiddleware",
                'app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], allow_methods=["*"])',
            ),
            where="after the other app.add_middleware(...) calls",
            note="The middleware that is added last is the outermost.",
        ),
        "outermost": FixText(
            lines=(_MIDDLEWARE,),
            where="as the last add_middleware call",
            note="The middleware that is added last is the outermost; in middleware=[...] it is the first.",
        ),
        "preflights-first": FixText(
            lines=(_MIDDLEWARE,),
            where="as the last add_middleware call, after that of the authentication",
            note="A preflight never carries credentials; the middleware that is added last responds first.",
        ),
        "errors": FixText(
            lines=("app = CORSMiddleware(app, ...)",),
            where="at the end of the module, in place of app.add_middleware(CORSMiddleware, ...)",
            note="Unhandled exceptions become a 500 outside of all middleware that is added to the app.",
        ),
        "one-layer": FixText(
            lines=('del response.headers["{name}"]',),
            where="where the application sets it by hand, around CORSMiddleware",
            note="Or remove the code that sets it: CORSMiddleware does.",
        ),
        "vary-origin": FixText(
            lines=('response.headers.add_vary_header("Origin")',),
            where="where the application sets Access-Control-Allow-Origin by hand",
            note="CORSMiddleware does both.",
        ),
    },
)
