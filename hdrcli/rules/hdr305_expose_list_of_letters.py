"""The expose list consists of single letters, because a string was passed instead of a list.

Cause: `Access-Control-Expose-Headers` is `X, -, T, o, t, a, l` or similar. The middleware got the string `"X-Total"`
and treated it as a list of its letters. FastAPI's `CORSMiddleware` accepts a string without complaint.

Why it matters: Nothing is exposed, since no header is called `X`: `response.headers.get()` returns `null`, and no
console reports it. The same slip in `allow_methods` blocks requests, and in `allow_origins` it lets wrong origins in.

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

Fix: Pass a list, even for a single name.

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

In a one-element Python tuple, mind the comma: `("X-Total-Count",)`. A setting from an environment variable is a string:
split it first.

Similar faults: HDR304 (the list is invalid), HDR203 (`allow_methods` is a string).

References: https://fetch.spec.whatwg.org/#http-access-control-expose-headers
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch.headers import UnparsableList
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.hidden import Why, is_split_into_letters
from hdrcli.rules.evidence.lists import is_list_of_letters
from hdrcli.rules.finding import Fault, Severity
from hdrcli.rules.hiding import void_list_fault

CODE = "HDR305"
NAME = "expose-list-of-letters"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#http-access-control-expose-headers"
SETTINGS = ("expose",)


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault, whichever headers the list hides."""
    fetches = [
        fetch
        for fetch, _, _ in diagnosis.cors_responses
        if (listed := diagnosis.expose_list(fetch)) is not None
        if (isinstance(listed, UnparsableList) or is_list_of_letters(listed)) and is_split_into_letters(fetch)
    ]
    if fetches:
        yield void_list_fault(
            fetches,
            diagnosis,
            why=Why.LETTERS,
            variant="",
            evidence="the names are single letters",
            fix="Pass the middleware a list of names, not a string",
        )
