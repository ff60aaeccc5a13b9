"""The service's OpenAPI document declares a response header, and the answer does not have it.

What: `/openapi.json` declares the header for this method, path and status, and it is not on the wire. It is a warning
where the document says `"required": true`, and advice otherwise: an optional header may be sent at times alone.

Why it matters: clients that are generated from the document, and those who read it, count on the header. A declaration
sends nothing: FastAPI writes what stands in `responses={200: {"headers": …}}` into the document and never looks at it
again, nor does any CORS setting help.

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], expose_headers=["X-Total-Count"])
    total = {"X-Total-Count": {"description": "How many there are", "schema": {"type": "integer"}, "required": True}}

    @app.get("/", responses={200: {"headers": total}})
    def items() -> list[str]:
        return []

Mend:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], expose_headers=["X-Total-Count"])
    total = {"X-Total-Count": {"description": "How many there are", "schema": {"type": "integer"}, "required": True}}

    @app.get("/", responses={200: {"headers": total}})
    def items(response: Response) -> list[str]:
        response.headers["X-Total-Count"] = "0"
        return []

References: https://spec.openapis.org/oas/v3.1.1.html#response-object,
https://fastapi.tiangolo.com/advanced/additional-responses/
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.evidence import answered, raw_lines
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.findings import Context, Fault, Severity
from hdrcli.model import RouteRecord
from hdrcli.rules.declared import declaration
from hdrcli.rules.near_names import is_nearly
from hdrcli.rules.two_answers import is_lost

CODE = "HDR314"
NAME = "declared-header-not-sent"
SEVERITY = Severity.ADVICE
SPEC = "https://spec.openapis.org/oas/v3.1.1.html#header-object"


def check(route: RouteRecord, context: Context) -> Iterator[Fault]:
    """One fault for each name: what is demanded is HDR313's, what a proxy loses HDR511's."""
    found = declaration(route)
    if found is None:
        return
    for header in found.missing:
        name = byte_lowercase(header.name)
        if context.expects_readable(name) or is_lost(route, name):
            continue
        meant = next((sent for sent, _ in found.answer.headers if is_nearly(byte_lowercase(sent), name)), None)
        yield Fault(
            cause=name,
            fetches=context.asked(route),
            seen=(
                *(() if meant is None else raw_lines(found.answer, meant)),
                *answered(found.asked, header.name),
                f"declared {'as required ' if header.required else ''}{found.where()}",
            ),
            javascript=(f'JavaScript gets null from response.headers.get("{name}").',)
            if found.read_by(route, context)
            else (),
            action=f"Set {header.name} on this answer, or take it out of the document: declaring it sends nothing"
            if meant is None
            else f'Declare "{meant}", which is sent, in place of "{header.name}"',
            severity=Severity.WARNING if header.required else None,
        )
