"""A hidden response header is listed in `Access-Control-Allow-Headers`, which is for request headers.

Cause: A custom header is sent and hidden, no page checked here sends it, and `Access-Control-Allow-Headers` names it.
That list states which headers a page may send. `Access-Control-Expose-Headers` states which ones it may read.

Why it matters: The entry has no effect on responses: `response.headers.get()` returns `null`. The two settings stand
next to each other (`allow_headers`, `expose_headers`) and are confused more often than any others.

Fault:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["https://app.example"],
        allow_headers=["X-Total-Count"],
    )

    @app.get("/")
    def items(response: Response) -> list[str]:
        response.headers["X-Total-Count"] = "1312"
        return []

Fix: Move the name from `allow_headers` to `expose_headers`.

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["https://app.example"],
        expose_headers=["X-Total-Count"],
    )

    @app.get("/")
    def items(response: Response) -> list[str]:
        response.headers["X-Total-Count"] = "1312"
        return []

Elsewhere, the settings are called `allowedHeaders` and `exposedHeaders` (Express, Spring), or `CORS_ALLOW_HEADERS` and
`CORS_EXPOSE_HEADERS` (Django). A header that pages both send and read, such as `X-Request-ID`, belongs in both.

Similar faults: HDR301 (no list names the header), HDR204 (a request header is missing from
`Access-Control-Allow-Headers`).

References: https://fetch.spec.whatwg.org/#http-access-control-allow-headers,
https://fetch.spec.whatwg.org/#http-access-control-expose-headers
"""

from __future__ import annotations

from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.hidden import Why, allow_headers_lines
from hdrcli.rules.finding import Severity
from hdrcli.rules.hiding import hidden_for

CODE = "HDR307"
NAME = "hidden-header-in-allow-headers"
SEVERITY = Severity.WARNING
SPEC = "https://fetch.spec.whatwg.org/#http-access-control-expose-headers"
FOR_SEVERAL = (
    "{number} hidden response headers are listed in Access-Control-Allow-Headers, which is for request headers"
)
SETTINGS = ("expose",)


def _allow_headers_lines(diagnosis: Diagnosis) -> tuple[str, ...]:
    return allow_headers_lines(diagnosis.route)


check = hidden_for(
    Why.IN_ALLOW_HEADERS,
    evidence=_allow_headers_lines,
    fix="Add it to the expose list: the list of allowed headers applies to requests",
    fix_for_several="Add them to the expose list: the list of allowed headers applies to requests",
)
