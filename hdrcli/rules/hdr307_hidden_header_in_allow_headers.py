"""A hidden response header stands in `Access-Control-Allow-Headers`: the list of request headers.

What: a custom header is sent and hidden, no page here sends it, and `Access-Control-Allow-Headers` names it. That list
says which headers a page may send; which it may read is said by `Access-Control-Expose-Headers`.

Why it matters: the two options stand side by side (`allow_headers`, `expose_headers`) and are mixed up more often than
anything else. The entry in the wrong one does nothing for response headers.

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

Mend:

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
