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

from collections.abc import Sequence
from typing import Final

from hdrcli.fetch import Failure
from hdrcli.records.route import FetchRecord
from hdrcli.rules.by_failure import by_failure
from hdrcli.rules.evidence.lines import redirect_lines
from hdrcli.rules.finding import Severity

CODE = "HDR406"
NAME = "redirect-not-followed"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#http-redirect-fetch"

_FIXES: Final = {
    Failure.REDIRECT_LIMIT: "Break the loop: let the last URL of the chain respond with something else than a redirect.",
    Failure.REDIRECT_SCHEME: "Redirect to an http or https URL, or open this URL as a link.",
    Failure.REDIRECT_WITH_CREDENTIALS: "Remove the user name and password from Location; pages send Authorization.",
    Failure.REDIRECT_LOCATION_UNPARSABLE: "Send one Location header with one URL.",
}
EXPLAINS: Final = frozenset(_FIXES)


def _redirects(fetches: Sequence[FetchRecord]) -> tuple[str, ...]:
    return redirect_lines(fetch.exchanges[-1] for fetch in fetches)


check = by_failure(_FIXES, evidence=_redirects)
