"""`Server-Timing` is sent, and the page may not see it: `Timing-Allow-Origin` is missing.

What: the answer carries `Server-Timing` for a page of another origin, and no `Timing-Allow-Origin` that names the page
or `*`.

Why it matters: pages read `Server-Timing` from the performance timeline, not from the response's headers, so that the
expose list does not help. Without `Timing-Allow-Origin` the entry's `serverTiming` is empty, and its times are 0.

Fault:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def items(response: Response) -> list[str]:
        response.headers["Server-Timing"] = "db;dur=53"
        return []

Mend:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def items(response: Response) -> list[str]:
        response.headers["Server-Timing"] = "db;dur=53"
        response.headers["Timing-Allow-Origin"] = "https://app.example"
        return []

References: https://fetch.spec.whatwg.org/#concept-tao-check, https://w3c.github.io/server-timing/
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch import FilteredResponse
from hdrcli.fetch.headers import contains
from hdrcli.records.route import FetchRecord
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.lines import lines_of_fetches
from hdrcli.rules.finding import Fault, Severity

CODE = "HDR504"
NAME = "timing-allow-origin-missing"
SEVERITY = Severity.ADVICE
SPEC = "https://fetch.spec.whatwg.org/#concept-tao-check"


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for all pages that may not see it."""
    fetches = tuple(
        fetch
        for fetch, _, response in diagnosis.cors_responses
        if contains("Server-Timing", response.headers) and not _passed_the_check(fetch)
    )
    if fetches:
        yield Fault(
            fetches=fetches,
            evidence=lines_of_fetches(fetches, "Server-Timing", "Timing-Allow-Origin"),
            impact=('JavaScript gets an empty serverTiming from performance.getEntriesByType("resource").',),
            fix="Send Timing-Allow-Origin with the page's origin, or * if everybody may know, redirects included",
        )


def _passed_the_check(fetch: FetchRecord) -> bool:
    return isinstance(fetch.result, FilteredResponse) and fetch.result.timing_allow_passed
