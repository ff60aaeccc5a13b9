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
        yield _fault(allowed, blocks, diagnosis)


def _fault(allowed: str, blocks: list[Blocked], diagnosis: Diagnosis) -> Fault:
    pages = tuple(dict.fromkeys(str(block.fetch.page) for block in blocks))
    known = parse_origin(allowed)
    may_be_meant = known is not None and str(known) == allowed
    written = "in addition to" if may_be_meant else "in place of"
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
        fix_setting=Setting(concept="origins", values=(*pages, allowed) if may_be_meant else pages),
        severity=Severity.ADVICE if diagnosis.default_page else None,
    )
