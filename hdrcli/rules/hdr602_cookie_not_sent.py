"""The browser does not send a cookie that it holds.

Cause: `--cookie` supplies a cookie, the page sends the request with credentials, and the browser omits the cookie.
Either it is not `SameSite=None` and the page belongs to another site, or it is `Secure` and the URL is not https, or
the browser blocks third-party cookies. A cookie that is given without attributes is omitted only for the last reason.

Why it matters: The service sees an unknown visitor and responds with 401, or as if nobody were logged in, however well
the CORS headers are set. Firefox and Safari withhold third-party cookies by default, and Chrome does so in incognito
windows.

Fix: Serve page and service from one site, such as `app.example.com` and `api.example.com`; in development, use one host
name for both. If they must be different sites, set the cookie with `response.set_cookie("session", value,
samesite="none", secure=True, httponly=True)` over https, and expect it to work only in browsers that send third-party
cookies. `--third-party-cookies allow` or `block` simulates a browser with that setting.

Similar faults: HDR601 (the cookie is not stored in the first place), HDR106 (the response does not allow credentials).
Without `credentials: "include"`, `fetch()` sends no cookies across origins at all.

Tested by: tests/rules/test_cookie_rules.py

References: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-5.8.3
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.rules.cookie_faults import by_fix
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.finding import Fault, Severity

CODE = "HDR602"
NAME = "cookie-not-sent"
SEVERITY = Severity.WARNING
SPEC = "https://fetch.spec.whatwg.org/#cookie-header"
FOR_SEVERAL = "The browser does not send {number} cookies that it holds"


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """For pages that the user named: whoever passes a cookie wants it to be sent."""
    if diagnosis.default_page:
        return
    verdicts = (
        (fetch, verdict)
        for fetch in diagnosis.route.fetches
        if fetch.cookies and fetch.credentials != "omit"
        for verdict in fetch.cookies
    )
    for refused in by_fix(verdicts):
        yield Fault(
            variant=refused.fix.variant,
            subjects=refused.names,
            fetches=refused.fetches,
            evidence=(f"not in the request: {', '.join(refused.names)}", *refused.details),
            impact=("The response is the one for a visitor without this cookie.",),
            fix=refused.fix.text,
        )
