"""Behind a redirect to another origin the browser sends `Origin: null`, and the service does not allow that.

What: a redirect led from an origin that is not the page's to yet another one, be it the page's own. From then on the
browser says `Origin: null` in place of the page's origin, and the answer fails the CORS check.

Why it matters: the answer's CORS settings may be faultless, and no list of origins helps: `null` in it would let any
sandboxed page in. Often the redirect is an accident, to another host name or port of the same service.

Fault:

    from fastapi import FastAPI, Request
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.responses import RedirectResponse

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def old(request: Request) -> RedirectResponse:
        other = "localhost" if request.url.hostname == "127.0.0.1" else "127.0.0.1"
        return RedirectResponse(request.url.replace(hostname=other, path="/new"))

    @app.get("/new")
    def items() -> list[str]:
        return []

Mend:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.responses import RedirectResponse

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def old() -> RedirectResponse:
        return RedirectResponse("/new")

    @app.get("/new")
    def items() -> list[str]:
        return []

References: https://fetch.spec.whatwg.org/#concept-request-tainted-origin
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch import Failure
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import CORS_CHECK, TYPE_ERROR, Stage, followed_redirects
from hdrcli.rules.evidence.lines import blocking_lines, redirect_lines
from hdrcli.rules.finding import Fault, Severity

CODE = "HDR403"
NAME = "redirect-with-null-origin"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#concept-request-tainted-origin"
EXPLAINS = frozenset({Failure.ALLOW_ORIGIN_MISSING, Failure.ALLOW_ORIGIN_MISMATCH})


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """Whatever the CORS check had to say, `Origin: null` is the cause."""
    blocks = diagnosis.blocked(CORS_CHECK, Stage.NULL_ORIGIN)
    if blocks:
        redirects = [exchange for block in blocks for exchange, _ in followed_redirects(block.fetch)]
        yield Fault(
            fetches=tuple(block.fetch for block in blocks),
            evidence=(
                *redirect_lines(redirects),
                *blocking_lines(blocks, "Access-Control-Allow-Origin"),
            ),
            impact=(TYPE_ERROR, 'The console speaks of the origin "null".'),
            fix="Have the page ask at once for the URL that the redirect leads to",
        )
