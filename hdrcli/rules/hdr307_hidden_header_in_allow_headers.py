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

from collections.abc import Iterator

from hdrcli.records.route import RouteRecord
from hdrcli.rules.expose_list import Why, allow_headers_lines, hidden_headers, hiding_fault
from hdrcli.rules.finding import Context, Fault, Severity

CODE = "HDR307"
NAME = "hidden-header-in-allow-headers"
SEVERITY = Severity.WARNING
SPEC = "https://fetch.spec.whatwg.org/#http-access-control-expose-headers"


def check(route: RouteRecord, context: Context) -> Iterator[Fault]:
    """One fault for all headers that stand in the wrong list."""
    hidden = hidden_headers(route, context, Why.IN_ALLOW_HEADERS)
    if hidden:
        yield hiding_fault(
            hidden,
            route,
            context,
            seen=allow_headers_lines(route),
            action="Name it in the expose list: the list of allowed headers is for requests",
            action_for_several="Name them in the expose list: the list of allowed headers is for requests",
        )
