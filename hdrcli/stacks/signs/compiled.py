"""Frameworks of Java, .NET, Go, Rust and Ruby."""

from __future__ import annotations

from typing import Final

from hdrcli.stacks.evidence import SORTED, VARY, Evidence, Sign


def spring(evidence: Evidence) -> Sign | None:
    """The text of the refusal; the order of preflights, with Vary before all else (Go sorts it to the end)."""
    if evidence.body == "Invalid CORS request":
        return Sign(certainty="certain", evidence="body: Invalid CORS request", part="did CORS")
    is_spaced = " " in evidence.get("access-control-allow-methods")
    if evidence.get("vary") == VARY and not is_spaced and evidence.in_order(*_SPRING_PREFLIGHT):
        return Sign(certainty="likely", evidence=f"the order of {', '.join(_SPRING_PREFLIGHT)}", part="did CORS")
    if evidence.body.startswith('{"timestamp":"') and f'","status":{evidence.status},"error":"' in evidence.body:
        return Sign(certainty="likely", evidence="the JSON of Boot's error page")
    return None


def aspnet(evidence: Evidence) -> Sign | None:
    """Its server, which runs nothing else, and IIS."""
    for name, value in (("server", "Kestrel"), ("x-powered-by", "ASP.NET")):
        if evidence.get(name) == value:
            return Sign(certainty="likely", evidence=f"{name}: {value}")
    return None


def gin(evidence: Evidence) -> Sign | None:
    """The 404 of gin, and preflights: sorted as Go does, three Vary lines, and the lists without spaces.

    Echo's are the same, but for the time that gin-contrib/cors lets browsers keep them unless another one is set.
    """
    sent = (evidence.status, evidence.get("content-type"), evidence.get("content-length"))
    if sent == _GIN_NOT_FOUND and evidence.body in {"404 page not found", ""}:
        return Sign(certainty="likely", evidence="its 404, as text/plain without a charset")
    lists = (evidence.get("access-control-allow-methods"), evidence.get("access-control-allow-headers"))
    without_spaces = "," in "".join(lists) and " " not in "".join(lists)
    is_default = evidence.get("access-control-max-age") == _GIN_MAX_AGE
    if is_default and evidence.get("vary") == VARY and evidence.in_order(*SORTED) and without_spaces:
        return Sign(certainty="likely", evidence=f"vary: {VARY}, and lists without spaces", part="did CORS")
    return None


def go(evidence: Evidence) -> Sign | None:
    """Preflights: sorted as Go does, Vary as these send it, and only the method that was requested.

    net/http's own 404 is no sign: Traefik is written in Go, too.
    """
    methods, headers = evidence.get("access-control-allow-methods"), evidence.get("access-control-allow-headers")
    if evidence.get("vary") != VARY or not evidence.in_order(*SORTED) or "," in methods or " " in methods:
        return None
    if evidence.get("content-length") == "0" or ", " in headers:
        return Sign(certainty="likely", evidence=f"vary: {VARY}, and one method", part="did CORS")
    return None


def actix(evidence: Evidence) -> Sign | None:
    """The texts of CorsError."""
    if evidence.body in _ACTIX_ERRORS:
        return Sign(certainty="certain", evidence=f"body: {evidence.body}", part="did CORS")
    return None


def axum(evidence: Evidence) -> Sign | None:
    """Its Vary, whose names are in lower case; it is on every response."""
    if _AXUM_VARY in evidence.get("vary"):
        return Sign(certainty="certain", evidence=f"vary: {_AXUM_VARY}", part="did CORS")
    return None


def rails(evidence: Evidence) -> Sign | None:
    """The order of rack-cors, which sends the methods with every response to a page; Rails' own two headers."""
    cors = tuple(name for name in evidence.names if name.startswith("access-control-"))
    if cors[:4] == _RAILS_ORDER and not evidence.in_order("access-control-allow-origin", "vary", *_RAILS_ORDER[1:]):
        return Sign(certainty="likely", evidence=f"the order of {', '.join(_RAILS_ORDER)}", part="did CORS")
    if "x-runtime" in evidence.values and "x-request-id" in evidence.values:
        return Sign(certainty="likely", evidence=f"x-runtime: {evidence.get('x-runtime')}")
    return None


_SPRING_PREFLIGHT: Final = ("vary", "access-control-allow-origin", "access-control-allow-methods")
_GIN_MAX_AGE: Final = "43200"
_GIN_NOT_FOUND: Final = (404, "text/plain", str(len("404 page not found")))
_ACTIX_ERRORS: Final = frozenset(
    {
        "Origin is not allowed to make this request.",
        "Requested method is not allowed.",
        "One or more request headers are not allowed.",
        "Request header `Origin` is required but was not provided.",
        "Request header `Access-Control-Request-Method` is required but is missing.",
    }
)
"""https://docs.rs/actix-cors/latest/actix_cors/enum.CorsError.html"""
_AXUM_VARY: Final = "origin, access-control-request-method, access-control-request-headers"
_RAILS_ORDER: Final = (
    "access-control-allow-origin",
    "access-control-allow-methods",
    "access-control-expose-headers",
    "access-control-max-age",
)
