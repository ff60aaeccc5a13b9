"""A redirect turns the page's POST into a GET, so the service never gets the data.

Cause: The response to a POST is a redirect with status 301, 302 or 303. Browsers then request the new URL with GET, and
without the body. Usually the redirect is an accident: for a slash at the end, to https, or to another host name.

Why it matters: The page gets a response with status 200, often a list, and nothing was created. No error is reported
anywhere.

Check with: / -X POST --data x --origin https://app.example --credentials omit

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.responses import RedirectResponse

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], allow_methods=["*"])

    @app.post("/")
    def moved() -> RedirectResponse:
        return RedirectResponse("/items", status_code=301)

    @app.get("/items")
    def items() -> list[str]:
        return []

    @app.post("/items")
    def create() -> str:
        return "created"

Fix: Let the page request the final URL. Where a redirect has to remain, use 307 or 308, which keep method and body.

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.responses import RedirectResponse

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], allow_methods=["*"])

    @app.post("/")
    def moved() -> RedirectResponse:
        return RedirectResponse("/items", status_code=308)

    @app.get("/items")
    def items() -> list[str]:
        return []

    @app.post("/items")
    def create() -> str:
        return "created"

Django redirects with 301 if a slash is missing (`APPEND_SLASH`), and nginx does for directories. A 302 or 303 that
leads to the page of what was created is intended, and not reported.

Similar faults: HDR401 (a redirect for a slash that keeps the method), HDR409 (a redirect to a log-in page).

References: https://fetch.spec.whatwg.org/#http-redirect-fetch
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import followed_redirects
from hdrcli.rules.evidence.lines import redirect_lines
from hdrcli.rules.evidence.redirects import Redirect, Target, redirects
from hdrcli.rules.finding import Fault, Severity

CODE = "HDR407"
NAME = "method-changed-by-redirect"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#http-redirect-fetch"

_KEPT: Final = frozenset({"GET", "HEAD"})
_MOVED_PERMANENTLY: Final = 301


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for all; a 302 or 303 to a target that looks intended is none, and one to a log-in page HDR409."""
    if diagnosis.route.method in _KEPT:
        return
    found = [
        (fetch, redirect, following)
        for fetch in diagnosis.wanted
        for exchange, following in followed_redirects(fetch)
        if exchange.request.method != following.method and following.purpose == "request"
        for redirect in redirects([exchange])
        if _is_accident(redirect)
    ]
    if found:
        _, redirect, following = found[0]
        method = redirect.exchange.request.method
        yield Fault(
            variant=f"{redirect.response.status}",
            fetches=tuple(dict.fromkeys(fetch for fetch, _, _ in found)),
            evidence=redirect_lines(redirect.exchange for _, redirect, _ in found),
            impact=(
                f"The browser sends {following.method} {following.url}, without the body: {method} has no effect.",
            ),
            fix=f"Let the page send {method} to {following.url}, or redirect with status 308",
        )


def _is_accident(redirect: Redirect) -> bool:
    if redirect.target is Target.LOG_IN:
        return False
    return redirect.response.status == _MOVED_PERMANENTLY or redirect.target is not Target.OTHER
