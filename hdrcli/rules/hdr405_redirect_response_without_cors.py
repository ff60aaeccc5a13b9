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
sends. A redirect to a login page is no use to `fetch()`: respond to API calls with 401 instead.

Similar faults: HDR403 (the redirect is fine, and the response after it fails the check), HDR202 (the preflight is
redirected), HDR107 (an error lacks the headers).

References: https://fetch.spec.whatwg.org/#http-fetch,
https://fetch.spec.whatwg.org/#concept-cors-check
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.fetch import Failure
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import TYPE_ERROR, Stage
from hdrcli.rules.evidence.lines import redirect_lines
from hdrcli.rules.evidence.redirects import last_redirect, variant_of_redirect
from hdrcli.rules.finding import Fault, Severity
from hdrcli.rules.refused import REDIRECT, refused_as
from hdrcli.stacks.setting import Setting

CODE = "HDR405"
NAME = "redirect-response-without-cors"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#http-fetch"
EXPLAINS = frozenset(
    {
        Failure.ALLOW_ORIGIN_MISSING,
        Failure.ALLOW_ORIGIN_MISMATCH,
        Failure.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS,
        Failure.ALLOW_CREDENTIALS_NOT_TRUE,
    }
)


_OTHER_FAILURES: Final = EXPLAINS - {Failure.ALLOW_ORIGIN_MISSING}


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """Any failure of the CORS check; a missing header only if the CORS layer allows the page elsewhere."""
    yield from refused_as(REDIRECT)(diagnosis)
    blocks = [
        block
        for block in diagnosis.blocked(_OTHER_FAILURES, Stage.REDIRECT)
        if diagnosis.near_miss(block) is None and block.fetch not in diagnosis.misled
    ]
    if blocks:
        credentials = any(block.fetch.credentials == "include" for block in blocks)
        names = ("Access-Control-Allow-Origin", *(("Access-Control-Allow-Credentials",) if credentials else ()))
        yield Fault(
            variant=variant_of_redirect(last_redirect(blocks[0].fetch)),
            fetches=tuple(block.fetch for block in blocks),
            evidence=redirect_lines((block.exchange for block in blocks), *names),
            impact=(TYPE_ERROR, "The browser doesn't request the URL that the redirect leads to."),
            fix="Let the page request the URL that the redirect leads to, or let the CORS layer cover the redirect",
            fix_setting=Setting(concept="outermost"),
        )
