"""The response sets a cookie that the browser does not store.

Cause: A page sends a request with credentials, the response sets a cookie, and the browser rejects it. Usually the page
belongs to another site, and the cookie is not `SameSite=None; Secure`. Other causes are `SameSite=None` without
`Secure`, `Secure` over http, a `Domain` that is not the host's, and a name that begins with `__Host-` or `__Secure-`
without the attributes that the prefix requires.

Why it matters: The response itself is readable, and the next request goes without the cookie: the user logs in and is
logged out at once. Firefox's console reports "Cookie “…” has been rejected"; Chromium marks the cookie in the network
panel. It is an error if none of the browsers stores the cookie, and a warning if some do. A refused deletion is a
warning, too: whether there is a cookie to delete is not known. Cookies of load balancers and firewalls, such as
`AWSALB`, are advice, because no page depends on them.

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

import re
from collections.abc import Container, Iterator
from typing import Final

from hdrcli.fetch import CookieFault, CookieVerdict
from hdrcli.fetch.url import is_loopback
from hdrcli.records.route import FetchRecord
from hdrcli.rules.cookie_faults import Refused, by_fix, is_for_page
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.finding import Fault, Severity
from hdrcli.structs import replace
from hdrcli.text.header_redaction import redact_response_header

CODE = "HDR601"
NAME = "cookie-not-stored"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#set-cookie-header"
FOR_SEVERAL = "Responses set {number} cookies that the browser does not store"


_NOT_STORED: Final = "The browser does not store the cookie: the page's next request is sent without it."
_DELETION_REFUSED: Final = "The browser does not delete the cookie: the page's next request still has the old one."

_expires_at_once = re.compile(
    r";\s*(?:max-age\s*=\s*(?:0+|-\d+)\s*(?:;|$)|expires\s*=[^;]*\b(?:19\d\d|200\d)\b)", re.IGNORECASE
).search


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """For wanted fetches with credentials whose page gets a response."""
    verdicts = (
        (fetch, replace(verdict, faults=tuple(_faults(verdict, fetch, diagnosis))))
        for fetch in diagnosis.wanted
        if fetch.set_cookies and fetch.outcome != "network-error"
        for verdict in fetch.set_cookies
    )
    for refused in by_fix(verdicts):
        is_deletion = all(_is_deletion(verdict) for _, verdict in refused.cookies)
        lines = dict.fromkeys(redact_response_header(("Set-Cookie", verdict.line)) for _, verdict in refused.cookies)
        yield Fault(
            variant=f"{refused.fix.variant}{' deletion' if is_deletion else ''}",
            subjects=refused.names,
            fetches=refused.fetches,
            evidence=(*(f"{name}: {value}" for name, value in lines), *refused.details),
            impact=(_DELETION_REFUSED if is_deletion else _NOT_STORED,),
            fix=refused.fix.text,
            severity=_severity(refused, diagnosis, is_deletion=is_deletion),
        )


def _severity(refused: Refused, diagnosis: Diagnosis, *, is_deletion: bool) -> Severity:
    """An error, if no browser stores a cookie of the page although the user wants credentials."""
    names = {name for name in refused.names if is_for_page(name)}
    if not names:
        return Severity.ADVICE
    lost = {
        *(fetch for fetch, verdict in refused.cookies if verdict.name in names),
        *(fetch for fetch in diagnosis.wanted for verdict in fetch.set_cookies if _is_blocked(verdict, names)),
    }
    with_credentials = {fetch for fetch in diagnosis.wanted if fetch.credentials == "include"}
    is_error = with_credentials and with_credentials <= lost and not is_deletion
    return Severity.ERROR if is_error else Severity.WARNING


def _is_blocked(verdict: CookieVerdict, names: Container[str]) -> bool:
    """Whether the browser blocks one of these cookies as a third party's, which is no fault of the line."""
    return verdict.name in names and CookieFault.THIRD_PARTY in verdict.faults


def _is_deletion(verdict: CookieVerdict) -> bool:
    """An expired cookie replaces the stored one, which is how it is deleted."""
    return _expires_at_once(verdict.line) is not None


def _faults(verdict: CookieVerdict, fetch: FetchRecord, diagnosis: Diagnosis) -> Iterator[CookieFault]:
    """The faults of the line: not those of a default page, of the browser, or of Secure in development."""
    own = fetch.own_exchange
    in_development = own is not None and is_loopback(own.request.url.host) and fetch.browser == "standard"
    for fault in verdict.faults:
        match fault:
            case CookieFault.THIRD_PARTY:
                continue
            case CookieFault.SAME_SITE if diagnosis.default_page:
                continue
            case CookieFault.SECURE if in_development:
                continue
            case _:
                yield fault
