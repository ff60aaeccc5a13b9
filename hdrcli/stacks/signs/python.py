"""Frameworks of Python."""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.evidence import WERKZEUG_PAGE, Evidence, Part, Sign


def starlette(evidence: Evidence) -> Sign | None:
    """CORSMiddleware's preflights, FastAPI's document and errors, Starlette's 500, and CORSMiddleware's order."""
    allowed = evidence.get("access-control-allow-headers")
    if _starlette_is_preflight(evidence):
        refusal = evidence.body if evidence.body.startswith("Disallowed CORS ") else ""
        sign = f"body: {refusal[:60]}" if refusal else f"access-control-allow-headers: {allowed}"
        return Sign(certainty="certain", evidence=sign, part="did CORS")
    if evidence.body.startswith('{"openapi":"3.') and evidence.mentions(b'"HTTPValidationError"'):
        return Sign(certainty="certain", evidence="the schema HTTPValidationError in the OpenAPI document")
    varies = evidence.get("vary").endswith("Origin")  # as CORSMiddleware adds it
    if varies and not evidence.is_preflight and evidence.sent_in_order(*_STARLETTE_ORDER):
        return Sign(certainty="likely", evidence=f"the order of {', '.join(_STARLETTE_ORDER)}", part="did CORS")
    if _starlette_is_fastapis_error(evidence):
        return Sign(certainty="likely", evidence=f'the JSON of its {evidence.status}: {{"detail": ...}}')
    if evidence.status == _STARLETTE_CRASHED and _starlette_is_plain_error(evidence):
        return Sign(certainty="likely", evidence="the 500 of an unhandled exception")
    return None


def _starlette_is_preflight(evidence: Evidence) -> bool:
    """Of 200 with "OK", or of 400; Litestar allows the same headers, by a 204."""
    if not evidence.is_preflight or evidence.get("content-type") != "text/plain; charset=utf-8":
        return False
    refused = evidence.body.startswith("Disallowed CORS ") and evidence.status == _STARLETTE_REFUSED
    allowed = set(_STARLETTE_BUILT_IN) <= set(evidence.get("access-control-allow-headers").split(", "))
    in_order = evidence.in_order("access-control-allow-methods", "access-control-max-age")
    is_ok = evidence.body in {"OK", ""} and evidence.get("content-length") == str(len("OK"))
    return refused or allowed or (in_order and is_ok)


def _starlette_is_fastapis_error(evidence: Evidence) -> bool:
    """By the length of its text, as few bodies are read."""
    text = _STARLETTE_ERRORS.get(evidence.status)
    return (
        text is not None
        and evidence.body in {text, ""}
        and evidence.get("content-length") == str(len(text))
        and evidence.get("content-type") == "application/json"
    )


def _starlette_is_plain_error(evidence: Evidence) -> bool:
    """In this order; uvicorn's and BlackSheep's have the type first."""
    return (
        evidence.get("content-length") == str(_STARLETTE_ERROR_LENGTH)
        and evidence.get("content-type") == "text/plain; charset=utf-8"
        and evidence.sent_in_order("content-length", "content-type")
    )


def litestar(evidence: Evidence) -> Sign | None:
    """The text of its refusals and errors; and it sends the lists of preflights with every response to a page."""
    if evidence.body.startswith("Disallowed CORS ") and not evidence.is_preflight:
        return Sign(certainty="certain", evidence=f"body: {evidence.body[:60]}", part="did CORS")
    if evidence.get("access-control-allow-headers").startswith(_LITESTAR_BUILT_IN) and evidence.in_order(
        *_LITESTAR_PREFLIGHT
    ):
        sign = f"access-control-allow-headers: {_LITESTAR_BUILT_IN} ..."
        return Sign(certainty="certain", evidence=sign, part="did CORS")
    follows = evidence.in_order("vary", _LITESTAR_ORDER[1]) or "vary" not in evidence.values
    if follows and "access-control-max-age" not in evidence.values and evidence.sent_in_order(*_LITESTAR_ORDER):
        return Sign(certainty="likely", evidence=f"the order of {', '.join(_LITESTAR_ORDER)}", part="did CORS")
    if evidence.body.startswith(f'{{"status_code":{evidence.status},"detail":'):
        return Sign(certainty="certain", evidence=f"body: {evidence.body[:60]}")
    return None


def quart(evidence: Evidence) -> Sign | None:
    """Werkzeug's error pages on hypercorn, an empty expose list in lower case, and quart-cors' order of preflights."""
    if _QUART_EXPOSE in evidence.sent_names and evidence.get(_QUART_EXPOSE).strip() in {'""', ""}:
        return Sign(certainty="likely", evidence=f"{_QUART_EXPOSE} without a name", part="did CORS")
    if evidence.in_order("allow", *_QUART_PREFLIGHT, "vary") and set(_QUART_PREFLIGHT) <= evidence.sent_names:
        return Sign(certainty="likely", evidence=f"the order of {', '.join(_QUART_PREFLIGHT)}", part="did CORS")
    if evidence.get("server").startswith("hypercorn") and evidence.body.startswith(WERKZEUG_PAGE):
        return Sign(certainty="certain", evidence="the error page of Quart and Flask, on hypercorn")
    return None


def sanic(evidence: Evidence) -> Sign | None:
    """The type behind the connection, which no other server does; sanic-ext's order; the JSON of its errors."""
    if evidence.sent_in_order(*_SANIC_TYPE_LAST):
        return Sign(certainty="likely", evidence=f"the order of {', '.join(_SANIC_TYPE_LAST)}")
    if evidence.get("vary") == "origin" and evidence.sent_in_order(*_SANIC_ORDER):
        return Sign(certainty="likely", evidence=f"the order of {', '.join(_SANIC_ORDER)}", part="did CORS")
    if evidence.body.startswith('{"description":"') and f'","status":{evidence.status},"message":"' in evidence.body:
        return Sign(certainty="certain", evidence=f"body: {evidence.body[:60]}")
    return None


