"""The origin `null` is allowed with credentials, so any sandboxed frame can read the responses.

Cause: The response to a request with `Origin: null` has `Access-Control-Allow-Origin: null` and
`Access-Control-Allow-Credentials: true`.

Why it matters: `null` is not the origin of one particular page. Any website can send requests from a sandboxed frame,
which has this origin, with the user's cookies as far as the browser sends them, and read the responses. No page fails,
so nobody notices.

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example", "null"], allow_credentials=True)

    @app.get("/")
    def items() -> list[str]:
        return []

Fix: Remove `null` from the list.

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], allow_credentials=True)

    @app.get("/")
    def items() -> list[str]:
        return []

It usually gets there for one of two reasons. For a page that is opened as a local file, serve it over http instead, for
example with `python -m http.server`. For a redirect to another origin, request the final URL (see HDR403).

Similar faults: HDR502 (every origin is allowed).

References: https://w3c.github.io/webappsec-cors-for-developers/#avoid-returning-access-control-allow-origin-null
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.origins import allowed_with_credentials
from hdrcli.rules.finding import Fault, Severity
from hdrcli.rules.origins import too_permissive

CODE = "HDR503"
NAME = "null-origin-allowed"
SEVERITY = Severity.WARNING
SPEC = "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials"


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """Where every origin is allowed, HDR502 covers it."""
    probe = allowed_with_credentials(diagnosis.route, "null-origin")
    if probe is not None and allowed_with_credentials(diagnosis.route, "foreign-origin") is None:
        yield too_permissive(
            diagnosis,
            probe.exchange,
            impact="JavaScript in a sandboxed frame of any website can read this response with the user's cookies.",
            fix='Remove "null" from the allowed origins, or the pattern that matches it',
        )
