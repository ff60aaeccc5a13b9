"""A custom header is sent on several lines, which JavaScript gets joined with commas.

Cause: The response has two or more lines of a custom header that the page can read. Usually two layers add it, each
unaware of the other: the proxy and the service, or two middlewares.

Why it matters: `response.headers.get()` returns all values as one string, joined with a comma and a space. A request ID
that was sent twice arrives as `c2d1, 7f3a`, and no log knows it.

Fault:

    from collections.abc import Awaitable, Callable

    from fastapi import FastAPI, Request, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()

    @app.middleware("http")
    async def request_id(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        response.headers.append("X-Request-ID", "7f3a")
        return response

    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], expose_headers=["X-Request-ID"])

    @app.get("/")
    def items(response: Response) -> list[str]:
        response.headers["X-Request-ID"] = "c2d1"
        return []

Fix: Send one line: set the header in one layer only, or replace it (`response.headers["X-Request-ID"] = …`) instead of
adding to it (`append`).

    from collections.abc import Awaitable, Callable

    from fastapi import FastAPI, Request, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()

    @app.middleware("http")
    async def request_id(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        response.headers["X-Request-ID"] = "7f3a"
        return response

    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], expose_headers=["X-Request-ID"])

    @app.get("/")
    def items() -> list[str]:
        return []

In nginx, `proxy_hide_header X-Request-ID;` removes the application's line. Pass the service's own URL, behind the
proxy, with `--compare` to see which lines are its own. If a list is intended, split it in the page.

Similar faults: HDR104 (`Access-Control-Allow-Origin` on several lines, which blocks the response).

References: https://fetch.spec.whatwg.org/#concept-header-list-get
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hdrcli.fetch.infra import byte_lowercase
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.lines import sent_lines
from hdrcli.rules.finding import MOST_LISTED, Fault, Severity
from hdrcli.text.header_redaction import redact_response_header

CODE = "HDR310"
NAME = "joined-header-lines"
SEVERITY = Severity.WARNING
SPEC = "https://fetch.spec.whatwg.org/#concept-header-list-get"


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for all headers: a server may send thousands of them twice."""
    joined = [found for found in diagnosis.readable_custom_headers if len(found[1]) > 1]
    if not joined:
        return
    layers = diagnosis.layers
    headers = [header for header, _, _ in joined]
    listed, more = headers[:MOST_LISTED], len(headers) - MOST_LISTED
    yield Fault(
        variant=", ".join(sorted(byte_lowercase(header.name) for header in headers)),
        fetches=tuple(dict.fromkeys(fetch for _, _, fetches in joined for fetch in fetches)),
        evidence=(
            *sent_lines(listed),
            *((f"and {more} more headers on several lines",) if more > 0 else ()),
            *(layers.inner_lines(*(header.name for header in listed)) if layers else ()),
        ),
        impact=tuple(_impact(header.name, values) for header, values, _ in joined[:MOST_LISTED]),
        fix="Send one line: set the header in one layer only, or let the outer layer replace the inner layer's line",
    )


def _impact(header_name: str, values: Sequence[str]) -> str:
    name = byte_lowercase(header_name)
    value = ", ".join(redact_response_header((name, value))[1] for value in values)
    return f'JavaScript gets "{value}" from response.headers.get("{name}").'
