"""The OpenAPI document declares a response header that is not sent.

Cause: `/openapi.json` declares the header for this method, path and status, and the response does not have it. It is a
warning if the document says `"required": true`, and advice otherwise, because an optional header may be sent only
sometimes.

Why it matters: Generated clients, and the people who read the documentation, rely on the header and get `null`. A
declaration sends nothing: FastAPI copies `responses={200: {"headers": …}}` into the document and doesn't look at it
again. No CORS setting helps either.

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], expose_headers=["X-Total-Count"])
    total = {"X-Total-Count": {"description": "How many there are", "schema": {"type": "integer"}, "required": True}}

    @app.get("/", responses={200: {"headers": total}})
    def items() -> list[str]:
        return []

Fix: Set the header on the response.

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], expose_headers=["X-Total-Count"])
    total = {"X-Total-Count": {"description": "How many there are", "schema": {"type": "integer"}, "required": True}}

    @app.get("/", responses={200: {"headers": total}})
    def items(response: Response) -> list[str]:
        response.headers["X-Total-Count"] = "0"
        return []

If the service no longer sends it, remove the declaration, in FastAPI or wherever the document is written.

Similar faults: HDR313 (the header is set, and gets lost), HDR510 (a header is sent, and not declared).

References: https://spec.openapis.org/oas/v3.1.1.html#response-object,
https://fastapi.tiangolo.com/advanced/additional-responses/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hdrcli.fetch.infra import byte_lowercase
from hdrcli.records.route import FetchRecord
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.declared import Declaration
from hdrcli.rules.evidence.lines import raw_lines, response_lines
from hdrcli.rules.finding import MOST_LISTED, Fault, Severity, and_more

CODE = "HDR314"
NAME = "declared-header-not-sent"
SEVERITY = Severity.ADVICE
SPEC = "https://spec.openapis.org/oas/v3.1.1.html#header-object"


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for each name that is sent misspelt, one for the others; expected ones are HDR313, lost ones HDR511."""
    found = diagnosis.declaration
    if found is None:
        return
    lost = diagnosis.lost
    meant = dict(reversed(found.misspelt))  # the first counts
    causes: dict[tuple[bool, str], list[str]] = {}
    for header in found.missing:
        name = byte_lowercase(header.name)
        if name not in lost and not diagnosis.expects_readable(name):
            causes.setdefault((header.required, meant.get(name, "")), []).append(header.name)
    for (required, sent), names in causes.items():
        yield _fault(found, names, sent, found.read_by(diagnosis.wanted), diagnosis.wanted, required=required)


def _fault(
    found: Declaration,
    names: Sequence[str],
    sent: str,
    readers: Sequence[FetchRecord],
    fetches: tuple[FetchRecord, ...],
    *,
    required: bool,
) -> Fault:
    lowercase = list(map(byte_lowercase, names))
    shown = lowercase[:MOST_LISTED] if readers else []
    return Fault(
        variant=", ".join(sorted(lowercase)),
        fetches=fetches,
        evidence=(
            *(raw_lines(found.response, sent) if sent else ()),
            *response_lines(found.exchange, *names[:MOST_LISTED]),
            f"declared {'as required ' if required else ''}{found.where()}",
        ),
        impact=tuple(f'JavaScript gets null from response.headers.get("{name}").' for name in shown),
        fix=_fix(found, names, sent),
        severity=Severity.WARNING if required else None,
    )


def _fix(found: Declaration, names: Sequence[str], sent: str) -> str:
    if sent:
        written = next(name for name, _ in found.response.headers if byte_lowercase(name) == sent)
        instead = and_more([f'"{name}"' for name in names])
        return f'Declare "{written}", which is sent, instead of {instead}'
    it = "it" if len(names) == 1 else "them"
    return f"Set {and_more(names)} on this response, or remove {it} from the document: a declaration sends nothing"
