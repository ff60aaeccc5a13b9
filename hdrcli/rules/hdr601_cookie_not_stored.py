"""An answer sets a cookie, and the browser does not store it.

What: a page asks with credentials, the answer sets a cookie, and the cookie is refused: mostly because the page is of
another site and the cookie is not `SameSite=None; Secure`. Other causes are `SameSite=None` without `Secure`, `Secure`
over http, a `Domain` that is not the host's, a name beginning with `__Host-` or `__Secure-` without what that promises.

Why it matters: the answer itself is fine, and the next request goes without the cookie: logged in, and logged out at
once. This is advice where the page's site is the cause, for a load balancer's cookie may be nothing to the page, and a
warning otherwise. `app.example.com` and `api.example.com` are one site and need no `SameSite=None`; `localhost` and
`127.0.0.1` are two.

Ask: --origin https://app.example --credentials include --browser chromium

Fault:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], allow_credentials=True)

    @app.get("/")
    def log_in(response: Response) -> str:
        response.set_cookie("session", "7f3a", httponly=True)
        return "welcome"

Mend:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], allow_credentials=True)

    @app.get("/")
    def log_in(response: Response) -> str:
        response.set_cookie("session", "7f3a", httponly=True, samesite="none", secure=True)
        return "welcome"

Note: browsers that block third-party cookies (Safari) or keep them apart for each page's site (Firefox) do so with
`SameSite=None`, too. Page and service on one site are what works everywhere.

References: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.7
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch import CookieFault, CookieVerdict
from hdrcli.fetch.url import is_loopback
from hdrcli.records.route import FetchRecord
from hdrcli.rules.cookie_faults import by_fix
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.finding import Fault, Severity
from hdrcli.text.redaction import redact_response_header

CODE = "HDR601"
NAME = "cookie-not-stored"
SEVERITY = Severity.ADVICE
SPEC = "https://fetch.spec.whatwg.org/#set-cookie-header"


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """For wanted fetches with credentials, and responses that the page gets."""
    verdicts = (
        (fetch, verdict)
        for fetch in diagnosis.wanted
        if fetch.set_cookies and fetch.outcome != "network-error"
        for verdict in fetch.set_cookies
        if _counts(verdict, fetch, diagnosis)
    )
    for refused in by_fix(verdicts):
        lines = dict.fromkeys(redact_response_header(("Set-Cookie", verdict.line)) for _, verdict in refused.cookies)
        yield Fault(
            variant=refused.fix.variant,
            subjects=refused.names,
            fetches=refused.fetches,
            evidence=(*(f"{name}: {value}" for name, value in lines), *refused.details),
            impact=("The browser does not store the cookie: the page's next request goes without it.",),
            fix=refused.fix.text,
            severity=None if refused.fix.fault is CookieFault.SAME_SITE else Severity.WARNING,
        )


def _counts(verdict: CookieVerdict, fetch: FetchRecord, diagnosis: Diagnosis) -> bool:
    """Whether the line is at fault: not the choice of a default page, the browser, or Secure in development."""
    if verdict.fault is CookieFault.SAME_SITE:
        return not diagnosis.default_page
    own = fetch.own_exchange
    in_development = own is not None and is_loopback(own.request.url.host) and fetch.browser == "standard"
    return verdict.fault is not CookieFault.THIRD_PARTY and not (verdict.fault is CookieFault.SECURE and in_development)
