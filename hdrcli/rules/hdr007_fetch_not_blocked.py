"""A fetch that should be blocked succeeds.

Cause: `--expect-blocked` states that browsers block this page's fetches, and the page can read the response.

Why it matters: A service that should be closed to other origins is open to this one: its list of allowed origins is
longer than intended, or a proxy adds `Access-Control-Allow-Origin: *`.

Check with: / --origin https://app.example --credentials omit --expect-blocked

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["*"])

    @app.get("/")
    def items() -> list[str]:
        return []

Fix: List only the origins that may read the service.

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://admin.example"])

    @app.get("/")
    def items() -> list[str]:
        return []

CORS doesn't keep requests away: the service still has to authenticate them. It keeps pages from reading the responses.

Similar faults: HDR502 (any origin is allowed with credentials), HDR513 (a pattern allows too much).

References: https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.lines import lines_of_responses
from hdrcli.rules.finding import Fault, Severity

CODE = "HDR007"
NAME = "fetch-not-blocked"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#concept-cors-check"


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault, only where blocked fetches are expected."""
    if not diagnosis.expects_blocked:
        return
    fetches = tuple(fetch for fetch in diagnosis.wanted if fetch.outcome == "readable")
    if fetches:
        exchanges = (fetch.exchanges[-1] for fetch in fetches)
        yield Fault(
            fetches=fetches,
            evidence=lines_of_responses(exchanges, "Access-Control-Allow-Origin"),
            impact=("JavaScript of this page can read the response.",),
            fix="Remove the page's origin from the allowed origins",
        )
