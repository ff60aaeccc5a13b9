"""An error response has no CORS headers, so the browser reports CORS instead of the error.

Cause: The response's status is 400 or higher, and it has no `Access-Control-Allow-Origin`. FastAPI answers an unhandled
exception, and a body that exceeds `max_body_size`, outside all middleware that was added to the app, so
`CORSMiddleware` never sees that response. Proxies, and middleware around the CORS layer, answer errors of their own in
the same way.

Why it matters: The page gets a TypeError, with neither the status nor the body, and the console reports a missing
`Access-Control-Allow-Origin` header. The CORS settings are fine; the real problem is the error, which only the
service's log shows.

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def items() -> list[str]:
        raise RuntimeError("no database")

Fix: Correct the error first. To make future errors readable, wrap the whole app with the middleware instead of adding
it to the app.

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    api = FastAPI()

    @api.get("/")
    def items() -> list[str]:
        raise RuntimeError("no database")

    app = CORSMiddleware(api, allow_origins=["https://app.example"])

An `exception_handler(Exception)` does not help, because it runs outside the middleware, too; a handler for the specific
exception does. In nginx, `add_header` needs `always` to apply to error responses. For errors that a gateway makes (413,
502, 504), add the headers there.

Similar faults: HDR101 (successful responses lack the header, too), HDR108 (a 404 for an unknown path), HDR201 (the
preflight is answered with an error).

References: https://fetch.spec.whatwg.org/#concept-cors-check
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.fetch import Failure, HTTPResponse
from hdrcli.fetch.headers import get
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import TYPE_ERROR, Blocked, Stage
from hdrcli.rules.evidence.layers import is_nginx
from hdrcli.rules.evidence.lines import blocking_lines
from hdrcli.rules.finding import Fault, Severity
from hdrcli.stacks import ANY, recognise

CODE = "HDR107"
NAME = "error-response-without-cors"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#concept-cors-check"
EXPLAINS = frozenset({Failure.ALLOW_ORIGIN_MISSING})

_CRASHED: Final = 500
_OUTSIDE_OF_MIDDLEWARE: Final = frozenset({413, _CRASHED})
_NO_SERVICE_BEHIND: Final = frozenset({502, 503, 504})
_OUTERMOST: Final = {
    "starlette": "Make CORSMiddleware the outermost layer: add it last, or have it first in middleware=[...]",
    "django": "Put corsheaders.middleware.CorsMiddleware first in MIDDLEWARE: what responses here stands before it",
    "flask": "Handle the error, or run Flask without debug mode: there Flask-CORS leaves what nobody handles alone",
    "express": "Call app.use(cors(...)) before everything else that responses",
    ANY.name: "Let the outermost layer add the CORS headers, so that responses with errors have them, too",
    "spring": "Have the security chain do CORS, by http.cors(...): it responses before the routes' own CORS",
}
"""Stack -> how its CORS layer gets to see all responses."""


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for each status."""
    if diagnosis.is_lost("Access-Control-Allow-Origin"):
        return  # HDR511
    by_status: dict[int, list[Blocked]] = {}
    for block in diagnosis.blocked({Failure.ALLOW_ORIGIN_MISSING}, Stage.ERROR):
        if diagnosis.near_miss(block) is None:
            by_status.setdefault(block.response.status, []).append(block)
    for status, blocks in by_status.items():
        yield Fault(
            variant=f"{status}",
            fetches=tuple(block.fetch for block in blocks),
            evidence=blocking_lines(
                blocks,
                "Access-Control-Allow-Origin",
                if_sent=("Server", "Via", "Content-Type", "Content-Length"),
            ),
            impact=(f"Your browser will report CORS; the real error is {status}.", TYPE_ERROR),
            fix=_fix(blocks[0].response),
            severity=Severity.WARNING if diagnosis.default_page else None,
        )


def _fix(response: HTTPResponse) -> str:
    if is_nginx(response):
        if response.status in _NO_SERVICE_BEHIND:
            return "Start the service behind nginx; for its own errors nginx needs add_header ... always of its own"
        return (
            'Have nginx add the CORS headers, with "always" behind each add_header: without it they are left out of '
            "most errors, and nginx's own errors never have the service's"
        )
    if get("x-amzn-requestid", response.headers) or get("x-amz-apigw-id", response.headers):
        return "Add the CORS headers to the gateway responses DEFAULT_4XX and DEFAULT_5XX of API Gateway"
    name = recognise([response]).name
    if name == "starlette" and response.status in _OUTSIDE_OF_MIDDLEWARE:
        return (
            "Wrap the whole app, so that this response passes through CORSMiddleware, too: "
            f"app = CORSMiddleware(app, ...); FastAPI responses {response.status} outside of all middleware given to it"
        )
    if name == "flask" and response.status != _CRASHED:
        name = ANY.name
    return _OUTERMOST.get(name, _OUTERMOST[ANY.name])
