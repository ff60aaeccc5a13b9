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

from hdrcli.fetch import CookieFault, CookieVerdict
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.rules.cookie_faults import cure
from hdrcli.rules.finding import Context, Fault, Severity
from hdrcli.verdict.failures import cookie_sentence

CODE = "HDR602"
NAME = "cookie-not-sent"
SEVERITY = Severity.WARNING
SPEC = "https://fetch.spec.whatwg.org/#cookie-header"


def check(route: RouteRecord, context: Context) -> Iterator[Fault]:
    """For pages that somebody chose: a cookie that is given is meant to be sent."""
    kept: dict[tuple[CookieFault | None, str], list[tuple[FetchRecord, CookieVerdict]]] = {}
    for fetch in () if context.default_page else route.fetches:
        for verdict in fetch.cookies if fetch.credentials != "omit" else ():
            action = cure(verdict.fault, fetch)
            if action is not None:
                kept.setdefault((verdict.fault, action), []).append((fetch, verdict))
    for (fault, action), those in kept.items():
        names = dict.fromkeys(verdict.name for _, verdict in those)
        details = dict.fromkeys(cookie_sentence(verdict) for _, verdict in those)
        yield Fault(
            cause=f"{fault} {action}",
            fetches=tuple(dict.fromkeys(fetch for fetch, _ in those)),
            seen=(f"not in the request: {', '.join(names)}", *details),
            javascript=("The answer is the one for a visitor without this cookie.",),
            action=action,
        )
