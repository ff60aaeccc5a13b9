"""A redirect has no CORS headers, so the browser does not follow it.

Cause: The response is a redirect (301, 302, 303, 307 or 308) that fails the CORS check. Redirects are often made
outside the CORS layer: by a proxy, by a middleware that was added later (`HTTPSRedirectMiddleware`), or by a login.

Why it matters: Every response on the way has to allow the page. The browser never requests the URL that the redirect
leads to, however good its CORS headers are; `fetch()` rejects with a TypeError, and the console reports a missing
`Access-Control-Allow-Origin` header.

Fault:

    from collections.abc import Awaitable, Callable

    from fastapi import FastAPI, Request, Response
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.responses import RedirectResponse

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.middleware("http")
    async def moved(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        return RedirectResponse("/items") if request.url.path == "/" else await call_next(request)

    @app.get("/items")
    def items() -> list[str]:
        return []

Fix: Add `CORSMiddleware` last, so that it is the outermost layer and adds its headers to redirects, too.

    from collections.abc import Awaitable, Callable

    from fastapi import FastAPI, Request, Response
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.responses import RedirectResponse

    app = FastAPI()

    @app.middleware("http")
    async def moved(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        return RedirectResponse("/items") if request.url.path == "/" else await call_next(request)

    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/items")
    def items() -> list[str]:
        return []

Or let the page request the final URL. In nginx, `add_header … always` also applies to redirects that nginx itself
sends. A redirect to a login page is no use to `fetch()`: answer API calls with 401 instead.

Similar faults: HDR403 (the redirect is fine, and the response after it fails the check), HDR202 (the preflight is
redirected), HDR107 (an error lacks the headers).

References: https://fetch.spec.whatwg.org/#http-fetch,
https://fetch.spec.whatwg.org/#concept-cors-check
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.records.route import RouteRecord
from hdrcli.rules.evidence import CORS_CHECK, TYPE_ERROR, Stage, blocked, redirect_lines
from hdrcli.rules.finding import Context, Fault, Severity
from hdrcli.rules.origins import near_miss
from hdrcli.rules.two_answers import is_lost

CODE = "HDR405"
NAME = "redirect-answer-without-cors"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#http-fetch"


def check(route: RouteRecord, context: Context) -> Iterator[Fault]:
    """Any failure of the CORS check, on an answer that is a redirect."""
    blocks = [block for block in blocked(route, context, CORS_CHECK, Stage.REDIRECT) if near_miss(route, block) is None]
    if blocks and not is_lost(route, "Access-Control-Allow-Origin"):
        credentials = any(block.fetch.credentials == "include" for block in blocks)
        names = ("Access-Control-Allow-Origin", *(("Access-Control-Allow-Credentials",) if credentials else ()))
        yield Fault(
            cause="",
            fetches=tuple(block.fetch for block in blocks),
            seen=redirect_lines((block.exchange for block in blocks), *names),
            javascript=(TYPE_ERROR, "The console speaks of CORS, and the URL that it leads to is never asked."),
            action=(
                "Have the page ask at once for the URL that the redirect leads to, or make the redirect inside of the "
                "CORS layer (in FastAPI, add CORSMiddleware last)"
            ),
            severity=Severity.ADVICE if context.default_page else None,
        )
