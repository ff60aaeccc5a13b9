"""The expose list names a header that is not sent, and a hidden header has almost the same name.

Cause: `Access-Control-Expose-Headers` names a header that no route sends, and a header that is sent, but hidden,
differs from it by one or two letters, by `-` instead of `_`, or by the prefix `X-`.

Why it matters: Browsers compare names letter by letter, ignoring case. A misspelled name exposes nothing,
`response.headers.get()` returns `null`, and no console reports it. At a glance, the list looks right.

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

Fix: Write the name in `expose_headers` exactly as the header is sent.

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

Elsewhere, correct the name in the stack's setting or header line. A shared constant for both places prevents the
mistake.

Similar faults: HDR301 (the list does not name the header at all), HDR313 (the list is right, and the header is not
sent).

References: https://fetch.spec.whatwg.org/#http-access-control-expose-headers
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.hidden import Hidden, Why
from hdrcli.rules.finding import Fault, Severity, Unless, sending
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
            fix=f'List "{meant}" instead of "{listed}"',
            unless=(Unless(fact=sending(variant), code=_NOT_NAMED, fault=unnamed),),
        )
