"""The expose list names `Set-Cookie`, which no browser shows to JavaScript.

Cause: `Access-Control-Expose-Headers` names `Set-Cookie` or `Set-Cookie2`. Both are forbidden response-header names, so
the entry has no effect.

Why it matters: `response.headers.get("set-cookie")` returns `null` in every browser, and `document.cookie` holds only
the cookies of the page's own site. Code that expects to read the cookie cannot work.

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

Fix: Remove the entry. If the page needs the value, send it in the response's body or in a custom header.

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

If the page needs only that the browser sends the cookie back, it doesn't have to read it: `credentials: "include"` and
the right cookie attributes are enough (see HDR601).

Similar faults: HDR601 (the browser does not store the cookie), HDR106 (`Access-Control-Allow-Credentials` is missing).

References: https://fetch.spec.whatwg.org/#forbidden-response-header-name
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch.headers import UnparsableList
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.response import FORBIDDEN_RESPONSE_HEADER_NAMES
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.hidden import EXPOSE_HEADERS
from hdrcli.rules.evidence.lines import lines_of_fetches
from hdrcli.rules.finding import Fault, Severity

CODE = "HDR308"
NAME = "set-cookie-exposed"
SEVERITY = Severity.ADVICE
SPEC = "https://fetch.spec.whatwg.org/#forbidden-response-header-name"
SETTINGS = ("expose",)


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault; a list that is void has a rule of its own."""
    fetches = tuple(fetch for fetch in diagnosis.wanted if _names_a_cookie(diagnosis.expose_list(fetch)))
    if fetches:
        yield Fault(
            fetches=fetches,
            evidence=lines_of_fetches(fetches, EXPOSE_HEADERS),
            impact=('JavaScript gets null from response.headers.get("set-cookie"), whether or not it is exposed.',),
            fix="Remove it, and send the value that the page needs in the body or in a header of another name",
            fix_setting=diagnosis.expose_setting,
        )


def _names_a_cookie(listed: list[str] | UnparsableList | None) -> bool:
    return isinstance(listed, list) and any(byte_lowercase(name) in FORBIDDEN_RESPONSE_HEADER_NAMES for name in listed)
