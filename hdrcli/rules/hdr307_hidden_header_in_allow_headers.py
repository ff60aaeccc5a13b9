"""A hidden response header stands in `Access-Control-Allow-Headers`: the list of request headers.

What: a custom header is sent and hidden, no page here sends it, and `Access-Control-Allow-Headers` names it. That list
says which headers a page may send; which it may read is said by `Access-Control-Expose-Headers`.

Why it matters: the two options stand side by side (`allow_headers`, `expose_headers`) and are mixed up more often than
anything else. The entry in the wrong one does nothing for response headers.

Fault:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["https://app.example"],
        allow_headers=["X-Total-Count"],
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

References: https://fetch.spec.whatwg.org/#http-access-control-allow-headers,
https://fetch.spec.whatwg.org/#http-access-control-expose-headers
"""

from __future__ import annotations

from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.hidden import Why, allow_headers_lines
from hdrcli.rules.finding import Severity
from hdrcli.rules.hiding import hidden_for

CODE = "HDR307"
NAME = "hidden-header-in-allow-headers"
SEVERITY = Severity.WARNING
SPEC = "https://fetch.spec.whatwg.org/#http-access-control-expose-headers"
SETTINGS = ("expose",)


def _allow_headers_lines(diagnosis: Diagnosis) -> tuple[str, ...]:
    return allow_headers_lines(diagnosis.route)


check = hidden_for(
    Why.IN_ALLOW_HEADERS,
    evidence=_allow_headers_lines,
    fix="Add it to the expose list: the list of allowed headers is for requests",
    fix_for_several="Add them to the expose list: the list of allowed headers is for requests",
)
