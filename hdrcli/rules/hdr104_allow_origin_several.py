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
from hdrcli.records.route import RouteRecord
from hdrcli.rules.evidence import TYPE_ERROR, Blocked, Stage, blocked, blocking_lines, is_nginx
from hdrcli.rules.finding import Context, Fault, Severity
from hdrcli.rules.origins import allowed_origins
from hdrcli.rules.two_answers import Layers, compared

CODE = "HDR104"
NAME = "allow-origin-several"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#concept-cors-check"

_ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"


def check(route: RouteRecord, context: Context) -> Iterator[Fault]:
    """One fault for all: every page is refused, whichever origins are listed."""
    failures, stages = {Failure.ALLOW_ORIGIN_MISMATCH}, (Stage.PREFLIGHT, Stage.ERROR, Stage.ANSWER)
    mismatches = blocked(route, context, failures, *stages)
    blocks = [block for block in mismatches if len(allowed_origins(block.answer)) > 1]
    if not blocks:
        return
    layers = compared(route)
    judged = [block for block in blocks if layers is not None and layers.is_asked_alike(block.exchange)]
    layers = layers if judged else None
    yield Fault(
        cause="",
        fetches=tuple(block.fetch for block in blocks),
        seen=(
            *blocking_lines(blocks, _ALLOW_ORIGIN, if_sent=("Server", "Via")),
            *(layers.inner_lines(_ALLOW_ORIGIN) if layers else dict.fromkeys(map(_order, blocks))),
        ),
        javascript=(TYPE_ERROR,),
        action=_action(judged or blocks, layers),
    )


def _order(block: Blocked) -> str:
    lines = len(values_of(_ALLOW_ORIGIN, block.answer.headers))
    if lines == 1:
        return "one line with several origins: no browser reads it as a list"
    return f"{lines} lines of it: as a rule the application's comes first, those of the layers around it follow"


def _action(blocks: Sequence[Blocked], layers: Layers | None) -> str:
    answer = blocks[0].answer
    lines = values_of(_ALLOW_ORIGIN, answer.headers)
    if len(lines) == 1:
        return "Send the one origin of the page that asks, if it is among them"
    if layers is not None:
        return _action_in_layer(lines, values_of(_ALLOW_ORIGIN, layers.inner.headers), blocks)
    if is_nginx(answer):
        return f"Let one layer alone send it: proxy_hide_header {_ALLOW_ORIGIN}; drops the application's"
    return "Let one layer alone send it, the application or what stands before it"


def _action_in_layer(lines: Sequence[str], own: Sequence[str], blocks: Sequence[Blocked]) -> str:
    """Where a comparison shows which of the lines are the service's own."""
    if not own:
        return "Send it once in what stands before the service: all of the lines are added there"
    if len(own) >= len(lines):
        return "Send it once in the service: all of the lines are its own"
    if all(own in (["*"], [str(block.fetch.page)]) for block in blocks):
        nginx = f" (nginx: add_header {_ALLOW_ORIGIN})" if is_nginx(blocks[0].answer) else ""
        return f"Leave it to the service, which allows the page: take it out of what stands before it{nginx}"
    nginx = f" (nginx: proxy_hide_header {_ALLOW_ORIGIN};)" if is_nginx(blocks[0].answer) else ""
    return f"Drop the service's own line, which allows another origin, in what stands before it{nginx}"
