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

from collections.abc import Iterable, Iterator

from hdrcli.fetch import Failure, HTTPResponse
from hdrcli.fetch.headers import get, values_of
from hdrcli.records.exchange import Exchange
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import TYPE_ERROR, Stage
from hdrcli.rules.evidence.lines import blocking_lines, lines_of_responses
from hdrcli.rules.finding import Fault, Severity
from hdrcli.stacks.setting import Setting

CODE = "HDR106"
NAME = "allow-credentials-not-true"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#concept-cors-check"
EXPLAINS = frozenset({Failure.ALLOW_CREDENTIALS_NOT_TRUE})
SETTINGS = ("credentials",)

_ALLOW_CREDENTIALS = "Access-Control-Allow-Credentials"


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """An error for a page that asks with credentials, a warning where a value means to allow them and does not."""
    failures = {Failure.ALLOW_CREDENTIALS_NOT_TRUE}
    blocks = diagnosis.blocked(failures, Stage.PREFLIGHT, Stage.ERROR, Stage.RESPONSE)
    if not blocks:
        yield from _misspelt(diagnosis)
        return
    if diagnosis.is_lost(_ALLOW_CREDENTIALS):
        return  # HDR511
    fix, setting = _fix(blocks[0].response)
    yield Fault(
        fetches=tuple(block.fetch for block in blocks),
        evidence=(
            *blocking_lines(blocks, "Access-Control-Allow-Origin", _ALLOW_CREDENTIALS),
            *_layers(diagnosis, [block.exchange for block in blocks]),
        ),
        impact=(TYPE_ERROR,),
        fix=fix,
        fix_setting=setting,
    )


def _misspelt(diagnosis: Diagnosis) -> Iterator[Fault]:
    found = [
        (fetch, exchange, response)
        for fetch, exchange, response in diagnosis.cors_responses
        if (get(_ALLOW_CREDENTIALS, response.headers) or "").lower() not in {"", "false"}
        and get(_ALLOW_CREDENTIALS, response.headers) != "true"
    ]
    if found:
        fix, setting = _fix(found[0][2])
        exchanges = [exchange for _, exchange, _ in found]
        yield Fault(
            fetches=tuple(fetch for fetch, *_ in found),
            evidence=(*lines_of_responses(exchanges, _ALLOW_CREDENTIALS), *_layers(diagnosis, exchanges)),
            impact=('With credentials: "include", fetch() is rejected with a TypeError; without, it works.',),
            fix=fix,
            fix_setting=setting,
            severity=Severity.WARNING,
        )


def _fix(response: HTTPResponse) -> tuple[str, Setting | None]:
    """The fix for this response, and the setting if that is what is missing."""
    lines = values_of(_ALLOW_CREDENTIALS, response.headers)
    if len(lines) > 1:
        return f'Send it once, from one layer: {len(lines)} lines are read as "{", ".join(lines)}"', None
    fix = 'Allow credentials by the value "true", in lower case' if lines else "Allow credentials"
    return fix, Setting(concept="credentials", values=("true",))


def _layers(diagnosis: Diagnosis, exchanges: Iterable[Exchange]) -> tuple[str, ...]:
    """The lines that the service itself sends to the page of one of these exchanges, where a comparison shows it."""
    layers = diagnosis.layers
    if layers is None or not any(map(layers.has_same_origin, exchanges)):
        return ()
    return layers.inner_lines(_ALLOW_CREDENTIALS)
