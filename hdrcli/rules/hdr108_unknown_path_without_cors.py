"""The route has CORS headers, and the answer for an unknown path has none.

What: the page may read this route's answer; a path beside it that does not exist is answered with an error and without
`Access-Control-Allow-Origin`.

Why it matters: a page that mistypes a path, or asks for something that is gone, is told of CORS and not of 404. Mostly
the CORS layer covers some routes, and not what answers in their place.

Ask: /api/items --origin https://app.example --credentials omit

Fault:

    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.cors import CORSMiddleware
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def items(request: Request) -> JSONResponse:
        return JSONResponse([])

    cors = Middleware(CORSMiddleware, allow_origins=["https://app.example"])
    app = Starlette(routes=[Route("/api/items", items, middleware=[cors])])

Mend:

    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.cors import CORSMiddleware
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def items(request: Request) -> JSONResponse:
        return JSONResponse([])

    cors = Middleware(CORSMiddleware, allow_origins=["https://app.example"])
    app = Starlette(routes=[Route("/api/items", items)], middleware=[cors])

References: https://fetch.spec.whatwg.org/#concept-cors-check
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch.headers import contains
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.lines import response_lines
from hdrcli.rules.finding import Fault, Severity

CODE = "HDR108"
NAME = "unknown-path-without-cors"
SEVERITY = Severity.ADVICE
SPEC = "https://fetch.spec.whatwg.org/#concept-cors-check"

_FIRST_ERROR = 400


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for the service: which of its routes were asked makes no difference."""
    probe = diagnosis.route.probed("unknown-path")
    if probe is None or probe.response is None or probe.response.status < _FIRST_ERROR:
        return
    if contains("Access-Control-Allow-Origin", probe.response.headers):
        return
    fetches = tuple(fetch for fetch, _, _ in diagnosis.cors_responses if str(fetch.page) == probe.origin)
    if not fetches:
        return
    path = probe.exchange.request.url.path
    yield Fault(
        fetches=fetches,
        evidence=(
            *response_lines(probe.exchange, "Access-Control-Allow-Origin", if_sent=("Server", "Via")),
            f"asked at {path}, which does not exist",
        ),
        impact=(f"For unknown paths your browser will report CORS; the real error is {probe.response.status}.",),
        fix="Put the CORS layer around the whole service, so that it covers what no route responses",
    )
