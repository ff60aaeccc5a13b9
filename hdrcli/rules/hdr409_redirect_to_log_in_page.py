"""The service redirects `fetch()` to a log-in page.

Cause: The request has no valid session or token, and the service, or a gateway in front of it, responds with a redirect
to a page where people log in.

Why it matters: A log-in page is HTML for people. If the browser follows the redirect, the page gets that HTML with
status 200 instead of its data, and a POST becomes a GET. If the log-in page is on another host, or the redirect has no
CORS headers, `fetch()` rejects with a TypeError, and the console reports a CORS error, although CORS is not the
problem.

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.responses import HTMLResponse, RedirectResponse

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def items() -> RedirectResponse:
        return RedirectResponse("/login")

    @app.get("/login")
    def log_in() -> HTMLResponse:
        return HTMLResponse("<form>")

Fix: Respond to requests of `fetch()` with 401, and let the page decide what to do. To check the route itself, pass the
page's token or cookie with `--header` or `--cookie`.

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def items() -> list[str]:
        return []

In Django REST framework, use an authentication class that responds with 401; in Spring Security, set an
`HttpStatusEntryPoint` for the API; in oauth2-proxy, list the API's paths in `--api-route`.

Similar faults: HDR405 (another redirect lacks CORS headers), HDR407 (a redirect changes the method), HDR601 and HDR602
(the session cookie is not stored, or not sent).

References: https://www.rfc-editor.org/rfc/rfc9110.html#name-401-unauthorized
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import TYPE_ERROR
from hdrcli.rules.evidence.lines import redirect_lines
from hdrcli.rules.evidence.redirects import Redirect, Target, fix_of_redirect, redirects
from hdrcli.rules.finding import Fault, Severity

CODE = "HDR409"
NAME = "redirect-to-log-in-page"
SEVERITY = Severity.ERROR
SPEC = "https://www.rfc-editor.org/rfc/rfc9110.html#name-401-unauthorized"


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for all fetches, whether or not they get the page; a preflight that is redirected is HDR202."""
    if not diagnosis.misled:
        return
    found: list[Redirect] = []
    fetches = []
    for fetch in diagnosis.wanted:
        to_log_in = [
            redirect
            for redirect in redirects(fetch.exchanges)
            if redirect.target is Target.LOG_IN and redirect.exchange.request.purpose == "request"
        ]
        if to_log_in:
            found += to_log_in
            fetches.append(fetch)
    if found:
        is_blocked = any(fetch.outcome == "network-error" for fetch in fetches)
        yield Fault(
            fetches=tuple(fetches),
            evidence=redirect_lines(redirect.exchange for redirect in found),
            impact=(TYPE_ERROR if is_blocked else "JavaScript gets the log-in page instead of the data.",),
            fix=fix_of_redirect(found[0]),
        )
