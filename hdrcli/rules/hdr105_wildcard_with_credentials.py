"""`Access-Control-Allow-Origin: *` does not allow requests with credentials.

Cause: The page sends the request with `credentials: "include"` (cookies, HTTP authentication or a client certificate),
and the response allows `*`. hdrcli also reports the combination of `*` with `Access-Control-Allow-Credentials: true`,
which can never work together.

Why it matters: With credentials, a response must name the page's origin; `*` is then not a wildcard, but a value that
equals no origin. The browser withholds the response, and Chromium's console reports that the value "must not be the
wildcard '*' when the request's credentials mode is 'include'". Requests without credentials still work, so the fault
often appears only after somebody logs in.

Check with: --origin https://app.example --credentials include

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["*"])

    @app.get("/")
    def items() -> list[str]:
        return []

Fix: List the origins of your pages, and allow credentials.

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], allow_credentials=True)

    @app.get("/")
    def items() -> list[str]:
        return []

If the service identifies its users only by a token in `Authorization`, it doesn't need credentials in this sense: keep
`*` and remove `credentials: "include"` (axios: `withCredentials`) from the page. Don't copy every `Origin` into the
response instead: see HDR502.

Similar faults: HDR106 (the origin is right, `Access-Control-Allow-Credentials` is not), HDR303 (`*` in the expose list
with credentials).

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

_CREDENTIALS = "access-control-allow-credentials"
_SHOWN = ("Access-Control-Allow-Origin", "Access-Control-Allow-Credentials")


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """An error for a page that sends credentials, a warning where the response only allows them."""
    failures = {Failure.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS}
    blocks = diagnosis.blocked(failures, Stage.PREFLIGHT, Stage.ERROR, Stage.RESPONSE)
    if not blocks:
        yield from _allowed_for_all(diagnosis)
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
    allows = all(get("Access-Control-Allow-Credentials", block.response.headers) == "true" for block in blocks)
    if allows:
        return 'Name the page\'s origin in place of "*"'
    return 'Send Access-Control-Allow-Credentials: true, and name the page\'s origin in place of "*"'


def _allowed_for_all(diagnosis: Diagnosis) -> Iterator[Fault]:
    if _CREDENTIALS not in diagnosis.names or diagnosis.is_lost(_SHOWN[0]):
        return
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
            impact=('With credentials: "include", fetch() rejects with a TypeError; without, it works.',),
            fix='Name the origins that may send credentials in place of "*", or stop allowing credentials',
            severity=Severity.WARNING,
        )
