"""A custom header is sent that the OpenAPI document omits, although it declares others.

Cause: `/openapi.json` declares headers for this method, path and status, and a custom header of the response is not
among them. Headers that the document itself is sent with are ignored, because a layer around all routes adds them. So
are operations that declare no headers.

Why it matters: Readers take a list of headers for the complete list. Generated clients don't know the header, and
nobody notices when it disappears.

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

Fix: Declare the header in `responses`.

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

Elsewhere, add it under `responses.<status>.headers` of the operation. If no client should use the header, stop sending
it.

Similar faults: HDR314 (a header is declared, and not sent), HDR301 (the header is also hidden from pages).

References: https://spec.openapis.org/oas/v3.1.1.html#response-object,
https://fastapi.tiangolo.com/advanced/additional-responses/
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch.infra import byte_lowercase
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.layers import sent_only_by_first
from hdrcli.rules.evidence.lines import response_lines
from hdrcli.rules.finding import MOST_LISTED, Fault, Severity, and_more

CODE = "HDR510"
NAME = "sent-header-not-declared"
SEVERITY = Severity.ADVICE
SPEC = "https://spec.openapis.org/oas/v3.1.1.html#response-object"


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for all names; one that is likely to be a declared name, misspelt, is HDR314."""
    found = diagnosis.declaration
    if found is None or not found.declared.headers:
        return
    known = {byte_lowercase(header.name) for header in found.declared.headers} | {sent for _, sent in found.misspelt}
    sent = sent_only_by_first(found.response, found.document_response, ())
    names = [written for name, written in sent.items() if name not in known]
    if names:
        declared = and_more([header.name for header in found.declared.headers])
        yield Fault(
            variant=", ".join(sorted(map(byte_lowercase, names))),
            fetches=diagnosis.wanted,
            evidence=(
                *response_lines(found.exchange, *names[:MOST_LISTED]),
                f"{declared} declared {found.where()}",
            ),
            impact=(),
            fix=f"Declare {and_more(names)} in the document, too, if pages use {'it' if len(names) == 1 else 'them'}",
        )
