"""A cookie that the browser holds is not sent with the page's request.

What: `--cookie` gives a cookie, the page asks with credentials, and the browser sends the request without the cookie:
it is not `SameSite=None` and the page is of another site, it is `Secure` and the URL is not https, or the browser keeps
third-party cookies back.

Why it matters: the service sees a visitor that it does not know, however well the CORS headers are set. Firefox and
Safari keep third-party cookies back by default, Chrome in incognito windows; `--third-party-cookies allow` or `block`
plays a browser that is set so. A cookie given without attributes is held back by `block` alone.

Shown by: tests/rules/test_cookie_rules.py

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


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """For pages that somebody chose: a cookie is given in order to be sent."""
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
