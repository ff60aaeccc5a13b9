"""A custom response header is sent, and JavaScript cannot read it.

What: the answer carries a custom header (a name that is no registered HTTP field), the page may read the answer, but
`Access-Control-Expose-Headers` does not name the header.

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

from hdrcli.evidence import answer_lines, sent_lines
from hdrcli.exposure import mending_expose_list
from hdrcli.findings import Context, Fault, Setting, Severity
from hdrcli.model import Clause, RouteRecord

CODE = "HDR301"
NAME = "custom-header-not-exposed"
SEVERITY = Severity.WARNING
SPEC = "https://fetch.spec.whatwg.org/#concept-filtered-response-cors"


def check(route: RouteRecord, context: Context) -> Iterator[Fault]:
    """One fault for all headers that the list lacks: one list mends them."""
    asked = context.asked(route)
    hiding = [
        (header, fetch)
        for header in route.headers
        for fetch, verdict in zip(route.fetches, header.verdicts, strict=True)
        if verdict.clause is Clause.NOT_LISTED and (header.custom or context.expects_readable(header.name))
    ]
    if not any(fetch in asked for _, fetch in hiding):
        return
    headers = tuple(dict.fromkeys(header for header, _ in hiding))
    fetches = tuple(dict.fromkeys(fetch for _, fetch in hiding))
    names = [header.name for header in headers]
    yield Fault(
        cause="",
        fetches=fetches,
        seen=(*sent_lines(headers), *answer_lines(fetches, "Access-Control-Expose-Headers")),
        javascript=tuple(f'JavaScript gets null from response.headers.get("{name.lower()}").' for name in names),
        action="Name it in the expose list",
        setting=Setting(concept="expose", values=mending_expose_list(names, route.headers, fetches)),
        severity=Severity.ERROR if any(map(context.expects_readable, names)) else None,
    )
