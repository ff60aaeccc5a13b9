"""The refused preflight without request headers, and one for GET: they show which part of it the CORS layer refuses.

Many layers, such as rs/cors, rack-cors, Tomcat and Spring, send no CORS header in response to a preflight that they
don't allow, whether the origin, the method or a request header is at fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.fetch import HTTPRequest, HTTPResponse
from hdrcli.fetch.headers import contains, get
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.response import REDIRECT_STATUSES
from hdrcli.planning.probes.probe import BODY_SIZE, PlannedProbe, Planning
from hdrcli.structs import replace

MOST: Final = 2

_ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"
_METHOD: Final = "Access-Control-Request-Method"
_HEADERS: Final = "Access-Control-Request-Headers"
_SIMPLEST: Final = "GET"


def plan(planning: Planning) -> Iterator[PlannedProbe]:
    """Only where the response to a preflight has no CORS header that names an origin."""
    refused = planning.refused
    if refused is None or refused.exchanges[-1].request.purpose != "preflight":
        return
    request, response = refused.exchanges[-1].request, refused.exchanges[-1].response
    if not isinstance(response, HTTPResponse) or response.status in REDIRECT_STATUSES:
        return
    method = get(_METHOD, request.headers)
    if method is None or contains(_ALLOW_ORIGIN, response.headers):
        return
    if contains(_HEADERS, request.headers):
        yield _simpler(request, method)
        simpler = planning.responded("simpler-preflight")
        if simpler is not None and contains(_ALLOW_ORIGIN, simpler.headers):
            return
    if method != _SIMPLEST:
        yield _simpler(request, _SIMPLEST)


def _simpler(request: HTTPRequest, method: str) -> PlannedProbe:
    """The preflight for this method, without request headers."""
    headers = tuple(
        (name, method if name == _METHOD else value)
        for name, value in request.headers
        if byte_lowercase(name) != byte_lowercase(_HEADERS)
    )
    return PlannedProbe(
        kind="simpler-preflight",
        origin=get("Origin", headers),
        request=replace(request, headers=headers, body_wanted=BODY_SIZE),
    )
