"""The page's origin is refused, and one that nearly equals it is allowed.

What: the allowed origin differs from the page's by a slash at the end, upper case, the default port, another port, the
scheme, `www.`, or `localhost` against `127.0.0.1`. It stands in the answer, or hdrcli found it by asking with such an
origin.

Why it matters: an origin is compared byte by byte, and browsers write it one way alone: scheme and host in lower case,
the port unless it is the default one, no slash. Settings that parse URLs (pydantic's `AnyHttpUrl`) add the slash
unasked.

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example/"])

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

References: https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch import parse_origin
from hdrcli.records.route import RouteRecord
from hdrcli.rules.evidence import REFUSED_ORIGIN, TYPE_ERROR, Blocked, Stage, blocked, blocking_lines
from hdrcli.rules.finding import Context, Fault, Severity
from hdrcli.rules.origins import how_origin_differs, near_miss
from hdrcli.stacks.setting import Setting

CODE = "HDR103"
NAME = "origin-near-miss"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#concept-cors-check"


def check(route: RouteRecord, context: Context) -> Iterator[Fault]:
    """One fault for each origin that is allowed in place of the page's."""
    stages = (Stage.PREFLIGHT, Stage.PREFLIGHT_STATUS, Stage.REDIRECT, Stage.ERROR, Stage.ANSWER)
    by_origin: dict[str, list[Blocked]] = {}
    for block in blocked(route, context, REFUSED_ORIGIN, *stages):
        allowed = near_miss(route, block)
        if allowed is not None:
            by_origin.setdefault(allowed, []).append(block)
    for allowed, blocks in by_origin.items():
        yield _fault(allowed, blocks, context)


def _fault(allowed: str, blocks: list[Blocked], context: Context) -> Fault:
    pages = tuple(dict.fromkeys(str(block.fetch.page) for block in blocks))
    known = parse_origin(allowed)
    may_be_meant = known is not None and str(known) == allowed
    written = "beside" if may_be_meant else "in place of"
    differences = (how_origin_differs(block.fetch.page, allowed) for block in blocks)
    return Fault(
        cause=allowed,
        fetches=tuple(block.fetch for block in blocks),
        seen=(
            *blocking_lines(blocks, "Access-Control-Allow-Origin"),
            *(f'"{allowed}" is allowed; it differs by {difference}' for difference in dict.fromkeys(differences)),
        ),
        javascript=(TYPE_ERROR,),
        action=f'Write the origin as browsers send it, {written} "{allowed}"',
        setting=Setting(concept="origins", values=(*pages, allowed) if may_be_meant else pages),
        severity=Severity.ADVICE if context.default_page else None,
    )
