"""The expose list names a header that is not sent; one that is sent has nearly this name.

What: `Access-Control-Expose-Headers` names a header that no route sends, and a sent header that stays hidden differs
from it in one or two letters, in `-` and `_`, or in the `X-`.

Why it matters: browsers compare names letter by letter, upper and lower case alike. A misspelt name exposes nothing,
nobody is told, and the list looks right at a glance.

Fault:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["https://app.example"],
        expose_headers=["X-Totl-Count"],
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
from hdrcli.rules.evidence.hidden import Hidden, Why
from hdrcli.rules.finding import Fault, Severity
from hdrcli.rules.hiding import hiding_fault

CODE = "HDR302"
NAME = "exposed-name-misspelt"
SEVERITY = Severity.WARNING
SPEC = "https://fetch.spec.whatwg.org/#http-access-control-expose-headers"
SETTINGS = ("expose",)

_NOT_NAMED = "HDR301"


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for each misspelt name; HDR301 instead where another route sends a header of that name."""
    misspelt: dict[str, list[Hidden]] = {}
    for each in diagnosis.hidden(Why.MISSPELT):
        misspelt.setdefault(each.listed_as.lower(), []).append(each)
    for variant, hidden in misspelt.items():
        listed, meant = hidden[0].listed_as, hidden[0].header.name
        unnamed = hiding_fault(
            hidden, diagnosis, fix="Add it to the expose list", fix_for_several="Add them to the expose list"
        )
        yield hiding_fault(
            hidden,
            diagnosis,
            variant=variant,
            evidence=(f'"{listed}" is not sent, "{meant}" is',),
            fix=f'List "{meant}" in place of "{listed}"',
            void_if_sent=variant,
            instead=(_NOT_NAMED, unnamed),
        )
