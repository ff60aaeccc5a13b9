"""The URL redirects to itself with a slash more, or less, at its end.

What: the path that was asked for ends in a slash and the route does not, or the other way about, and the service
answers with a redirect to the right one. FastAPI does so by itself (`redirect_slashes`).

Why it matters: it works as long as all goes well. Each call takes two round trips; behind a proxy the redirect is often
built with `http:` or an inner host name, and then it fails for pages alone: mixed content, `Origin: null`, no
`Authorization`.

Ask: /items --origin https://app.example --credentials omit

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/items/")
    def items() -> list[str]:
        return []

Mend:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/items")
    def items() -> list[str]:
        return []

References: https://fetch.spec.whatwg.org/#http-redirect-fetch, https://fastapi.tiangolo.com/tutorial/bigger-applications/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hdrcli.fetch import URL
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import followed_redirects
from hdrcli.rules.evidence.lines import redirect_lines
from hdrcli.rules.finding import Fault, Severity

CODE = "HDR401"
NAME = "slash-redirect"
SEVERITY = Severity.WARNING
SPEC = "https://fetch.spec.whatwg.org/#http-redirect-fetch"


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """Where the page gets its response in the end: what fails on the way has a rule of its own."""
    found = [
        (fetch, exchange)
        for fetch in diagnosis.wanted
        if fetch.outcome == "readable"
        for exchange, following in followed_redirects(fetch)
        if _differ_by_a_slash(exchange.request.url, following.url)
    ]
    if found:
        yield Fault(
            fetches=tuple(dict.fromkeys(fetch for fetch, _ in found)),
            evidence=redirect_lines(exchange for _, exchange in found),
            impact=("JavaScript gets the response after a second request; response.redirected is true.",),
            fix="Have the page ask for the URL that the redirect leads to, or serve the one that it asks for",
        )


def _differ_by_a_slash(a: URL, b: URL) -> bool:
    if a.path == b.path:
        return False
    return replace(a, path=a.path.rstrip("/"), fragment=None) == replace(b, path=b.path.rstrip("/"), fragment=None)
