"""`Access-Control-Allow-Origin` has several values, but browsers accept only one.

Cause: The response has the header on several lines, or one line lists several origins. Usually two layers each add a
line: the application and the proxy in front of it, or two middlewares. The first line is normally that of the inner
layer; the lines after it were added on the way out.

Why it matters: Browsers join the lines with a comma and compare the result with the page's origin. That fails for every
page, even if the lines are equal, and `fetch()` rejects with a TypeError. Chromium's console reports that the header
"contains multiple values '…', but only one is allowed".

Fault:

    from collections.abc import Awaitable, Callable

    from fastapi import FastAPI, Request, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.middleware("http")
    async def allow_all(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        response.headers.append("Access-Control-Allow-Origin", "*")
        return response

    @app.get("/")
    def items() -> list[str]:
        return []

Fix: Send the header from one layer only.

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def items() -> list[str]:
        return []

To keep the proxy's header, remove the application's: in nginx, with `proxy_hide_header Access-Control-Allow-Origin;`.
To find out which line comes from the application, pass its own URL, behind the proxy, with `--compare`. If one line
lists several origins, let the CORS layer choose one of them for each request, as `CORSMiddleware` does.

Similar faults: HDR102 (one value, but another origin), HDR310 (a custom header on several lines).

References: https://fetch.spec.whatwg.org/#http-access-control-allow-origin
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from hdrcli.fetch import Failure
from hdrcli.fetch.headers import values_of
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import TYPE_ERROR, Blocked, Stage
from hdrcli.rules.evidence.layers import Layers, is_nginx
from hdrcli.rules.evidence.lines import blocking_lines
from hdrcli.rules.evidence.origins import allowed_origins
from hdrcli.rules.finding import Fault, Severity

CODE = "HDR104"
NAME = "allow-origin-several"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#concept-cors-check"
EXPLAINS = frozenset({Failure.ALLOW_ORIGIN_MISMATCH})

_ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for all: every page is refused, whichever origins are listed."""
    failures, stages = {Failure.ALLOW_ORIGIN_MISMATCH}, (Stage.PREFLIGHT, Stage.ERROR, Stage.RESPONSE)
    mismatches = diagnosis.blocked(failures, *stages)
    blocks = [block for block in mismatches if len(allowed_origins(block.response)) > 1]
    if not blocks:
        return
    layers = diagnosis.layers
    judged = [block for block in blocks if layers is not None and layers.has_same_origin(block.exchange)]
    layers = layers if judged else None
    yield Fault(
        fetches=tuple(block.fetch for block in blocks),
        evidence=(
            *blocking_lines(blocks, _ALLOW_ORIGIN, if_sent=("Server", "Via")),
            *(layers.inner_lines(_ALLOW_ORIGIN) if layers else dict.fromkeys(map(_order, blocks))),
        ),
        impact=(TYPE_ERROR,),
        fix=_fix(judged or blocks, layers),
    )


def _order(block: Blocked) -> str:
    lines = len(values_of(_ALLOW_ORIGIN, block.response.headers))
    if lines == 1:
        return "one line with several origins: no browser reads it as a list"
    return f"{lines} lines of it: each layer adds one, and which comes first depends on the software"


def _fix(blocks: Sequence[Blocked], layers: Layers | None) -> str:
    response = blocks[0].response
    lines = values_of(_ALLOW_ORIGIN, response.headers)
    if len(lines) == 1:
        return "Send only the origin of the page that calls, if it is one of them"
    if layers is not None:
        return _fix_in_layer(lines, values_of(_ALLOW_ORIGIN, layers.inner.headers), blocks)
    if is_nginx(response):
        return f"Let only one layer send it: proxy_hide_header {_ALLOW_ORIGIN}; drops the application's"
    return "Let only one layer send it, the application or the proxy in front of it"


def _fix_in_layer(lines: Sequence[str], own: Sequence[str], blocks: Sequence[Blocked]) -> str:
    """Where a comparison shows which of the lines are the service's own."""
    if not own:
        return "Send it once in the proxy: all of the lines are added there"
    if len(own) >= len(lines):
        return "Send it once in the service: all of the lines are its own"
    if all(own in (["*"], [str(block.fetch.page)]) for block in blocks):
        nginx = f" (nginx: add_header {_ALLOW_ORIGIN})" if is_nginx(blocks[0].response) else ""
        return f"Leave it to the service, which allows the page: remove it from the proxy{nginx}"
    nginx = f" (nginx: proxy_hide_header {_ALLOW_ORIGIN};)" if is_nginx(blocks[0].response) else ""
    return f"Drop the service's own line, which allows another origin, in the proxy{nginx}"
