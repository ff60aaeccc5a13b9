"""The browser blocks the fetch, and no other rule explains why.

Cause: `fetch()` fails for a reason that the page itself has chosen or that no other rule covers: with
`redirect: "error"`, the response is a redirect; with `mode: "no-cors"`, the response has a
`Cross-Origin-Resource-Policy` that excludes the page; with `mode: "same-origin"`, the URL belongs to another origin.

Why it matters: `fetch()` rejects with a TypeError, and the page gets nothing. The evidence names the step of the
standard that failed.

Check with: / --origin https://app.example --credentials omit --redirect error

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.responses import RedirectResponse

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def items() -> RedirectResponse:
        return RedirectResponse("/items")

Fix: Change the option of `fetch()` that the response doesn't fit, or the response. If the fetch is meant to be blocked,
check it with `--expect-blocked`.

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def items() -> list[str]:
        return []

For `Cross-Origin-Resource-Policy`, send `cross-origin` if pages of other sites may load the resource.

Similar faults: HDR101 to HDR109 (the CORS check fails), HDR201 to HDR205 (the preflight fails), HDR406 (a redirect
can't be followed).

References: https://fetch.spec.whatwg.org/#main-fetch,
https://fetch.spec.whatwg.org/#cross-origin-resource-policy-header
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.fetch import REQUEST_ERRORS, TRANSPORT_FAILURES, Failure
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import TYPE_ERROR
from hdrcli.rules.evidence.lines import failure_sentences, lines_of_responses
from hdrcli.rules.finding import Fault, Severity

CODE = "HDR006"
NAME = "fetch-blocked"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#concept-main-fetch"
EXPLAINS: Final = frozenset(
    {
        Failure.REDIRECT_MODE_ERROR,
        Failure.RESOURCE_POLICY,
        Failure.SAME_ORIGIN_MODE,
        Failure.NO_CORS_REDIRECT_MODE,
        Failure.SCHEME_NOT_HTTP,
    }
)

_ELSEWHERE: Final = REQUEST_ERRORS | TRANSPORT_FAILURES
"""Failures that are no finding: the request is invalid, or there is no response."""

_FIXES: Final = {
    Failure.REDIRECT_MODE_ERROR: 'Let the page request the URL that the redirect leads to, or use redirect: "follow"',
    Failure.RESOURCE_POLICY: "Send Cross-Origin-Resource-Policy: cross-origin if pages of other sites may load this",
    Failure.SAME_ORIGIN_MODE: 'Request a URL of the page\'s own origin, or use mode: "cors"',
    Failure.NO_CORS_REDIRECT_MODE: 'Use redirect: "follow" with mode: "no-cors"',
}


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for each failure of a wanted fetch that no other rule reports: this rule is applied last."""
    for failure in diagnosis.failures.keys() - _ELSEWHERE:
        fetches = tuple(
            fetch
            for fetch in diagnosis.failing(failure)
            if fetch not in diagnosis.reported and not fetch.caller.for_comparison
        )
        if fetches:
            exchanges = [fetch.exchanges[-1] for fetch in fetches if fetch.exchanges]
            yield Fault(
                variant=failure,
                fetches=fetches,
                evidence=(
                    *lines_of_responses(exchanges, if_sent=("Location", "Cross-Origin-Resource-Policy")),
                    *failure_sentences(fetches),
                ),
                impact=(TYPE_ERROR,),
                fix=_FIXES.get(failure, "Correct the step that the evidence names, or check with --expect-blocked"),
            )
