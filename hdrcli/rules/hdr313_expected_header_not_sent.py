"""A header that the page is expected to read is not sent.

Cause: `--expect-readable` names a header, a response arrived, and it does not have the header. In FastAPI, a header
that the code sets can get lost, depending on how the endpoint ends. Headers that dependencies and endpoints set on the
injected `Response` are kept if the endpoint returns a value (a dict, a model, nothing). They are dropped if it returns
a `Response` of its own (`JSONResponse`, `StreamingResponse`, `FileResponse`, a redirect), raises `HTTPException`, fails
validation (422) or crashes (500). A header that is set after the `yield` of a dependency, or in a background task,
always comes too late.

Why it matters: `response.headers.get()` returns `null`, as it does for a hidden header, but no CORS setting helps: the
header is not on the wire, and curl does not show it either.

Check with: --origin https://app.example --credentials omit --expect-readable X-Total-Count

Fault:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.responses import JSONResponse

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], expose_headers=["X-Total-Count"])

    @app.get("/")
    def items(response: Response) -> JSONResponse:
        response.headers["X-Total-Count"] = "1312"
        return JSONResponse([])

Fix: Set the header on the response that is actually returned.

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.responses import JSONResponse

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], expose_headers=["X-Total-Count"])

    @app.get("/")
    def items() -> JSONResponse:
        return JSONResponse([], headers={"X-Total-Count": "1312"})

For errors, pass it to the exception: `HTTPException(404, headers={"X-Total-Count": "0"})`. For headers that every
response needs, use a middleware. In other frameworks, look for the branch that builds the response anew; in nginx, use
`add_header … always`, because error responses get no header otherwise.

Similar faults: HDR301 (the header is sent, but hidden), HDR314 (the OpenAPI document declares the header), HDR511 (the
service sends it, and a proxy removes it).

References: https://fastapi.tiangolo.com/advanced/response-headers/
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch.headers import contains
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.records.route import FetchRecord
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import is_redirect
from hdrcli.rules.evidence.lines import lines_of_responses
from hdrcli.rules.evidence.near_names import is_nearly
from hdrcli.rules.finding import Fault, Severity

CODE = "HDR313"
NAME = "expected-header-not-sent"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#concept-header-list-contains"

_OK = 200
_ERROR = 400
_INVALID = 422
_CRASHED = 500


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for each name and status: each status has its own reasons."""
    for lowercase, name in diagnosis.named.items():
        if diagnosis.is_lost(name):
            continue  # HDR511
        lacking: dict[int, list[FetchRecord]] = {}
        for fetch in diagnosis.wanted:
            response = fetch.response
            if response is not None and not is_redirect(response) and not contains(name, response.headers):
                lacking.setdefault(response.status, []).append(fetch)
        for status, fetches in lacking.items():
            similar = [
                header.name for header in diagnosis.route.headers if is_nearly(byte_lowercase(header.name), lowercase)
            ]
            yield Fault(
                variant=f"{lowercase} {status}",
                subjects=(lowercase,),
                fetches=tuple(fetches),
                evidence=(
                    *lines_of_responses((fetch.exchanges[-1] for fetch in fetches), name),
                    *(
                        f'"{other}" is sent or listed: is this the header?'
                        for other in similar
                        if other.lower() != lowercase
                    ),
                ),
                impact=(f'JavaScript gets null from response.headers.get("{lowercase}").',),
                fix=_fix(status),
            )


def _fix(status: int) -> str:
    """Frameworks build a response anew for returned responses and for errors; the page names FastAPI's ways."""
    if status >= _CRASHED:
        return (
            "Correct the error, or set the header outside of the handler: an unhandled exception drops the headers "
            "that were set before it"
        )
    if status == _INVALID:
        return "Set the header in a middleware: the handler doesn't run if the validation of the request fails"
    if status >= _ERROR:
        return "Pass the header to the error itself, or set it in a middleware: an error has a response of its own"
    if status >= _OK:
        return "Let the service set the header on this response; if it does, find what replaces the response"
    return "Set the header on the response that is sent"
