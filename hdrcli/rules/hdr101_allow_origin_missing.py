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
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import TYPE_ERROR, Stage
from hdrcli.rules.evidence.lines import blocking_lines
from hdrcli.rules.finding import Fault, Severity
from hdrcli.rules.origins import allowing_origin

CODE = "HDR101"
NAME = "allow-origin-missing"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#concept-cors-check"
EXPLAINS = frozenset({Failure.ALLOW_ORIGIN_MISSING})
SETTINGS = ("origins",)


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """Error responses are HDR107, redirects HDR405, nearly allowed origins HDR103, lost headers HDR511."""
    missing = diagnosis.blocked({Failure.ALLOW_ORIGIN_MISSING}, Stage.PREFLIGHT, Stage.RESPONSE)
    blocks = [block for block in missing if diagnosis.near_miss(block) is None]
    if not blocks or diagnosis.is_lost("Access-Control-Allow-Origin"):
        return
    fix, setting = allowing_origin(blocks, diagnosis)
    yield Fault(
        fetches=tuple(block.fetch for block in blocks),
        evidence=blocking_lines(
            blocks,
            "Access-Control-Allow-Origin",
            if_sent=("Access-Control-Allow-Credentials", "Access-Control-Expose-Headers", "Vary"),
        ),
        impact=(TYPE_ERROR,),
        fix=fix,
        fix_setting=setting,
        severity=Severity.ADVICE if diagnosis.default_page else None,
    )
