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
from hdrcli.stacks.evidence import Evidence, Sign
from hdrcli.stacks.fix import FixText

_ERROR_LENGTH: Final = len("Internal Server Error")
_CRASHED: Final = 500
_BUILT_IN: Final = ("Accept", "Accept-Language", "Content-Language", "Content-Type")
_ERRORS: Final = {404: '{"detail":"Not Found"}', 405: '{"detail":"Method Not Allowed"}'}
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


def recognise(evidence: Evidence) -> Sign | None:
    """CORSMiddleware's preflights, FastAPI's error bodies, or Starlette's 500."""
    if evidence.body.startswith("Disallowed CORS ") and "access-control-allow-methods" in evidence.sent_names:
        return Sign(certainty="certain", evidence=f"body: {evidence.body[:60]}", part="did CORS")
    allowed = evidence.get("access-control-allow-headers")
    if evidence.is_preflight and set(_BUILT_IN) <= set(allowed.split(", ")):
        return Sign(certainty="certain", evidence=f"access-control-allow-headers: {allowed}", part="did CORS")
    if evidence.body.startswith('{"openapi":"3.') and evidence.mentions(b'"HTTPValidationError"'):
        return Sign(certainty="certain", evidence="the schema HTTPValidationError in the OpenAPI document")
    if _is_fastapis_error(evidence):
        return Sign(certainty="likely", evidence=f'the JSON of its {evidence.status}: {{"detail": ...}}')
    if evidence.status == _CRASHED and _is_plain_error(evidence):
        return Sign(certainty="likely", evidence="the 500 of an unhandled exception")
    return None


def _is_fastapis_error(evidence: Evidence) -> bool:
    """By the length of its text, as few bodies are read."""
    text = _ERRORS.get(evidence.status)
    return (
        text is not None
        and evidence.body in {text, ""}
        and evidence.get("content-length") == str(len(text))
        and evidence.get("content-type") == "application/json"
        and evidence.in_order("content-length", "content-type")
        and {"content-length", "content-type"} <= evidence.sent_names
    )


def _is_plain_error(evidence: Evidence) -> bool:
    """In this order; uvicorn's own has the type first, and closes the connection."""
    return (
        evidence.get("content-length") == str(_ERROR_LENGTH)
        and evidence.get("content-type") == "text/plain; charset=utf-8"
        and {"content-length", "content-type"} <= evidence.sent_names
        and evidence.in_order("content-length", "content-type")
    )
