"""The expose list stands on the preflight's answer alone, where no browser looks.

What: the answer to the preflight has `Access-Control-Expose-Headers`, and the answer to the request itself has not.

Why it matters: a preflight decides what may be asked. What may be read is decided by the answer to the request itself,
with its own CORS headers: those of the preflight are forgotten by then.

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

Mend:

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
    """One fault for all headers that are hidden for it."""
    hidden = diagnosis.hidden(Why.PREFLIGHT_ONLY)
    preflight = exposing_preflight(diagnosis.route) if hidden else None
    if preflight is not None:
        yield hiding_fault(
            hidden,
            diagnosis,
            evidence=response_lines(preflight, EXPOSE_HEADERS),
            fix="Send the expose list with the response to the request itself",
        )
