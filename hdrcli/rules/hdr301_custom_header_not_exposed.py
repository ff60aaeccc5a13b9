"""A custom response header is sent, and JavaScript cannot read it.

What: the answer carries a custom header (a name that is no registered HTTP field), the page may read the answer, but
`Access-Control-Expose-Headers` does not name the header. With `--expect-readable` that is an error, for any header.

Why it matters: across origins a browser shows JavaScript seven headers (`Cache-Control`, `Content-Language`,
`Content-Length`, `Content-Type`, `Expires`, `Last-Modified`, `Pragma`) and those that the answer itself exposes. For
all others `response.headers.get()` gives `null`, though curl and the browser's network panel show them.

Fault:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

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

References: https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.records.route import RouteRecord
from hdrcli.rules.expose_list import Why, hidden_headers, hiding_fault
from hdrcli.rules.finding import Context, Fault, Severity

CODE = "HDR301"
NAME = "custom-header-not-exposed"
SEVERITY = Severity.WARNING
SPEC = "https://fetch.spec.whatwg.org/#concept-filtered-response-cors"


def check(route: RouteRecord, context: Context) -> Iterator[Fault]:
    """One fault for all headers that the list lacks for no better reason (HDR302 to HDR307): one list mends them."""
    unnamed = hidden_headers(route, context, Why.NOT_NAMED)
    hidden = [each for each in unnamed if each.header.custom or context.expects_readable(each.header.name)]
    if hidden:
        yield hiding_fault(
            hidden,
            route,
            context,
            action="Name it in the expose list",
            action_for_several="Name them in the expose list",
        )
