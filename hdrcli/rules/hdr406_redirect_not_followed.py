"""The redirect cannot be followed: a loop, an unsupported scheme, a password or an invalid URL.

Cause: The response is a redirect that browsers give up on. It is one more than the 20 that they follow, mostly because
of a loop; or its `Location` has a scheme other than http and https, holds a user name or password, or is not a valid
URL.

Why it matters: `fetch()` rejects with the same TypeError as for every other failure. The console's message depends on
the cause: Chromium reports `net::ERR_TOO_MANY_REDIRECTS`, `net::ERR_UNSAFE_REDIRECT` or "contains a username and
password".

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.responses import RedirectResponse

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def items() -> RedirectResponse:
        return RedirectResponse("/")

Fix: Correct the redirect's target.

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

Loops mostly arise between two layers that disagree: one redirects http to https and the other the reverse, or one adds
a slash at the end and the other removes it. Look at each hop with `hdrcli check URL --verbose`.

Similar faults: HDR402 (the redirect leads to http), HDR401 (a redirect for a slash, which works).

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
    Failure.REDIRECT_LIMIT: "Break the loop: the last URL of the chain must not redirect",
    Failure.REDIRECT_SCHEME: "Redirect to an http or https URL, or let the page open this URL as a link",
    Failure.REDIRECT_WITH_CREDENTIALS: "Remove the user name and password from Location: pages send Authorization",
    Failure.REDIRECT_LOCATION_UNPARSABLE: "Send one Location header with one URL",
}
EXPLAINS: Final = frozenset(_FIXES)


def _redirects(fetches: Sequence[FetchRecord]) -> tuple[str, ...]:
    return redirect_lines(fetch.exchanges[-1] for fetch in fetches)


check = by_failure(_FIXES, evidence=_redirects)
