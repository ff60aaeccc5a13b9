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
    """An error for a page that sends credentials, a warning where a value is meant to allow them and does not."""
    failures = {Failure.ALLOW_CREDENTIALS_NOT_TRUE}
    blocks = diagnosis.blocked(failures, Stage.PREFLIGHT, Stage.ERROR, Stage.RESPONSE)
    if not blocks:
        yield from _misspelt(diagnosis)
        return
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
    if _ALLOW_CREDENTIALS.lower() not in diagnosis.names:
        return
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
            impact=('With credentials: "include", fetch() rejects with a TypeError; without, it works.',),
            fix=fix,
            fix_setting=setting,
            severity=Severity.WARNING,
        )


def _fix(response: HTTPResponse) -> tuple[str, Setting | None]:
    """The fix for this response, and the setting if that is what is missing."""
    lines = values_of(_ALLOW_CREDENTIALS, response.headers)
    if len(lines) > 1:
        return f'Send it once, from one layer: {len(lines)} lines are read as "{", ".join(lines)}"', None
    fix = 'Send the value "true", in lower case' if lines else "Allow credentials"
    return fix, Setting(concept="credentials", values=("true",))


def _layers(diagnosis: Diagnosis, exchanges: Iterable[Exchange]) -> tuple[str, ...]:
    """The lines that the service itself sends to the page of one of these exchanges, where a comparison shows it."""
    layers = diagnosis.layers
    if layers is None or not any(map(layers.has_same_origin, exchanges)):
        return ()
    return layers.inner_lines(_ALLOW_CREDENTIALS)
