"""A standard response header that pages often need is sent, but hidden from JavaScript.

Cause: The response has `Content-Disposition` with a file name, `Content-Range`, `Retry-After`, `Location` with status
201, or a `Link` that is not only a hint for the browser, and `Access-Control-Expose-Headers` does not name it.

Why it matters: These headers look as if every page could read them, but they are not among the seven that are always
readable. `response.headers.get()` returns `null`: downloads lose their names, and lists the number of their pages. This
is advice, because not every page needs them.

Fault:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def report() -> Response:
        return Response(b"a,b", headers={"Content-Disposition": 'attachment; filename="report.csv"'})

Fix: Name the header in `expose_headers`.

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["https://app.example"],
        expose_headers=["Content-Disposition"],
    )

    @app.get("/")
    def report() -> Response:
        return Response(b"a,b", headers={"Content-Disposition": 'attachment; filename="report.csv"'})

Do the same in other stacks, or ignore the rule with `--ignore HDR309` if no page reads the header.

Similar faults: HDR301 (a custom header is hidden), HDR312 (`Content-Disposition` is readable, and scripts find no file
name in it).

References: https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name
"""

from __future__ import annotations

from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.hidden import Hidden, Why
from hdrcli.rules.finding import Severity
from hdrcli.rules.hiding import hidden_for

CODE = "HDR309"
NAME = "standard-header-not-exposed"
SEVERITY = Severity.ADVICE
SPEC = "https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name"
SETTINGS = ("expose",)


def _is_optional(hidden: Hidden, diagnosis: Diagnosis) -> bool:
    """Custom headers, and those that are expected to be readable, are HDR301."""
    return not hidden.header.custom and not diagnosis.expects_readable(hidden.header.name)


check = hidden_for(
    Why.NOT_NAMED,
    only=_is_optional,
    fix="Add it to the expose list if pages should read it",
    fix_for_several="Add them to the expose list if pages should read them",
)
