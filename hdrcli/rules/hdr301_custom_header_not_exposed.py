"""A custom response header is sent, but hidden from JavaScript.

Cause: The response has a custom header (one that is not a registered HTTP field), the page can read the response, and
`Access-Control-Expose-Headers` does not name the header. With `--expect-readable NAME`, this rule reports any header,
and as an error.

Why it matters: `response.headers.get("x-total-count")` returns `null`, although curl and the browser's network panel
show the header, and no console reports anything. Across origins, JavaScript can read only seven response headers
(`Cache-Control`, `Content-Language`, `Content-Length`, `Content-Type`, `Expires`, `Last-Modified`, `Pragma`) and those
that the response exposes.

Fault:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def items(response: Response) -> list[str]:
        response.headers["X-Total-Count"] = "1312"
        return []

Fix: Name the header in `expose_headers`.

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

With any other stack, send `Access-Control-Expose-Headers` on the response to the actual request, next to the names that
it lists already. `*` exposes all headers, but only to requests without credentials (see HDR303).

Similar faults: HDR302 (the list has a misspelled name), HDR304 (the list is invalid), HDR306 (the list is only on the
preflight's response), HDR307 (the name is in `Access-Control-Allow-Headers`), HDR309 (a standard header is hidden),
HDR313 (the header is not sent at all).

References: https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name
"""

from __future__ import annotations

from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.hidden import Hidden, Why
from hdrcli.rules.finding import Severity
from hdrcli.rules.hiding import hidden_for

CODE = "HDR301"
NAME = "custom-header-not-exposed"
SEVERITY = Severity.WARNING
SPEC = "https://fetch.spec.whatwg.org/#concept-filtered-response-cors"
FOR_SEVERAL = "{number} custom response headers are sent, but hidden from JavaScript"
SETTINGS = ("expose",)


def _is_due(hidden: Hidden, diagnosis: Diagnosis) -> bool:
    """Standard headers that are not expected are HDR309."""
    return hidden.header.custom or diagnosis.expects_readable(hidden.header.name)


check = hidden_for(
    Why.NOT_NAMED,
    only=_is_due,
    fix="Add it to the expose list",
    fix_for_several="Add them to the expose list",
)
