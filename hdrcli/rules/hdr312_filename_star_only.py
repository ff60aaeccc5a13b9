r"""`Content-Disposition` has `filename*` alone: scripts that look for `filename="…"` find no name.

What: the page can read `Content-Disposition`, and the name stands in the extended form alone,
`filename*=utf-8''%C3%BCbersicht.csv`. FastAPI's `FileResponse` does that for each name with a space or a letter beyond
ASCII.

Why it matters: browsers' own downloads know both forms. The regular expression in the page mostly knows the plain one,
and the download is called "undefined". Both may be sent: who knows the extended form prefers it.

Fault:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], expose_headers=["Content-Disposition"])

    @app.get("/")
    def report() -> Response:
        disposition = "attachment; filename*=utf-8''%C3%BCbersicht.csv"
        return Response(b"a,b", headers={"Content-Disposition": disposition})

Mend:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], expose_headers=["Content-Disposition"])

    @app.get("/")
    def report() -> Response:
        disposition = "attachment; filename=\"uebersicht.csv\"; filename*=utf-8''%C3%BCbersicht.csv"
        return Response(b"a,b", headers={"Content-Disposition": disposition})

References: https://www.rfc-editor.org/rfc/rfc6266.html#section-4.3
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hdrcli.records.route import FetchRecord
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.lines import lines_of_fetches
from hdrcli.rules.finding import Fault, Severity
from hdrcli.verdict.exposure import judge_header

CODE = "HDR312"
NAME = "filename-star-only"
SEVERITY = Severity.ADVICE
SPEC = "https://www.rfc-editor.org/rfc/rfc6266.html#section-4.3"

_DISPOSITION = "Content-Disposition"
_extended = re.compile(r";\s*filename\*\s*=", re.IGNORECASE).search
_plain = re.compile(r";\s*filename\s*=", re.IGNORECASE).search


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """Where the page can read it: a hidden one is HDR309's first."""
    fetches = tuple(fetch for fetch in diagnosis.wanted if _has_the_extended_form_alone(fetch))
    if fetches:
        yield Fault(
            fetches=fetches,
            evidence=lines_of_fetches(fetches, _DISPOSITION),
            impact=('JavaScript finds no filename="…" in response.headers.get("content-disposition").',),
            fix='Send filename="…" in ASCII before filename*, or decode filename* in the page.',
        )


def _has_the_extended_form_alone(fetch: FetchRecord) -> bool:
    verdict = judge_header(_DISPOSITION, fetch)
    value = ", ".join(verdict.values)
    return verdict.readable and _extended(value) is not None and _plain(value) is None
