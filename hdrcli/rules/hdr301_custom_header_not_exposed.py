"""A custom response header is sent, and JavaScript cannot read it.

What: the answer carries a custom header (a name that is no registered HTTP field), the page may read the answer, but
`Access-Control-Expose-Headers` does not name the header. With `--expect-readable` that is an error, for any header.

Why it matters: across origins a browser shows JavaScript seven headers (`Cache-Control`, `Content-Language`,
`Content-Length`, `Content-Type`, `Expires`, `Last-Modified`, `Pragma`) and those that the answer itself exposes. For
all others `response.headers.get()` gives `null`, though curl and the browser's network panel show them.

Fault:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

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
SETTINGS = ("expose",)


def _is_due(hidden: Hidden, diagnosis: Diagnosis) -> bool:
    """Standard headers that nobody expects are HDR309's."""
    return hidden.header.custom or diagnosis.expects_readable(hidden.header.name)


check = hidden_for(
    Why.NOT_NAMED,
    only=_is_due,
    fix="Add it to the expose list",
    fix_for_several="Add them to the expose list",
)
