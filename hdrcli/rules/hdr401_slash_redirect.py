"""The URL redirects to the same path with or without a slash at the end.

Cause: The requested path ends in a slash and the route's does not, or the reverse, and the service redirects to the
right one. FastAPI does so by default (`redirect_slashes`).

Why it matters: The request works as long as all goes well, but each call takes two round trips. Behind a proxy, the
redirect is often built with `http:` or with an internal host name, and then it fails only in browsers: as mixed content
(HDR402), with `Origin: null` (HDR403), or without `Authorization` (HDR404). A request that needs a preflight fails at
once (HDR202).

Check with: /items --origin https://app.example --credentials omit

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/items/")
    def items() -> list[str]:
        return []

Fix: Let the page request the route's exact path, or declare the route as the page requests it.

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/items")
    def items() -> list[str]:
        return []

To find such calls early, create the app with `FastAPI(redirect_slashes=False)`: they then get 404. Django adds the
slash likewise (`APPEND_SLASH`), and so does nginx for directories.

Similar faults: HDR402, HDR403, HDR404 and HDR405, for redirects that fail.

References: https://fetch.spec.whatwg.org/#http-redirect-fetch,
https://fastapi.tiangolo.com/tutorial/bigger-applications/
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch import HTTPRequest
from hdrcli.fetch.headers import get
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import followed_redirects
from hdrcli.rules.evidence.lines import redirect_lines
from hdrcli.rules.evidence.redirects import differs_by_slash
from hdrcli.rules.finding import Fault, Severity

CODE = "HDR401"
NAME = "slash-redirect"
SEVERITY = Severity.WARNING
SPEC = "https://fetch.spec.whatwg.org/#http-redirect-fetch"


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """Only where the page gets a response in the end: a redirect that fails has a rule of its own."""
    found = [
        (fetch, exchange)
        for fetch in diagnosis.redirected
        if fetch.outcome == "readable"
        for exchange, following in followed_redirects(fetch)
        if differs_by_slash(exchange.request.url, following.url) and exchange.request.method == _method(following)
    ]
    if found:
        yield Fault(
            fetches=tuple(dict.fromkeys(fetch for fetch, _ in found)),
            evidence=redirect_lines(exchange for _, exchange in found),
            impact=("Each call takes two requests; response.redirected is true.",),
            fix="Let the page request the URL that the redirect leads to, or serve the one that it requests",
        )


def _method(request: HTTPRequest) -> str:
    """The method of the request, or the one that a preflight names. A changed method is HDR407."""
    return get("Access-Control-Request-Method", request.headers) or request.method
