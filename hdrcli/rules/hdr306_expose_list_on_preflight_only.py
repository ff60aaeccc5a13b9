"""The expose list is sent only on the preflight's response, where browsers ignore it.

Cause: The response to the preflight has `Access-Control-Expose-Headers`, and the response to the actual request does
not. Usually, code of your own or a proxy adds all CORS headers when it responds to OPTIONS.

Why it matters: A preflight decides what a page may send. What it may read is decided by the CORS headers of the
response itself. The header is hidden, `response.headers.get()` returns `null`, and no console reports it.

Fault:

    from collections.abc import Awaitable, Callable

    from fastapi import FastAPI, Request, Response

    app = FastAPI()

    @app.middleware("http")
    async def cors(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        if request.method == "OPTIONS":
            response = Response(headers={"Access-Control-Expose-Headers": "X-Total-Count"})
        else:
            response = await call_next(request)
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    @app.get("/")
    def items(response: Response) -> list[str]:
        response.headers["X-Total-Count"] = "1312"
        return []

Fix: Send the list with every response. `CORSMiddleware` with `expose_headers` does so; in code of your own, set the
header on both.

    from collections.abc import Awaitable, Callable

    from fastapi import FastAPI, Request, Response

    app = FastAPI()

    @app.middleware("http")
    async def cors(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = Response() if request.method == "OPTIONS" else await call_next(request)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "X-Total-Count"
        return response

    @app.get("/")
    def items(response: Response) -> list[str]:
        response.headers["X-Total-Count"] = "1312"
        return []

In nginx, move the `add_header` line out of the `if ($request_method = OPTIONS)` block, and add `always`.

Similar faults: HDR301 (the list is missing everywhere), HDR101 (`Access-Control-Allow-Origin` is only on the
preflight's response).

References: https://fetch.spec.whatwg.org/#http-access-control-expose-headers
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.hidden import EXPOSE_HEADERS, Why, exposing_preflight
from hdrcli.rules.evidence.lines import response_lines
from hdrcli.rules.finding import Fault, Severity
from hdrcli.rules.hiding import hiding_fault

CODE = "HDR306"
NAME = "expose-list-on-preflight-only"
SEVERITY = Severity.WARNING
SPEC = "https://fetch.spec.whatwg.org/#http-access-control-expose-headers"
SETTINGS = ("expose",)


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for all headers that it hides."""
    hidden = diagnosis.hidden(Why.PREFLIGHT_ONLY)
    preflight = exposing_preflight(diagnosis.route) if hidden else None
    if preflight is not None:
        yield hiding_fault(
            hidden,
            diagnosis,
            evidence=response_lines(preflight, EXPOSE_HEADERS),
            fix="Send the expose list with the response to the actual request, too",
        )
