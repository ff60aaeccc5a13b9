"""A standard response header that pages often need is sent, but hidden from JavaScript.

Cause: The response has `Content-Disposition` with a file name, `Content-Range`, `Location` with status 201, the `ETag`
of an upload, a `WWW-Authenticate` with status 401 that says where to log in, `Retry-After`, or a `Link` that is not
only a hint for the browser, and `Access-Control-Expose-Headers` does not name it.

Why it matters: These headers look as if every page could read them, but they are not among the seven that are always
readable. `response.headers.get()` returns `null`: downloads lose their names, uploads in parts can't be completed, and
clients of an MCP server don't find where to log in. For `Link` and `Retry-After` it is advice, because few pages read
them.

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

from collections.abc import Sequence
from typing import Final

from hdrcli.fetch.infra import byte_lowercase
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.hidden import Hidden, Why
from hdrcli.rules.finding import Severity
from hdrcli.rules.hiding import hidden_for

CODE = "HDR309"
NAME = "standard-header-not-exposed"
SEVERITY = Severity.WARNING
SPEC = "https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name"
FOR_SEVERAL = "{number} standard response headers that pages often need are sent, but hidden from JavaScript"
SETTINGS = ("expose",)


def _is_optional(hidden: Hidden, diagnosis: Diagnosis) -> bool:
    """Custom headers, and those that are expected to be readable, are HDR301."""
    return not hidden.header.custom and not diagnosis.expects_readable(hidden.header.name)


_OPTIONAL: Final = frozenset({"link", "retry-after"})
"""Headers that many services send and few pages read."""


def _severity(hidden: Sequence[Hidden]) -> Severity | None:
    names = {byte_lowercase(each.header.name) for each in hidden}
    return Severity.ADVICE if names <= _OPTIONAL else None


check = hidden_for(
    Why.NOT_NAMED,
    only=_is_optional,
    severity=_severity,
    fix="Add it to the expose list if pages should read it",
    fix_for_several="Add them to the expose list if pages should read them",
)
