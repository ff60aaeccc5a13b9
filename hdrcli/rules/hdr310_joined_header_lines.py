"""A custom header is sent in several lines: JavaScript gets their values joined by a comma.

What: the answer carries two or more lines of one custom header that the page can read. `response.headers.get()` gives
their values as one string, joined by ", ".

Why it matters: an id in two lines is no id any more. Mostly two layers add the header, the proxy and the service or two
middlewares, each sure to be alone: `--compare` shows which lines are the service's own. Where a list is meant, the page
has to split it.

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

Mend:

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

References: https://fetch.spec.whatwg.org/#concept-header-list-get
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hdrcli.fetch.infra import byte_lowercase
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.lines import sent_lines
from hdrcli.rules.finding import MOST_LISTED, Fault, Severity
from hdrcli.text.redaction import redact_response_header

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
    told, more = headers[:MOST_LISTED], len(headers) - MOST_LISTED
    yield Fault(
        variant=", ".join(sorted(byte_lowercase(header.name) for header in headers)),
        fetches=tuple(dict.fromkeys(fetch for _, _, fetches in joined for fetch in fetches)),
        evidence=(
            *sent_lines(told),
            *((f"and {more} more headers in several lines",) if more > 0 else ()),
            *(layers.inner_lines(*(header.name for header in told)) if layers else ()),
        ),
        impact=tuple(_impact(header.name, values) for header, values, _ in joined[:MOST_LISTED]),
        fix="Send one line: set the header in one layer alone, or have the outer one replace the inner's.",
    )


def _impact(header_name: str, values: Sequence[str]) -> str:
    name = byte_lowercase(header_name)
    told = ", ".join(redact_response_header((name, value))[1] for value in values)
    return f'JavaScript gets "{told}" from response.headers.get("{name}").'
