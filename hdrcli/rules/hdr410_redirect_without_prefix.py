"""A redirect loses the path prefix that a proxy removes, and leads to a URL that does not exist.

Cause: A proxy takes a prefix such as `/api` away before it forwards a request, and the service doesn't know it. The
service therefore redirects `/api/items`, which it gets as `/items`, to `/items/`. For that path, the proxy has no
route, or another one.

Why it matters: The page gets the error of the proxy, or of another service. These mostly have no CORS headers, so the
console reports a CORS error, although CORS is not the problem. The URL with the right slash works, and so does the
service without the proxy.

Check with: /api/items --origin https://app.example --credentials omit

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware
    from starlette.types import Receive, Scope, Send

    service = FastAPI()
    service.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @service.get("/items/")
    def items() -> list[str]:
        return []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        before, _, path = scope.get("path", "").partition("/api/")
        await service({**scope, "path": f"/{path}" if path else f"/unknown{before}"}, receive, send)

Fix: Let the server know the prefix: `uvicorn --root-path /api` has it in the path and in `root_path`, as here. Or let
the page request the exact path, or declare the route as the page requests it, so that nothing is redirected.

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware
    from starlette.types import Receive, Scope, Send

    service = FastAPI()
    service.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @service.get("/items")
    def items() -> list[str]:
        return []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await service({**scope, "root_path": "/api"}, receive, send)

In Django, set `FORCE_SCRIPT_NAME`. For WSGI applications, let the proxy send `X-Forwarded-Prefix`, and use Werkzeug's
`ProxyFix(app, x_prefix=1)`. In Spring, set `server.forward-headers-strategy=framework`.

Similar faults: HDR401 (such a redirect leads to the right URL), HDR408 (a redirect leads to an internal host).

References: https://fetch.spec.whatwg.org/#http-redirect-fetch, https://fastapi.tiangolo.com/advanced/behind-a-proxy/
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import TYPE_ERROR
from hdrcli.rules.evidence.lines import redirect_lines
from hdrcli.rules.evidence.redirects import fix_of_redirect, last_redirect
from hdrcli.rules.finding import Fault, Severity

CODE = "HDR410"
NAME = "redirect-without-prefix"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#http-redirect-fetch"


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for all fetches that got an error there, whether or not the page can read it."""
    fetches = tuple(fetch for fetch in diagnosis.wanted if fetch in diagnosis.astray)
    redirects = [redirect for fetch in fetches if (redirect := last_redirect(fetch)) is not None]
    if redirects:
        is_blocked = any(fetch.outcome == "network-error" for fetch in fetches)
        yield Fault(
            fetches=fetches,
            evidence=redirect_lines(redirect.exchange for redirect in redirects),
            impact=(TYPE_ERROR if is_blocked else "JavaScript gets an error instead of the data.",),
            fix=fix_of_redirect(redirects[0]),
        )
