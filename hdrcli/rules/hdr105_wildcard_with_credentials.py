"""`Access-Control-Allow-Origin: *` does not count for requests with credentials.

What: the page asks with `credentials: "include"` and the answer allows `*`; or nobody does yet, but the answer has both
`*` and `Access-Control-Allow-Credentials: true`, which never work together.

Why it matters: with cookies, an answer must name the page's origin. Requests without credentials go through, so that
the fault shows only when somebody logs in.

Ask: --origin https://app.example --credentials include

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["*"])

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

References: https://fetch.spec.whatwg.org/#cors-protocol-and-credentials
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hdrcli.fetch import Failure
from hdrcli.fetch.headers import get
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import TYPE_ERROR, Blocked, Stage
from hdrcli.rules.evidence.lines import blocking_lines, lines_of_responses
from hdrcli.rules.finding import Fault, Severity
from hdrcli.stacks.setting import Setting

CODE = "HDR105"
NAME = "wildcard-with-credentials"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials"
EXPLAINS = frozenset({Failure.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS})
SETTINGS = ("origins",)

_SHOWN = ("Access-Control-Allow-Origin", "Access-Control-Allow-Credentials")


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """An error for a page that asks with credentials, a warning where they are merely promised."""
    failures = {Failure.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS}
    blocks = diagnosis.blocked(failures, Stage.PREFLIGHT, Stage.ERROR, Stage.RESPONSE)
    if not blocks:
        yield from _promised(diagnosis)
        return
    pages = dict.fromkeys(str(block.fetch.page) for block in blocks if not block.fetch.page.is_opaque)
    yield Fault(
        variant="",
        fetches=tuple(block.fetch for block in blocks),
        evidence=blocking_lines(blocks, *_SHOWN),
        impact=(TYPE_ERROR,),
        fix=_fix(blocks),
        fix_setting=Setting(concept="origins", values=tuple(pages)) if pages else None,
    )


def _fix(blocks: Sequence[Blocked]) -> str:
    promised = all(get("Access-Control-Allow-Credentials", block.response.headers) == "true" for block in blocks)
    if promised:
        return 'Name the page\'s origin in place of "*"'
    return 'Send Access-Control-Allow-Credentials: true, and name the page\'s origin in place of "*"'


def _promised(diagnosis: Diagnosis) -> Iterator[Fault]:
    found = [
        (fetch, exchange)
        for fetch, exchange, response in diagnosis.cors_responses
        if get("Access-Control-Allow-Origin", response.headers) == "*"
        and get("Access-Control-Allow-Credentials", response.headers) == "true"
    ]
    if found:
        yield Fault(
            variant="",
            fetches=tuple(fetch for fetch, _ in found),
            evidence=lines_of_responses((exchange for _, exchange in found), *_SHOWN),
            impact=('With credentials: "include", fetch() is rejected with a TypeError; without, it works.',),
            fix='Name the origins that may send credentials in place of "*", or stop allowing credentials',
            severity=Severity.WARNING,
        )
