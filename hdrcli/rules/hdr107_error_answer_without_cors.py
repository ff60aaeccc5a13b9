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
from hdrcli.records.route import RouteRecord
from hdrcli.rules.evidence import TYPE_ERROR, Blocked, Stage, blocked, blocking_lines, is_nginx
from hdrcli.rules.finding import Context, Fault, Severity
from hdrcli.rules.origins import near_miss
from hdrcli.rules.two_answers import is_lost
from hdrcli.stacks import ANY, recognise

CODE = "HDR107"
NAME = "error-answer-without-cors"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#concept-cors-check"

_CRASHED: Final = 500
_OUTSIDE_OF_MIDDLEWARE: Final = frozenset({413, _CRASHED})
_NO_SERVICE_BEHIND: Final = frozenset({502, 503, 504})
_OUTERMOST: Final = {
    "starlette": "Make CORSMiddleware the outermost layer: add it last, or have it first in middleware=[...]",
    "django": "Put corsheaders.middleware.CorsMiddleware first in MIDDLEWARE: what answers here stands before it",
    "flask": "Handle the error, or run Flask without debug mode: there Flask-CORS leaves what nobody handles alone",
    "express": "Call app.use(cors(...)) before everything else that answers",
    ANY.name: "Let the outermost layer add the CORS headers, so that answers with errors have them, too",
    "spring": "Have the security chain do CORS, by http.cors(...): it answers before the routes' own CORS",
}
"""Stack -> how its CORS layer gets to see all answers."""


def check(route: RouteRecord, context: Context) -> Iterator[Fault]:
    """One fault for each status."""
    if is_lost(route, "Access-Control-Allow-Origin"):
        return  # HDR511
    by_status: dict[int, list[Blocked]] = {}
    for block in blocked(route, context, {Failure.ALLOW_ORIGIN_MISSING}, Stage.ERROR):
        if near_miss(route, block) is None:
            by_status.setdefault(block.answer.status, []).append(block)
    for status, blocks in by_status.items():
        yield Fault(
            cause=f"{status}",
            fetches=tuple(block.fetch for block in blocks),
            seen=blocking_lines(
                blocks,
                "Access-Control-Allow-Origin",
                if_sent=("Server", "Via", "Content-Type", "Content-Length"),
            ),
            javascript=(f"Your browser will report CORS; the real error is {status}.", TYPE_ERROR),
            action=_action(blocks[0].answer),
            severity=Severity.WARNING if context.default_page else None,
        )


def _action(answer: HTTPResponse) -> str:
    if is_nginx(answer):
        if answer.status in _NO_SERVICE_BEHIND:
            return "Start the service behind nginx; for its own errors nginx needs add_header ... always of its own"
        return (
            'Have nginx add the CORS headers, with "always" behind each add_header: without it they are left out of '
            "most errors, and nginx's own errors never have the service's"
        )
    if get("x-amzn-requestid", answer.headers) or get("x-amz-apigw-id", answer.headers):
        return "Add the CORS headers to the gateway responses DEFAULT_4XX and DEFAULT_5XX of API Gateway"
    name = recognise([answer]).name
    if name == "starlette" and answer.status in _OUTSIDE_OF_MIDDLEWARE:
        return (
            "Wrap the whole app, so that this answer passes through CORSMiddleware, too: "
            f"app = CORSMiddleware(app, ...); FastAPI answers {answer.status} outside of all middleware given to it"
        )
    if name == "flask" and answer.status != _CRASHED:
        name = ANY.name
    return _OUTERMOST.get(name, _OUTERMOST[ANY.name])
