"""The response sets a cookie that the browser does not store.

Cause: A page sends a request with credentials, the response sets a cookie, and the browser rejects it. Usually the page
belongs to another site, and the cookie is not `SameSite=None; Secure`. Other causes are `SameSite=None` without
`Secure`, `Secure` over http, a `Domain` that is not the host's, and a name that begins with `__Host-` or `__Secure-`
without the attributes that the prefix requires.

Why it matters: The response itself is readable, and the next request goes without the cookie: the user logs in and is
logged out at once. Firefox's console reports "Cookie “…” has been rejected"; Chromium marks the cookie in the network
panel. It is advice if the page's site is the cause, because the cookie may be a load balancer's and of no use to the
page, and a warning otherwise.

Check with: --origin https://app.example --credentials include --browser chromium

Fault:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], allow_credentials=True)

    @app.get("/")
    def log_in(response: Response) -> str:
        response.set_cookie("session", "7f3a", httponly=True)
        return "welcome"

Fix: Set the attributes that a cookie for another site needs, and serve it over https.

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], allow_credentials=True)

    @app.get("/")
    def log_in(response: Response) -> str:
        response.set_cookie("session", "7f3a", httponly=True, samesite="none", secure=True)
        return "welcome"

Or serve page and service from one site: `app.example.com` and `api.example.com` are the same site and need no
`SameSite=None`; `localhost` and `127.0.0.1` are different sites. One site is the only solution that works everywhere:
even with `SameSite=None`, Safari blocks third-party cookies, and Firefox keeps them separate for each page's site.

Similar faults: HDR602 (the cookie is stored, and not sent), HDR106 (the response does not allow credentials), HDR308
(the page tries to read `Set-Cookie`).

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
        details = dict.fromkeys(verdict.detail for _, verdict in those)
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
