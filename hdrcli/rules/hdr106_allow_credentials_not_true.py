"""`Access-Control-Allow-Credentials` is not exactly `true`.

Cause: The page sends the request with `credentials: "include"`, and the response lacks the header or has another value.
hdrcli also reports values that no browser accepts, such as `True`, `1`, or `true` on two lines, if no request with
credentials was checked. It does not report `false`, which states clearly that credentials are not allowed.

Why it matters: The only valid value is `true`, in lower case. Without it, the browser withholds the response to every
request with credentials: `fetch()` rejects with a TypeError, and Chromium's console reports that the value "is '…'
which must be 'true'". Requests without credentials still work, so the fault often appears only after somebody logs in.

Check with: --origin https://app.example --credentials include

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def items() -> list[str]:
        return []

Fix: Pass `allow_credentials=True` together with an explicit list of origins.

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], allow_credentials=True)

    @app.get("/")
    def items() -> list[str]:
        return []

In nginx, write `add_header Access-Control-Allow-Credentials "true" always;`. In code that sets the header itself, send
the string `true`, not the language's own spelling of a boolean.

Similar faults: HDR105 (`*` as the allowed origin), HDR601 and HDR602 (CORS is right, and the cookie is still missing).

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
