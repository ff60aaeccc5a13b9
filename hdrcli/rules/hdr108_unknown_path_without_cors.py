"""Responses for unknown paths have no CORS headers, although the route itself has them.

Cause: The page can read this route's response. A path that no route of the service has gets an error status
without `Access-Control-Allow-Origin`: the CORS layer covers some routes, but not the response that is sent if no
route matches.

Why it matters: A page that mistypes a path, or requests something that was deleted, gets a TypeError instead of a 404.
The console reports a CORS error, and the developer looks for the fault in the CORS settings.

Check with: /items --origin https://app.example --credentials omit

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
    app = Starlette(routes=[Route("/items", items, middleware=[cors])])

Fix: Install the CORS layer for the whole application, not route by route. In FastAPI,
`app.add_middleware(CORSMiddleware, …)` does so; in Starlette, pass it as the application's `middleware`.

    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.cors import CORSMiddleware
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def items(request: Request) -> JSONResponse:
        return JSONResponse([])

    cors = Middleware(CORSMiddleware, allow_origins=["https://app.example"])
    app = Starlette(routes=[Route("/items", items)], middleware=[cors])

In Express, call `app.use(cors())` before the routes. In nginx, repeat the header lines with `always` in the `server`
block, and remember that a `location` with an `add_header` of its own inherits none.

Similar faults: HDR107 (an existing route fails), HDR101 (no response has the header).

References: https://fetch.spec.whatwg.org/#concept-cors-check
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.fetch.headers import contains
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.lines import response_lines
from hdrcli.rules.finding import Fault, Severity
from hdrcli.stacks.setting import Setting

CODE = "HDR108"
NAME = "unknown-path-without-cors"
SEVERITY = Severity.ADVICE
SPEC = "https://fetch.spec.whatwg.org/#concept-cors-check"

_NOT_FOUND: Final = frozenset({404, 405, 410})
"""With another status, something responded that knows the path, or that doesn't look at it, such as a limiter."""


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for the service, for pages of other origins that can read the route."""
    probe = diagnosis.probes.get("unknown-path")
    if probe is None or probe.response is None or probe.response.status not in _NOT_FOUND:
        return
    if contains("Access-Control-Allow-Origin", probe.response.headers):
        return
    fetches = tuple(fetch for fetch, _, _ in diagnosis.cors_responses if str(fetch.page) == probe.origin)
    if not fetches:
        return
    status = probe.response.status
    yield Fault(
        fetches=fetches,
        evidence=response_lines(probe.exchange, "Access-Control-Allow-Origin", if_sent=("Server", "Via"), url=True),
        impact=(f"For unknown paths, the console reports a CORS error instead of the status {status}.",),
        fix="Install the CORS layer for the whole service, so that it covers paths without a route",
        fix_setting=Setting(concept="outermost"),
    )
