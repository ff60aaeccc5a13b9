"""The service answered with an error and without CORS headers: the console hides the error behind CORS.

What: the answer's status is 400 or more, and it has no `Access-Control-Allow-Origin`.

Why it matters: the browser reports CORS, and the real error is another: the page gets neither its status nor its body.
FastAPI answers an unhandled exception outside of all middleware that was added to the app, so that `CORSMiddleware`
never sees that answer, and `exception_handler(Exception)` does not help. Proxies, and middleware around the CORS
layer, answer errors of their own in the same way.

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def items() -> list[str]:
        raise RuntimeError("no database")

Mend:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    api = FastAPI()

    @api.get("/")
    def items() -> list[str]:
        raise RuntimeError("no database")

    app = CORSMiddleware(api, allow_origins=["https://app.example"])

References: https://fetch.spec.whatwg.org/#concept-cors-check
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.evidence import TYPE_ERROR, Blocked, Stage, blocked, blocking_lines
from hdrcli.fetch import Failure, HTTPResponse
from hdrcli.fetch.headers import get
from hdrcli.findings import Context, Fault, Severity
from hdrcli.model import RouteRecord
from hdrcli.rules.origins import near_miss

CODE = "HDR107"
NAME = "error-answer-without-cors"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#concept-cors-check"

_SERVER_ERROR = 500


_NO_SERVICE_BEHIND: Final = frozenset({502, 503, 504})


def check(route: RouteRecord, context: Context) -> Iterator[Fault]:
    """One fault for each status."""
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
    if _is_starlette_s_own(answer):
        return (
            "Wrap the whole app, so that this answer passes through CORSMiddleware, too: "
            "app = CORSMiddleware(app, ...); or handle the specific exception"
        )
    if (get("Server", answer.headers) or "").lower().startswith(("nginx", "openresty")):
        if answer.status in _NO_SERVICE_BEHIND:
            return "Start the service behind nginx; for its own errors nginx needs add_header ... always of its own"
        return 'Add "always" to each add_header of a CORS header: without it nginx leaves them out of most errors'
    if get("x-amzn-requestid", answer.headers) or get("x-amz-apigw-id", answer.headers):
        return "Add the CORS headers to the gateway responses DEFAULT_4XX and DEFAULT_5XX of API Gateway"
    return "Let the outermost layer add the CORS headers, so that answers with errors have them, too"


def _is_starlette_s_own(answer: HTTPResponse) -> bool:
    """The answer to an unhandled exception, "Internal Server Error" in plain text."""
    return (
        answer.status == _SERVER_ERROR
        and (get("Content-Type", answer.headers) or "").startswith("text/plain")
        and get("Content-Length", answer.headers) == "21"
    )
