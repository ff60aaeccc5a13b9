"""The expose list is `*`, which exposes nothing to a page that asks with credentials.

What: the answer has `Access-Control-Expose-Headers: *` and allows credentials. For a request with credentials, `*` is
no wildcard: it means a header whose name is `*`.

Why it matters: the same code reads the header before the login (no credentials) and gets `null` after it (with
cookies). The list has to name each header.

Ask: --origin https://app.example --credentials include

Fault:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["https://app.example"],
        allow_credentials=True,
        expose_headers=["*"],
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
        allow_credentials=True,
        expose_headers=["X-Total-Count"],
    )

    @app.get("/")
    def items(response: Response) -> list[str]:
        response.headers["X-Total-Count"] = "1312"
        return []

References: https://fetch.spec.whatwg.org/#concept-main-fetch,
https://fetch.spec.whatwg.org/#http-access-control-expose-headers
"""

from __future__ import annotations

from hdrcli.rules.evidence.hidden import Why
from hdrcli.rules.finding import Severity
from hdrcli.rules.hiding import hidden_for

CODE = "HDR303"
NAME = "expose-wildcard-with-credentials"
SEVERITY = Severity.WARNING
SPEC = "https://fetch.spec.whatwg.org/#http-access-control-expose-headers"
SETTINGS = ("expose",)

check = hidden_for(Why.WILDCARD_WITH_CREDENTIALS, fix='List each header by name in place of "*"')
