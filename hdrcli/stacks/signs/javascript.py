"""Frameworks of Node."""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.evidence import Evidence, Part, Sign


def express(evidence: Evidence) -> Sign | None:
    """Its own header, the page of its router, and the response of cors() to preflights."""
    powered_by = evidence.get("x-powered-by")
    is_cors = (
        evidence.status == _EXPRESS_NO_CONTENT
        and evidence.in_order(*_EXPRESS_PREFLIGHT)
        and set(_EXPRESS_SENT) <= evidence.sent_names
    )
    if powered_by == "Express":
        part: Part = "did CORS" if is_cors else "wrote"
        return Sign(certainty="certain", evidence=f"x-powered-by: {powered_by}", part=part)
    if evidence.body.startswith("<!DOCTYPE html>") and "<pre>Cannot " in evidence.body:
        return Sign(certainty="likely", evidence="body: <pre>Cannot ...")
    return None


def fastify(evidence: Evidence) -> Sign | None:
    """The JSON of its errors, and the plugin's response to preflights."""
    if evidence.body.startswith('{"message":"Route ') and evidence.body.endswith(',"statusCode":404}'):
        return Sign(certainty="certain", evidence=f"body: {evidence.body[:60]}")
    if evidence.body == "Invalid Preflight Request":
        return Sign(certainty="certain", evidence=f"body: {evidence.body}", part="did CORS")
    # Express has the origin before Vary, and the expose list behind the methods.
    order = evidence.in_order("vary", _ALLOW_ORIGIN) or evidence.in_order(_EXPOSE, _FASTIFY_PREFLIGHT[1])
    sent = (evidence.status, evidence.get("vary"), evidence.get("content-length"))
    if order and sent == _FASTIFY_SENT and evidence.sent_in_order(*_FASTIFY_PREFLIGHT):
        return Sign(certainty="likely", evidence=f"the order of {', '.join(_FASTIFY_PREFLIGHT)}", part="did CORS")
    return None


def hono(evidence: Evidence) -> Sign | None:
    """The type and the length of its errors, and the response of cors() to preflights, whose names are sorted."""
    sent = (evidence.status, evidence.get("content-type"), evidence.get("content-length"))
    if sent == _HONO_NOT_FOUND and evidence.body in {_HONO_TEXT, ""}:
        return Sign(certainty="likely", evidence="its 404, as text/plain; charset=UTF-8")
    if evidence.get("vary") == "Origin, Access-Control-Request-Headers" and evidence.in_order(*_HONO_PREFLIGHT):
        return Sign(certainty="likely", evidence=f"vary: {evidence.get('vary')}", part="did CORS")
    return None


def nestjs(evidence: Evidence) -> Sign | None:
    """The JSON of its errors."""
    cannot = evidence.body.startswith('{"message":"Cannot ') and evidence.body.endswith(',"statusCode":404}')
    crashed = evidence.body == '{"statusCode":500,"message":"Internal server error"}'
    if cannot or crashed:
        return Sign(certainty="certain", evidence=f"body: {evidence.body[:60]}")
    return None


_ALLOW_ORIGIN: Final = "access-control-allow-origin"
_EXPOSE: Final = "access-control-expose-headers"
_FASTIFY_SENT: Final = (204, "Origin", "0")
_EXPRESS_NO_CONTENT: Final = 204
_EXPRESS_SENT: Final = ("Access-Control-Allow-Methods", "Vary", "Content-Length")
_EXPRESS_PREFLIGHT: Final = ("vary", "access-control-allow-methods", "content-length")
_FASTIFY_PREFLIGHT: Final = ("vary", "access-control-allow-methods", "access-control-allow-headers", "content-length")
_HONO_TEXT: Final = "404 Not Found"
_HONO_NOT_FOUND: Final = (404, "text/plain; charset=UTF-8", str(len(_HONO_TEXT)))
_HONO_PREFLIGHT: Final = ("access-control-allow-headers", "access-control-allow-methods", "vary")
