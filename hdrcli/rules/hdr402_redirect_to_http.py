"""A redirect leads to an http URL, which browsers block as mixed content.

Cause: The page is on https, and the response is a redirect whose `Location` begins with `http:`. Usually the service
runs behind a proxy that ends TLS, takes itself for an http service, and builds its redirects accordingly (FastAPI's
redirects for a slash at the end, for instance). Behind a local proxy, it may be the service's own host name
(`http://backend:8000`), as the proxy doesn't pass on `Host`.

Why it matters: The page is on https, so the browser does not follow the redirect. `fetch()` rejects with a TypeError,
and the console reports mixed content, although neither the page nor its configuration contains an http URL. curl
follows the redirect.

Fix: Let the proxy send `X-Forwarded-Proto: https`, and the service trust it. uvicorn trusts proxies on 127.0.0.1; for
others, start it with `--proxy-headers --forwarded-allow-ips=ADDRESS`. In Django, set `SECURE_PROXY_SSL_HEADER`; in
Express, `app.set("trust proxy", true)`. Or avoid the redirect: request the URL that it leads to (see HDR401).

Similar faults: HDR002 (the page requests the http URL itself), HDR202 (the preflight is redirected).

Tested by: tests/rules/test_redirect_rules.py

References: https://w3c.github.io/webappsec-mixed-content/#should-block-fetch,
https://uvicorn.dev/deployment/
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch import Failure
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import TYPE_ERROR
from hdrcli.rules.evidence.lines import redirect_lines
from hdrcli.rules.evidence.redirects import Target, fix_of_redirect, last_redirect
from hdrcli.rules.finding import Fault, Severity

CODE = "HDR402"
NAME = "redirect-to-http"
SEVERITY = Severity.ERROR
SPEC = "https://w3c.github.io/webappsec-mixed-content/#should-block-fetch"
EXPLAINS = frozenset({Failure.MIXED_CONTENT})


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """Mixed content after a redirect (without one, it is HDR002), and any failure after such a redirect."""
    if not diagnosis.failures:
        return
    downgraded = {
        fetch: redirect
        for fetch in diagnosis.wanted
        if fetch.outcome == "network-error" and (redirect := last_redirect(fetch)) is not None
        if redirect.target is Target.SCHEME
    }
    mixed = [fetch for fetch in diagnosis.failing(Failure.MIXED_CONTENT) if fetch.exchanges]
    fetches = tuple(dict.fromkeys((*mixed, *downgraded)))
    if fetches:
        redirects = (redirect for fetch in fetches if (redirect := last_redirect(fetch)) is not None)
        yield Fault(
            fetches=fetches,
            evidence=redirect_lines(redirect.exchange for redirect in redirects),
            impact=(TYPE_ERROR,),
            fix=fix_of_redirect(next(iter(downgraded.values()), last_redirect(fetches[0]))),
        )