def aiohttp(evidence: Evidence) -> Sign | None:
    """The text of a refusal, the server (no other framework runs on it), the texts of its errors."""
    if evidence.body.startswith("CORS preflight request failed: "):
        return Sign(certainty="certain", evidence=f"body: {evidence.body[:60]}", part="did CORS")
    server = evidence.get("server")
    if server.startswith("Python/") and " aiohttp/" in server:
        part: Part = "did CORS" if evidence.is_preflight else "wrote"
        return Sign(certainty="certain", evidence=f"server: {server}", part=part)
    if evidence.body.endswith("Server got itself in trouble"):
        return Sign(certainty="certain", evidence="body: Server got itself in trouble")
    return None


def is_not_of_aiohttp_cors(evidence: Evidence) -> bool:
    """It names the origin, never "*", and the request headers as it has compared them: in upper case."""
    names = evidence.get("access-control-allow-headers")
    is_spelled_otherwise = names != names.upper() or evidence.get("access-control-allow-origin") == "*"
    return is_spelled_otherwise or has_lists_without_origin(evidence)


def has_lists_without_origin(evidence: Evidence) -> bool:
    """Flask-CORS, django-cors-headers and aiohttp-cors send no list to an origin that they don't allow."""
    return evidence.is_preflight and "access-control-allow-origin" not in evidence.values


def django(evidence: Evidence) -> Sign | None:
    """django-cors-headers' case and lists, the default settings' headers, and error pages."""
    if evidence.get("access-control-allow-headers") == _DJANGO_ALLOWED_BY_DEFAULT:
        sign = f"access-control-allow-headers: {_DJANGO_ALLOWED_BY_DEFAULT}"
        return Sign(certainty="certain", evidence=sign, part="did CORS")
    if (
        evidence.get("vary").endswith("origin")
        and evidence.sent_names >= _DJANGO_MIXED
        and evidence.in_order(*_DJANGO_ORDER)
    ):
        sign = "Vary and Content-Type with capitals, access-control-allow-origin without"
        return Sign(certainty="certain", evidence=sign, part="did CORS")
    if _DJANGO_GUARDS.items() <= evidence.values.items():
        return Sign(certainty="likely", evidence="x-frame-options, referrer-policy ... as startproject has them")
    if _DJANGO_ERROR_PAGE in evidence.body and (
        "<title>Not Found<" in evidence.body or "Server Error (500)" in evidence.body
    ):
        return Sign(certainty="likely", evidence="the error page of Django")
    return None


def flask(evidence: Evidence) -> Sign | None:
    """Flask-CORS' order, the error pages, and the development server."""
    lists_are_spaced = "," not in evidence.get("access-control-expose-headers").replace(", ", "")
    if lists_are_spaced and not evidence.is_preflight and evidence.sent_in_order(*_FLASK_ORDER):
        return Sign(certainty="likely", evidence=f"the order of {', '.join(_FLASK_ORDER)}", part="did CORS")
    if evidence.body.startswith(WERKZEUG_PAGE) and "Content-Type" in evidence.sent_names:
        return Sign(certainty="likely", evidence="the error page of Flask")
    server = evidence.get("server")
    return Sign(certainty="likely", evidence=f"server: {server}") if server.startswith("Werkzeug/") else None


_STARLETTE_ERROR_LENGTH: Final = len("Internal Server Error")
_STARLETTE_CRASHED: Final = 500
_STARLETTE_REFUSED: Final = 400
_STARLETTE_ORDER: Final = ("access-control-expose-headers", "access-control-allow-origin", "vary")
_STARLETTE_BUILT_IN: Final = ("Accept", "Accept-Language", "Content-Language", "Content-Type")
_STARLETTE_ERRORS: Final = {404: '{"detail":"Not Found"}', 405: '{"detail":"Method Not Allowed"}'}
_LITESTAR_BUILT_IN: Final = "Accept, Accept-Language, Content-Language, Content-Type"
_LITESTAR_PREFLIGHT: Final = ("access-control-max-age", "access-control-allow-headers", "access-control-allow-methods")
_LITESTAR_ORDER: Final = (
    "access-control-expose-headers",
    "access-control-allow-headers",
    "access-control-allow-methods",
)
_QUART_EXPOSE: Final = "access-control-expose-headers"
_QUART_PREFLIGHT: Final = ("access-control-allow-credentials", _QUART_EXPOSE, "access-control-allow-headers")
_SANIC_TYPE_LAST: Final = ("content-length", "connection", "content-type")
_SANIC_ORDER: Final = ("access-control-allow-origin", "access-control-expose-headers", "vary")
_DJANGO_GUARDS: Final = {
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
}
_DJANGO_ALLOWED_BY_DEFAULT: Final = "accept, authorization, content-type, user-agent, x-csrftoken, x-requested-with"
_DJANGO_MIXED: Final = frozenset({"Vary", "Content-Type", "access-control-allow-origin"})
_DJANGO_ORDER: Final = ("content-type", "vary", "access-control-allow-origin")
_DJANGO_ERROR_PAGE: Final = '<!doctype html>\n<html lang="en">\n<head>\n  <title>'
_FLASK_ORDER: Final = (
    "Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers",
    "Access-Control-Allow-Credentials",
    "Vary",
)
