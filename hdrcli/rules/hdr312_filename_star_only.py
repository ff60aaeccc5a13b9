r"""`Content-Disposition` has only `filename*`, which scripts that look for `filename="…"` don't find.

Cause: The page can read `Content-Disposition`, and the file name is sent only in the extended form,
`filename*=utf-8''%C3%BCbersicht.csv`. FastAPI's `FileResponse` does that for each name that contains a space or a
non-ASCII character.

Why it matters: A browser's own downloads understand both forms. The regular expressions in pages that download with
`fetch()` mostly expect the plain form, and the file is then saved as "undefined" or "download".

Fault:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], expose_headers=["Content-Disposition"])

    @app.get("/")
    def report() -> Response:
        disposition = "attachment; filename*=utf-8''%C3%BCbersicht.csv"
        return Response(b"a,b", headers={"Content-Disposition": disposition})

Fix: Send both forms, with an ASCII name in the plain one. Clients that understand the extended form prefer it.

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], expose_headers=["Content-Disposition"])

    @app.get("/")
    def report() -> Response:
        disposition = "attachment; filename=\"uebersicht.csv\"; filename*=utf-8''%C3%BCbersicht.csv"
        return Response(b"a,b", headers={"Content-Disposition": disposition})

Or parse the extended form in the page: take the part after `''` and decode it with `decodeURIComponent()`.

Similar faults: HDR309 (`Content-Disposition` is hidden from the page), HDR311 (a non-ASCII name in the plain form).

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
    """Only where the page can read the header; a hidden one is HDR309."""
    if "content-disposition" not in diagnosis.names:
        return
    fetches = tuple(fetch for fetch in diagnosis.wanted if _has_only_the_extended_form(fetch))
    if fetches:
        yield Fault(
            fetches=fetches,
            evidence=lines_of_fetches(fetches, _DISPOSITION),
            impact=('JavaScript finds no filename="…" in response.headers.get("content-disposition").',),
            fix='Send filename="…" in ASCII before filename*, or decode filename* in the page',
        )


def _has_only_the_extended_form(fetch: FetchRecord) -> bool:
    verdict = judge_header(_DISPOSITION, fetch)
    value = ", ".join(verdict.values)
    return verdict.readable and _extended(value) is not None and _plain(value) is None
