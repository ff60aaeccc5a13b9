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

from hdrcli.fetch import Failure, parse_origin
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import REFUSED_ORIGIN, TYPE_ERROR, Blocked, Stage
from hdrcli.rules.evidence.lines import blocking_lines
from hdrcli.rules.evidence.origins import how_origin_differs
from hdrcli.rules.finding import Fault, Severity
from hdrcli.stacks.setting import Setting

CODE = "HDR103"
NAME = "origin-near-miss"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#concept-cors-check"
EXPLAINS = frozenset({Failure.ALLOW_ORIGIN_MISSING, Failure.ALLOW_ORIGIN_MISMATCH})
SETTINGS = ("origins",)


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for each origin that is allowed in place of the page's."""
    stages = (Stage.PREFLIGHT, Stage.PREFLIGHT_STATUS, Stage.REDIRECT, Stage.ERROR, Stage.RESPONSE)
    by_origin: dict[str, list[Blocked]] = {}
    for block in diagnosis.blocked(REFUSED_ORIGIN, *stages):
        allowed = diagnosis.near_miss(block)
        if allowed is not None:
            by_origin.setdefault(allowed, []).append(block)
    for allowed, blocks in by_origin.items():
        yield _fault(allowed, blocks)


def _fault(allowed: str, blocks: list[Blocked]) -> Fault:
    pages = tuple(dict.fromkeys(str(block.fetch.page) for block in blocks))
    known = parse_origin(allowed)
    may_be_meant = known is not None and str(known) == allowed
    written = "in addition to" if may_be_meant else "instead of"
    differences = (how_origin_differs(block.fetch.page, allowed) for block in blocks)
    return Fault(
        variant=allowed,
        fetches=tuple(block.fetch for block in blocks),
        evidence=(
            *blocking_lines(blocks, "Access-Control-Allow-Origin"),
            *(f'"{allowed}" is allowed; it differs by {difference}' for difference in dict.fromkeys(differences)),
        ),
        impact=(TYPE_ERROR,),
        fix=f'Write the origin as browsers send it, {written} "{allowed}"',
        fix_setting=_setting(pages, allowed, may_be_meant=may_be_meant),
    )


def _setting(pages: tuple[str, ...], allowed: str, *, may_be_meant: bool) -> Setting:
    values = (*pages, allowed) if may_be_meant else pages
    return Setting(concept="origins", values=values, operation="add", complete=False)
