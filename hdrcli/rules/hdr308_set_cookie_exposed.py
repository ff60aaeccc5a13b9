"""The expose list names `Set-Cookie`, which no browser ever shows to JavaScript.

What: `Access-Control-Expose-Headers` names `Set-Cookie` or `Set-Cookie2`. They are forbidden response-header names: the
entry has no effect.

Why it matters: whoever wrote it expects to read the cookie. `response.headers.get("set-cookie")` is `null` all the
same, and `document.cookie` of the page holds its own site's cookies alone.

Fault:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["https://app.example"],
        expose_headers=["X-Total-Count", "Set-Cookie"],
    )

    @app.get("/")
    def items(response: Response) -> list[str]:
        response.headers["X-Total-Count"] = "1312"
        response.set_cookie("seen", "1")
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
        response.set_cookie("seen", "1")
        return []

References: https://fetch.spec.whatwg.org/#forbidden-response-header-name
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.response import FORBIDDEN_RESPONSE_HEADER_NAMES
from hdrcli.records.route import FetchRecord
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.hidden import EXPOSE_HEADERS
from hdrcli.rules.evidence.lines import lines_of_fetches
from hdrcli.rules.finding import Fault, Severity
from hdrcli.verdict.exposure import expose_list

CODE = "HDR308"
NAME = "set-cookie-exposed"
SEVERITY = Severity.ADVICE
SPEC = "https://fetch.spec.whatwg.org/#forbidden-response-header-name"
SETTINGS = ("expose",)


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault; a list that is void for other reasons is theirs."""
    fetches = tuple(fetch for fetch in diagnosis.wanted if _names_a_cookie(fetch))
    if fetches:
        yield Fault(
            fetches=fetches,
            evidence=lines_of_fetches(fetches, EXPOSE_HEADERS),
            impact=('JavaScript gets null from response.headers.get("set-cookie"), exposed or not.',),
            fix="Leave it out, and send what the page is to read in the body or in a header of another name",
            fix_setting=diagnosis.expose_setting,
        )


def _names_a_cookie(fetch: FetchRecord) -> bool:
    listed = expose_list(fetch)
    return isinstance(listed, list) and any(byte_lowercase(name) in FORBIDDEN_RESPONSE_HEADER_NAMES for name in listed)
