"""The preflight is answered with a redirect, which browsers do not follow.

What: OPTIONS is answered with a status 3xx: a redirect to https, to a path with or without a slash at its end, to a
login page, to another version.

Why it matters: a preflight must be answered with 2xx by the very URL that was asked for. The request itself is never
sent, though without a preflight its redirect would have been followed.

Ask: -X PUT --origin https://app.example --credentials omit

Fault:

    from collections.abc import Awaitable, Callable

    from fastapi import FastAPI, Request, Response
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.responses import RedirectResponse

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], allow_methods=["PUT"])

    @app.middleware("http")
    async def moved(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        return RedirectResponse("/v2") if request.url.path == "/" else await call_next(request)

    @app.put("/v2")
    def save() -> None:
        pass

Mend:

    from collections.abc import Awaitable, Callable

    from fastapi import FastAPI, Request, Response
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.responses import RedirectResponse

    app = FastAPI()

    @app.middleware("http")
    async def moved(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        return RedirectResponse("/v2") if request.url.path == "/" else await call_next(request)

    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], allow_methods=["PUT"])

    @app.put("/v2")
    def save() -> None:
        pass

References: https://fetch.spec.whatwg.org/#cors-preflight-fetch
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch import Failure
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import CORS_CHECK, NEVER_SENT, Stage
from hdrcli.rules.evidence.lines import redirect_lines
from hdrcli.rules.finding import Fault, Severity

CODE = "HDR202"
NAME = "preflight-redirected"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#cors-preflight-fetch-0"
EXPLAINS = frozenset({Failure.PREFLIGHT_STATUS})


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for all routes: one layer redirects before the CORS layer responses."""
    blocks = diagnosis.blocked(CORS_CHECK | {Failure.PREFLIGHT_STATUS}, Stage.PREFLIGHT_REDIRECT)
    if not blocks:
        return
    yield Fault(
        variant="",
        fetches=tuple(block.fetch for block in blocks),
        evidence=redirect_lines((block.exchange for block in blocks), if_sent=("Server", "Via")),
        impact=(NEVER_SENT,),
        fix="Ask for the URL that Location names, or let the CORS layer response before the redirect (add it last)",
    )
