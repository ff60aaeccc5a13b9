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

from hdrcli.records.route import RouteRecord
from hdrcli.rules.expose_list import Hidden, Why, hidden_headers, hiding_fault
from hdrcli.rules.finding import Context, Fault, Severity

CODE = "HDR302"
NAME = "exposed-name-misspelt"
SEVERITY = Severity.WARNING
SPEC = "https://fetch.spec.whatwg.org/#http-access-control-expose-headers"


def check(route: RouteRecord, context: Context) -> Iterator[Fault]:
    """One fault for each misspelt name."""
    misspelt: dict[str, list[Hidden]] = {}
    for each in hidden_headers(route, context, Why.MISSPELT):
        misspelt.setdefault(each.listed_as.lower(), []).append(each)
    for cause, hidden in misspelt.items():
        listed, meant = hidden[0].listed_as, hidden[0].header.name
        yield hiding_fault(
            hidden,
            route,
            context,
            cause=cause,
            seen=(f'"{listed}" is not sent, "{meant}" is',),
            action=f'Name "{meant}" in place of "{listed}"',
        )
