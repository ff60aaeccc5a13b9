"""The answer has no `Access-Control-Allow-Origin`: no page of another origin may read it.

What: a page of another origin asked, and the answer (or the answer to the preflight) does not have the header at all.
Either nothing sends CORS headers, or what sends them does not allow this page's origin: FastAPI's `CORSMiddleware`
leaves the header out for origins that it does not know.

Why it matters: the request was sent and answered, curl shows the answer, and the browser keeps all of it from the page.

Fault:

    from fastapi import FastAPI

    app = FastAPI()

    @app.get("/")
    def items() -> list[str]:
        return []

Mend:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def items() -> list[str]:
        return []

References: https://fetch.spec.whatwg.org/#http-access-control-allow-origin
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch import Failure
from hdrcli.records.route import RouteRecord
from hdrcli.rules.evidence import TYPE_ERROR, Stage, blocked, blocking_lines
from hdrcli.rules.finding import Context, Fault, Severity
from hdrcli.rules.origins import allowing_origin, near_miss
from hdrcli.rules.two_answers import is_lost

CODE = "HDR101"
NAME = "allow-origin-missing"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#concept-cors-check"


def check(route: RouteRecord, context: Context) -> Iterator[Fault]:
    """Answers that report an error have HDR107, redirects HDR405, origins nearly allowed HDR103, lost ones HDR511."""
    missing = blocked(route, context, {Failure.ALLOW_ORIGIN_MISSING}, Stage.PREFLIGHT, Stage.ANSWER)
    blocks = [block for block in missing if near_miss(route, block) is None]
    if not blocks or is_lost(route, "Access-Control-Allow-Origin"):
        return
    action, setting = allowing_origin(blocks, context)
    yield Fault(
        cause="",
        fetches=tuple(block.fetch for block in blocks),
        seen=blocking_lines(
            blocks,
            "Access-Control-Allow-Origin",
            if_sent=("Access-Control-Allow-Credentials", "Access-Control-Expose-Headers", "Vary"),
        ),
        javascript=(TYPE_ERROR,),
        action=action,
        setting=setting,
        severity=Severity.ADVICE if context.default_page else None,
    )
