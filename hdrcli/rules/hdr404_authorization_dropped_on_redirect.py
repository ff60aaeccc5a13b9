"""A redirect to another origin makes the browser drop the page's `Authorization` header.

Cause: The page sets `Authorization`, and the response is a redirect to another scheme, host or port. Browsers remove
the header there, because the new origin may not be entitled to it.

Why it matters: The second request arrives without the header, and gets a 401, or a response as if nobody were logged
in. Postman, and curl with `--location-trusted`, keep the header, so the same call works there.

Check with: / --origin https://app.example --credentials omit -H "Authorization: Bearer 7f3a"

Fault:

    from fastapi import FastAPI, Request
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.responses import RedirectResponse

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_headers=["Authorization"])

    @app.get("/")
    def old(request: Request) -> RedirectResponse:
        other = "localhost" if request.url.hostname == "127.0.0.1" else "127.0.0.1"
        return RedirectResponse(request.url.replace(hostname=other, path="/new"))

    @app.get("/new")
    def items() -> list[str]:
        return []

Fix: Redirect within the origin, or let the page request the final URL.

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.responses import RedirectResponse

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_headers=["Authorization"])

    @app.get("/")
    def old() -> RedirectResponse:
        return RedirectResponse("/new")

    @app.get("/new")
    def items() -> list[str]:
        return []

If the redirect changes http to https, or an internal host name to a public one, let the proxy pass on `Host` and
`X-Forwarded-Proto`, and the service trust them (uvicorn: `--proxy-headers`).

Similar faults: HDR403 (the CORS check fails after the redirect), HDR602 (a cookie is not sent).

References: https://fetch.spec.whatwg.org/#http-redirect-fetch
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch.headers import contains
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import followed_redirects
from hdrcli.rules.evidence.lines import redirect_lines
from hdrcli.rules.evidence.redirects import fix_of_redirect, last_redirect
from hdrcli.rules.finding import Fault, Severity

CODE = "HDR404"
NAME = "authorization-dropped-on-redirect"
SEVERITY = Severity.WARNING
SPEC = "https://fetch.spec.whatwg.org/#http-redirect-fetch"


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """Whether or not the request without it succeeds."""
    found = [
        (fetch, exchange)
        for fetch in diagnosis.redirected
        for exchange, following in followed_redirects(fetch)
        if contains("Authorization", exchange.request.headers) and exchange.request.url.origin != following.url.origin
    ]
    if found:
        yield Fault(
            fetches=tuple(dict.fromkeys(fetch for fetch, _ in found)),
            evidence=redirect_lines(exchange for _, exchange in found),
            impact=("JavaScript gets the response to a request without Authorization.",),
            fix=fix_of_redirect(last_redirect(found[0][0])),
        )
