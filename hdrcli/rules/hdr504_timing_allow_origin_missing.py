"""`Server-Timing` is sent, but `Timing-Allow-Origin` does not allow the page to see it.

Cause: The response to a page of another origin has `Server-Timing`, and no `Timing-Allow-Origin` that names the page's
origin or `*`.

Why it matters: Pages read `Server-Timing` from the performance timeline, not from the response's headers, so exposing
it does not help. Without `Timing-Allow-Origin`, the entry's `serverTiming` is empty, and most of its times are 0.

Fault:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def items(response: Response) -> list[str]:
        response.headers["Server-Timing"] = "db;dur=53"
        return []

Fix: Send `Timing-Allow-Origin` next to `Server-Timing`. `CORSMiddleware` has no setting for it: set it in the endpoint
or in a middleware.

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def items(response: Response) -> list[str]:
        response.headers["Server-Timing"] = "db;dur=53"
        response.headers["Timing-Allow-Origin"] = "https://app.example"
        return []

In nginx, write `add_header Timing-Allow-Origin "https://app.example" always;`. Unless timings reveal something, `*` is
fine.

Similar faults: HDR301 (a header that pages read from `response.headers`).

References: https://fetch.spec.whatwg.org/#concept-tao-check,
https://w3c.github.io/server-timing/
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
    """One fault for all pages that it is hidden from."""
    if "server-timing" not in diagnosis.names:
        return
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
            fix="Send Timing-Allow-Origin with the page's origin, or with * if the timings are public",
        )


def _passed_the_check(fetch: FetchRecord) -> bool:
    return isinstance(fetch.result, FilteredResponse) and fetch.result.timing_allow_passed
