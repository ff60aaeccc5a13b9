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
from hdrcli.records.route import RouteRecord
from hdrcli.rules.evidence import TYPE_ERROR, Stage, answers_lines, blocked, blocking_lines, readable_across_origins
from hdrcli.rules.finding import Context, Fault, Severity
from hdrcli.rules.two_answers import compared, is_lost
from hdrcli.stacks.setting import Setting

CODE = "HDR106"
NAME = "allow-credentials-not-true"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#concept-cors-check"

_ALLOW_CREDENTIALS = "Access-Control-Allow-Credentials"


def check(route: RouteRecord, context: Context) -> Iterator[Fault]:
    """An error for a page that asks with credentials, a warning where a value means to allow them and does not."""
    failures = {Failure.ALLOW_CREDENTIALS_NOT_TRUE}
    blocks = blocked(route, context, failures, Stage.PREFLIGHT, Stage.ERROR, Stage.ANSWER)
    if not blocks:
        yield from _misspelt(route, context)
        return
    if is_lost(route, _ALLOW_CREDENTIALS):
        return  # HDR511
    action, setting = _mend(blocks[0].answer)
    yield Fault(
        cause="",
        fetches=tuple(block.fetch for block in blocks),
        seen=(
            *blocking_lines(blocks, "Access-Control-Allow-Origin", _ALLOW_CREDENTIALS),
            *_layers(route, [block.exchange for block in blocks]),
        ),
        javascript=(TYPE_ERROR,),
        action=action,
        setting=setting,
    )


def _misspelt(route: RouteRecord, context: Context) -> Iterator[Fault]:
    found = [
        (fetch, exchange, answer)
        for fetch, exchange, answer in readable_across_origins(route, context)
        if (get(_ALLOW_CREDENTIALS, answer.headers) or "").lower() not in {"", "false"}
        and get(_ALLOW_CREDENTIALS, answer.headers) != "true"
    ]
    if found:
        action, setting = _mend(found[0][2])
        exchanges = [exchange for _, exchange, _ in found]
        yield Fault(
            cause="",
            fetches=tuple(fetch for fetch, *_ in found),
            seen=(*answers_lines(exchanges, _ALLOW_CREDENTIALS), *_layers(route, exchanges)),
            javascript=('With credentials: "include", fetch() is rejected with a TypeError; without, it works.',),
            action=action,
            setting=setting,
            severity=Severity.WARNING,
        )


def _mend(answer: HTTPResponse) -> tuple[str, Setting | None]:
    """What to do about this answer, and the setting, if that is what lacks."""
    lines = values_of(_ALLOW_CREDENTIALS, answer.headers)
    if len(lines) > 1:
        return f'Send it once, from one layer: {len(lines)} lines are read as "{", ".join(lines)}"', None
    action = 'Allow credentials by the value "true", in lower case' if lines else "Allow credentials"
    return action, Setting(concept="credentials", values=("true",))


def _layers(route: RouteRecord, exchanges: Iterable[Exchange]) -> tuple[str, ...]:
    """Which lines the service itself sends to the page of one of these exchanges, where a comparison shows it."""
    layers = compared(route)
    if layers is None or not any(map(layers.is_asked_alike, exchanges)):
        return ()
    return layers.inner_lines(_ALLOW_CREDENTIALS)
