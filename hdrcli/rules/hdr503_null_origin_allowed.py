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

from hdrcli.records.route import RouteRecord
from hdrcli.rules.evidence import answered
from hdrcli.rules.finding import Context, Fault, Severity
from hdrcli.rules.origins import allowed_with_credentials

CODE = "HDR503"
NAME = "null-origin-allowed"
SEVERITY = Severity.WARNING
SPEC = "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials"


def check(route: RouteRecord, context: Context) -> Iterator[Fault]:
    """Where every origin is allowed, HDR502 says it all."""
    probe = allowed_with_credentials(route, "null-origin")
    if probe is not None and allowed_with_credentials(route, "foreign-origin") is None:
        yield Fault(
            cause="",
            fetches=context.asked(route),
            seen=answered(probe.exchange, "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"),
            javascript=("JavaScript in any website's sandboxed frame gets this answer, asked for with credentials.",),
            action='Take "null" out of the allowed origins (or the pattern that matches it)',
        )
