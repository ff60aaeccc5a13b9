"""The redirect cannot be followed: too many, another scheme, a password, no URL.

What: the answer is a redirect that browsers give up on. It is one more than the 20 that they follow (mostly a loop), or
`Location` leads to no http or https URL, holds a user name or password, or is no URL at all.

Why it matters: the page gets the same TypeError as for everything else.

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.responses import RedirectResponse

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def items() -> RedirectResponse:
        return RedirectResponse("/")

Mend:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.responses import RedirectResponse

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def old() -> RedirectResponse:
        return RedirectResponse("/items")

    @app.get("/items")
    def items() -> list[str]:
        return []

References: https://fetch.spec.whatwg.org/#http-redirect-fetch
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from hdrcli.fetch import Failure
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.rules.by_failure import faults_by_failure
from hdrcli.rules.evidence import redirect_lines
from hdrcli.rules.finding import Context, Fault, Severity

CODE = "HDR406"
NAME = "redirect-not-followed"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#http-redirect-fetch"

_ACTIONS: Final = {
    Failure.REDIRECT_LIMIT: "Break the loop: have the last URL of the chain answer.",
    Failure.REDIRECT_SCHEME: "Redirect to an http or https URL, or have the page open this one as a link.",
    Failure.REDIRECT_WITH_CREDENTIALS: "Take the user name and password out of Location; pages send Authorization.",
    Failure.REDIRECT_LOCATION_UNPARSABLE: "Send one Location, with a URL.",
}


def check(route: RouteRecord, context: Context) -> Iterator[Fault]:
    """One fault for each way of it."""
    return faults_by_failure(route, context, _ACTIONS, seen=_redirects)


def _redirects(fetches: Sequence[FetchRecord]) -> tuple[str, ...]:
    return redirect_lines(fetch.exchanges[-1] for fetch in fetches)
