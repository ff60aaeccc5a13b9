"""The expose list names single letters: a string was given where a list belongs.

What: `Access-Control-Expose-Headers` is `X, -, T, o, t, a, l` or the like. The middleware was given the string
`"X-Total"` and took it for a list of its letters. FastAPI's does not complain.

Why it matters: nothing is exposed, since no header has the name `X`. The same slip in the lists of origins and methods
lets the wrong ones in.

Fault:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["https://app.example"],
        expose_headers="X-Total-Count",
    )

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

References: https://fetch.spec.whatwg.org/#http-access-control-expose-headers
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.hidden import Why, falls_into_letters
from hdrcli.rules.finding import Fault, Severity
from hdrcli.rules.hiding import void_list_fault

CODE = "HDR305"
NAME = "expose-list-of-letters"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#http-access-control-expose-headers"
SETTINGS = ("expose",)


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault: it is one slip, whatever headers it hides."""
    fetches = [fetch for fetch, _, _ in diagnosis.cors_responses if falls_into_letters(fetch)]
    if fetches:
        yield void_list_fault(
            fetches,
            diagnosis,
            why=Why.LETTERS,
            variant="",
            evidence="the names are single letters",
            fix="Give the middleware a list of names, not one string",
        )
