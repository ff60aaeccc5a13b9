"""A standard response header that pages often need is sent, but hidden from JavaScript.

Cause: The response has `Content-Disposition` with a file name, `Content-Range`, `Location` with status 201, the `ETag`
of an upload, a `WWW-Authenticate` with status 401 that says where to log in, `Retry-After`, or a `Link` that is not
only a hint for the browser, and `Access-Control-Expose-Headers` does not name it.

Why it matters: These headers look as if every page could read them, but they are not among the seven that are always
readable. `response.headers.get()` returns `null`: downloads lose their names, uploads in parts can't be completed, and
clients of an MCP server don't find where to log in. It is advice for a `Link` that leads to no other page of a list,
and for a `Retry-After` without status 429 or 503, because few pages read them.

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

from hdrcli.fetch.headers import values_of
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.hidden import RELATIONS_OF_LISTS, Hidden, Why, link_relations
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


_ASKS_TO_WAIT: Final = frozenset({429, 503})


def _severity(hidden: Sequence[Hidden]) -> Severity | None:
    return Severity.ADVICE if all(map(_is_rarely_read, hidden)) else None


def _is_rarely_read(hidden: Hidden) -> bool:
    responses = [fetch.response for fetch in hidden.fetches if fetch.response is not None]
    match byte_lowercase(hidden.header.name):
        case "retry-after":
            return not any(response.status in _ASKS_TO_WAIT for response in responses)
        case "link":
            return not any(
                link_relations(value) & RELATIONS_OF_LISTS
                for response in responses
                for value in values_of("Link", response.headers)
            )
        case _:
            return False


check = hidden_for(
    Why.NOT_NAMED,
    only=_is_optional,
    severity=_severity,
    fix="Add it to the expose list if pages should read it",
    fix_for_several="Add them to the expose list if pages should read them",
)
