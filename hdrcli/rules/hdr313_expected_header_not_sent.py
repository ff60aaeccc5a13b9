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
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.rules.evidence import answered, is_redirect
from hdrcli.rules.finding import Context, Fault, Severity
from hdrcli.rules.near_names import is_nearly
from hdrcli.rules.two_answers import is_lost

CODE = "HDR313"
NAME = "expected-header-not-sent"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#concept-header-list-contains"

_OK = 200
_ERROR = 400
_INVALID = 422
_CRASHED = 500


def check(route: RouteRecord, context: Context) -> Iterator[Fault]:
    """One fault for each name and status: each status has its own reasons."""
    names = dict.fromkeys(each.name for each in context.expectations if each.verdict == "readable")
    for name in names:
        if is_lost(route, name):
            continue  # HDR511
        lacking: dict[int, list[FetchRecord]] = {}
        for fetch in context.asked(route):
            answer = fetch.answer
            if answer is not None and not is_redirect(answer) and not contains(name, answer.headers):
                lacking.setdefault(answer.status, []).append(fetch)
        for status, fetches in lacking.items():
            lowercase = byte_lowercase(name)
            exchanges = dict.fromkeys(fetch.exchanges[-1] for fetch in fetches)
            similar = [header.name for header in route.headers if is_nearly(byte_lowercase(header.name), lowercase)]
            yield Fault(
                cause=f"{lowercase} {status}",
                fetches=tuple(fetches),
                seen=(
                    *(line for exchange in exchanges for line in answered(exchange, name)),
                    *(f'"{other}" is sent or listed: is it meant?' for other in similar if other.lower() != lowercase),
                ),
                javascript=(f'JavaScript gets null from response.headers.get("{lowercase}").',),
                action=_action(status),
            )


def _action(status: int) -> str:
    if status >= _CRASHED:
        return (
            "Mend what makes the answer an error, or set the header outside of it: in FastAPI, an unhandled exception "
            "drops what endpoints, dependencies and middleware have set."
        )
    if status == _INVALID:
        return (
            "Set it in a middleware: in FastAPI, a failed validation (422) drops what dependencies have set, and the "
            "endpoint does not run."
        )
    if status >= _ERROR:
        return (
            "Give it to the error itself, in FastAPI HTTPException(…, headers={…}), or set it in a middleware: the "
            "exception drops what endpoint and dependencies have set."
        )
    if status >= _OK:
        return (
            "Set it on the response that is returned: in FastAPI, a returned JSONResponse, StreamingResponse or "
            "FileResponse drops what was set on the injected one."
        )
    return "Set it on the answer that is sent."
