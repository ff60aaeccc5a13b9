"""The origin `null` is allowed with credentials: any sandboxed frame may read the answers.

What: a request with `Origin: null` is answered by `Access-Control-Allow-Origin: null` and
`Access-Control-Allow-Credentials: true`.

Why it matters: `null` is nobody's origin, and anybody's: each website can ask from a sandboxed frame, with the user's
cookies where the browser sends them, and read the answer. It gets into lists for local files and for redirects, and
there are better ways for both: a web server, and URLs that need no redirect.

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example", "null"], allow_credentials=True)

    @app.get("/")
    def items() -> list[str]:
        return []

Mend:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], allow_credentials=True)

    @app.get("/")
    def items() -> list[str]:
        return []

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
            impact="JavaScript in any website's sandboxed frame can read this response, requested with credentials.",
            fix='Remove "null" from the allowed origins, or the pattern that matches it',
        )
