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
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.rules.cookie_faults import cure
from hdrcli.rules.finding import Context, Fault, Severity
from hdrcli.text.redaction import redact_response_header
from hdrcli.verdict.failures import cookie_sentence

CODE = "HDR601"
NAME = "cookie-not-stored"
SEVERITY = Severity.ADVICE
SPEC = "https://fetch.spec.whatwg.org/#set-cookie-header"


def check(route: RouteRecord, context: Context) -> Iterator[Fault]:
    """For fetches with credentials that somebody asked for, and answers that the page may have."""
    refused: dict[tuple[CookieFault | None, str], list[tuple[FetchRecord, CookieVerdict]]] = {}
    for fetch in context.asked(route):
        for verdict in fetch.set_cookies if fetch.outcome != "network-error" else ():
            action = cure(verdict.fault, fetch)
            if action is not None and _counts(verdict, fetch, context):
                refused.setdefault((verdict.fault, action), []).append((fetch, verdict))
    for (fault, action), those in refused.items():
        lines = dict.fromkeys(redact_response_header(("Set-Cookie", verdict.line)) for _, verdict in those)
        details = dict.fromkeys(cookie_sentence(verdict) for _, verdict in those)
        yield Fault(
            cause=f"{fault} {action}",
            fetches=tuple(dict.fromkeys(fetch for fetch, _ in those)),
            seen=(*(f"{name}: {value}" for name, value in lines), *details),
            javascript=("The browser does not store the cookie: the page's next request goes without it.",),
            action=action,
            severity=None if fault is CookieFault.SAME_SITE else Severity.WARNING,
        )


def _counts(verdict: CookieVerdict, fetch: FetchRecord, context: Context) -> bool:
    """Whether the line is to blame: not a page that nobody chose, nor the browser, nor Secure in development."""
    if verdict.fault is CookieFault.SAME_SITE:
        return not context.default_page
    own = fetch.own_exchange
    in_development = own is not None and is_loopback(own.request.url.host) and fetch.browser == "standard"
    return verdict.fault is not CookieFault.THIRD_PARTY and not (verdict.fault is CookieFault.SECURE and in_development)
