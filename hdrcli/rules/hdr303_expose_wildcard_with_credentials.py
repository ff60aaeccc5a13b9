"""The expose list is `*`, which exposes nothing to requests with credentials.

Cause: The response has `Access-Control-Expose-Headers: *` and allows credentials. For a request with credentials, `*`
is not a wildcard: it stands for a header whose name is `*`.

Why it matters: The same code reads the header before the login, without credentials, and gets `null` after it, with
cookies. No console reports anything.

Check with: --origin https://app.example --credentials include

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

Fix: List each header in `expose_headers`.

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

`["*", "X-Total-Count"]` works, too, and still exposes every header to pages that send no credentials. The same applies
to every other stack: with credentials, neither `Access-Control-Expose-Headers` nor the allow lists have a wildcard. If
the page doesn't need cookies, remove `credentials: "include"` from it instead.

Similar faults: HDR105 (`*` as the allowed origin with credentials), HDR301 (the list does not name the header).

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

check = hidden_for(
    Why.WILDCARD_WITH_CREDENTIALS, fix='List each header by name, too: with credentials, "*" is not a wildcard'
)
