"""`Access-Control-Allow-Credentials` is not `true`, to the letter.

What: the page asks with `credentials: "include"`, and the answer lacks the header or has another value; or nobody does
yet, but the value is one that no browser takes, such as `True`, `1`, or `true` in two lines.

Why it matters: `true` is the only value there is, in lower case. Requests without credentials go through, so that the
fault shows only when somebody logs in. (`false` says plainly that credentials are not allowed, and is let be.)

Ask: --origin https://app.example --credentials include

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

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

References: https://fetch.spec.whatwg.org/#http-access-control-allow-credentials
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.evidence import TYPE_ERROR, Stage, answered, blocked, blocking_lines, readable_across_origins
from hdrcli.fetch import Failure
from hdrcli.fetch.headers import get
from hdrcli.findings import Context, Fault, Setting, Severity
from hdrcli.model import RouteRecord

CODE = "HDR106"
NAME = "allow-credentials-not-true"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#concept-cors-check"

_ALLOW_CREDENTIALS = "Access-Control-Allow-Credentials"
_ACTION = "Allow credentials"


def check(route: RouteRecord, context: Context) -> Iterator[Fault]:
    """An error for a page that asks with credentials, a warning where a value means to allow them and does not."""
    failures = {Failure.ALLOW_CREDENTIALS_NOT_TRUE}
    blocks = blocked(route, context, failures, Stage.PREFLIGHT, Stage.ERROR, Stage.ANSWER)
    if not blocks:
        yield from _misspelt(route, context)
        return
    yield Fault(
        cause="",
        fetches=tuple(block.fetch for block in blocks),
        seen=blocking_lines(blocks, "Access-Control-Allow-Origin", _ALLOW_CREDENTIALS),
        javascript=(TYPE_ERROR,),
        action=_ACTION,
        setting=Setting(concept="credentials", values=("true",)),
    )


def _misspelt(route: RouteRecord, context: Context) -> Iterator[Fault]:
    found = [
        (fetch, exchange)
        for fetch, exchange, answer in readable_across_origins(route, context)
        if (get(_ALLOW_CREDENTIALS, answer.headers) or "").lower() not in {"", "false"}
        and get(_ALLOW_CREDENTIALS, answer.headers) != "true"
    ]
    if found:
        yield Fault(
            cause="",
            fetches=tuple(fetch for fetch, _ in found),
            seen=tuple(
                dict.fromkeys(line for _, exchange in found for line in answered(exchange, _ALLOW_CREDENTIALS)),
            ),
            javascript=('With credentials: "include", fetch() is rejected with a TypeError; without, it works.',),
            action=f'{_ACTION} by the value "true", in lower case and in one line',
            setting=Setting(concept="credentials", values=("true",)),
            severity=Severity.WARNING,
        )
