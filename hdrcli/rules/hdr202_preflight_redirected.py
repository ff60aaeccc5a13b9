"""The response to the preflight is a redirect, which browsers do not follow.

Cause: The response to the OPTIONS request has a 3xx status: a redirect to https, to a path with or without a slash at
the end, to a login page, or to another version of the API.

Why it matters: The URL itself must respond to the preflight with a 2xx status. After a redirect, the browser does not
send the actual request, and `fetch()` rejects with a TypeError; Chromium's console reports "Redirect is not allowed for
a preflight request". Requests that need no preflight, such as a plain GET, follow the same redirect without trouble, so
only some calls fail.

Check with: -X PUT --origin https://app.example --credentials omit

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

Fix: Let the page request the final URL. Or let the CORS layer respond to preflights before anything redirects: in
FastAPI, add `CORSMiddleware` after the middleware that redirects, so that it becomes the outer one.

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

If a proxy redirects from http to https, the page should use the https URL. If FastAPI redirects for a slash at the end,
see HDR401.

Similar faults: HDR405 (the actual request is redirected, and the redirect lacks CORS headers), HDR201 (the response to
the preflight has an error status).

References: https://fetch.spec.whatwg.org/#cors-preflight-fetch
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch import Failure
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import CORS_CHECK, Blocked, Stage, impact_of_preflights
from hdrcli.rules.evidence.lines import redirect_lines
from hdrcli.rules.evidence.redirects import fix_of_redirect, last_redirect, variant_of_redirect
from hdrcli.rules.finding import Fault, Severity
from hdrcli.stacks.setting import Setting

CODE = "HDR202"
NAME = "preflight-redirected"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#cors-preflight-fetch-0"
EXPLAINS = frozenset({Failure.PREFLIGHT_STATUS})


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for each kind of target: one layer redirects before the CORS layer responds."""
    by_variant: dict[str, list[Blocked]] = {}
    for block in diagnosis.blocked(CORS_CHECK | {Failure.PREFLIGHT_STATUS}, Stage.PREFLIGHT_REDIRECT):
        by_variant.setdefault(variant_of_redirect(last_redirect(block.fetch)), []).append(block)
    for variant, blocks in by_variant.items():
        yield Fault(
            variant=variant,
            fetches=tuple(block.fetch for block in blocks),
            evidence=redirect_lines((block.exchange for block in blocks), if_sent=("Server", "Via")),
            impact=(impact_of_preflights(blocks),),
            fix=f"{fix_of_redirect(last_redirect(blocks[0].fetch))}. Or let the CORS layer respond to preflights first",
            fix_setting=Setting(concept="preflights-first"),
        )
