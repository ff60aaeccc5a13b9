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

from hdrcli.fetch import Failure, HTTPResponse, parse_origin
from hdrcli.fetch.headers import values_of
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import TYPE_ERROR, Blocked, Stage
from hdrcli.rules.evidence.layers import Layers
from hdrcli.rules.evidence.lines import blocking_lines
from hdrcli.rules.evidence.origins import allowed_origins
from hdrcli.rules.finding import Fault, Severity
from hdrcli.stacks.setting import Setting

CODE = "HDR104"
NAME = "allow-origin-several"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#concept-cors-check"
EXPLAINS = frozenset({Failure.ALLOW_ORIGIN_MISMATCH})

_ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"
_ALLOW_CREDENTIALS: Final = "Access-Control-Allow-Credentials"


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
            *blocking_lines(blocks, _ALLOW_ORIGIN, if_sent=("Access-Control-Allow-Credentials", "Server", "Via")),
            *(layers.inner_lines(_ALLOW_ORIGIN) if layers else dict.fromkeys(map(_order, blocks))),
        ),
        impact=(TYPE_ERROR,),
        fix=_fix(judged or blocks, layers),
        fix_setting=_setting(blocks[0]),
    )


def _order(block: Blocked) -> str:
    lines = len(values_of(_ALLOW_ORIGIN, block.response.headers))
    if lines == 1 and _is_of_one_layer(block):
        return "one line with several origins: browsers don't read it as a list"
    if lines == 1:
        return "one line with several values: each layer adds one"
    return f"{lines} lines: each layer adds one, and the order depends on the software"


def _setting(block: Blocked) -> Setting:
    """Every header that is there twice belongs to one layer; a line that is a list is the one of allowed origins."""
    origins = allowed_origins(block.response)
    if not _is_of_one_layer(block):
        names = [name for name in (_ALLOW_ORIGIN, _ALLOW_CREDENTIALS) if _is_repeated(name, block.response)]
        return Setting(concept="one-layer", values=tuple(names))
    page = () if block.fetch.page.is_opaque else (str(block.fetch.page),)
    listed = [origin for origin in origins if parse_origin(origin) is not None]  # any other text may be a secret
    return Setting(concept="origins", values=tuple(dict.fromkeys([*listed, *page])))


def _is_of_one_layer(block: Blocked) -> bool:
    """Whether one layer sends its whole list in one line: lines of several layers may be joined to one on the way."""
    origins = allowed_origins(block.response)
    return len(values_of(_ALLOW_ORIGIN, block.response.headers)) == 1 and len(set(origins) - {"*"}) == len(origins)


def _is_repeated(name: str, response: HTTPResponse) -> bool:
    return sum(len(line.split(",")) for line in values_of(name, response.headers)) > 1


def _fix(blocks: Sequence[Blocked], layers: Layers | None) -> str:
    lines = values_of(_ALLOW_ORIGIN, blocks[0].response.headers)
    if _is_of_one_layer(blocks[0]):
        return "Send only the origin of the page that sent the request, if it is on the list"
    if layers is None:
        return "Send the header from one layer only, the application or the proxy in front of it"
    return _fix_in_layer(lines, values_of(_ALLOW_ORIGIN, layers.inner.headers), blocks)


def _fix_in_layer(lines: Sequence[str], own: Sequence[str], blocks: Sequence[Blocked]) -> str:
    """Where a comparison shows which of the lines are the service's own."""
    if not own:
        return "Send the header once in the proxy, which adds all of the lines"
    if len(own) >= len(lines):
        return "Send the header once in the service, which sends all of the lines"
    if all(own in (["*"], [str(block.fetch.page)]) for block in blocks):
        return "Remove the header from the proxy: the service allows the page"
    return "Remove the service's own line in the proxy: it allows another origin"
