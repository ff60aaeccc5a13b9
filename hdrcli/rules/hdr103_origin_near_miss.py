"""The page's origin is refused, although an almost identical origin is allowed.

Cause: The allowed origin differs from the page's in a slash at the end, upper case, the default port, another port, the
scheme, `www.`, or `localhost` instead of `127.0.0.1`. Either the response names that origin, or hdrcli found it by
sending requests with such origins.

Why it matters: Origins are compared byte by byte, and browsers write them in one form only: scheme and host in lower
case, the port unless it is the default one, no slash at the end. The list looks right, and the page is still blocked
with a TypeError. Settings classes that parse URLs, such as pydantic's `AnyHttpUrl`, add the slash by themselves.

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example/"])

    @app.get("/")
    def items() -> list[str]:
        return []

Fix: Write the origin as the browser sends it. If it comes from a setting of type `AnyHttpUrl`, convert it with
`str(url).rstrip("/")`, or declare the setting as `str`.

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def items() -> list[str]:
        return []

For other differences, add the second origin to the list: `http://localhost:3000` and `http://127.0.0.1:3000` are
different origins, and so are http and https.

Similar faults: HDR102, if the allowed origin is an unrelated one; HDR101, if no similar origin is allowed.

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
