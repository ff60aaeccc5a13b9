"""A custom response header is sent that the service's OpenAPI document leaves out, though it declares others.

What: `/openapi.json` declares headers for this method, path and status, and a custom header that the answer carries is
not among them. Headers that also come with the document itself are passed over: a layer around all routes adds them.
So are operations that declare no headers at all.

Why it matters: a list of headers is taken for the whole list. Clients that are generated from the document do not know
the header, and nobody notices when it goes.

Fault:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], expose_headers=["X-Next-Cursor"])
    etag = {"ETag": {"schema": {"type": "string"}}}

    @app.get("/", responses={200: {"headers": etag}})
    def items(response: Response) -> list[str]:
        response.headers["ETag"] = '"v7"'
        response.headers["X-Next-Cursor"] = "7f3a"
        return []

Mend:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], expose_headers=["X-Next-Cursor"])
    headers = {"ETag": {"schema": {"type": "string"}}, "X-Next-Cursor": {"schema": {"type": "string"}}}

    @app.get("/", responses={200: {"headers": headers}})
    def items(response: Response) -> list[str]:
        response.headers["ETag"] = '"v7"'
        response.headers["X-Next-Cursor"] = "7f3a"
        return []

References: https://spec.openapis.org/oas/v3.1.1.html#response-object,
https://fastapi.tiangolo.com/advanced/additional-responses/
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.evidence import answered
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.findings import Context, Fault, Severity
from hdrcli.model import RouteRecord
from hdrcli.rules.declared import declaration
from hdrcli.rules.near_names import is_nearly
from hdrcli.rules.two_answers import sent_alone

CODE = "HDR510"
NAME = "sent-header-not-declared"
SEVERITY = Severity.ADVICE
SPEC = "https://spec.openapis.org/oas/v3.1.1.html#response-object"


def check(route: RouteRecord, context: Context) -> Iterator[Fault]:
    """One fault for each name; one that is likely to be a declared name, misspelt, is HDR314's."""
    found = declaration(route)
    if found is None or not found.declared.headers:
        return
    declared = {byte_lowercase(header.name) for header in found.declared.headers}
    missing = {byte_lowercase(header.name) for header in found.missing}
    for name, written in sent_alone(found.answer, found.document_answer, ()).items():
        if name in declared or any(is_nearly(name, other) for other in missing):
            continue
        names = ", ".join(header.name for header in found.declared.headers)
        yield Fault(
            cause=name,
            fetches=context.asked(route),
            seen=(*answered(found.asked, written), f"declared are {names}, {found.where()}"),
            javascript=(),
            action=f"Declare {written} beside the others, if pages are to count on it",
        )
