"""An https URL redirects to an http URL: the browser blocks it as mixed content.

What: the service answers with a redirect whose `Location` begins with `http:`, though it was asked by https. The
page is on https itself, so that the browser does not follow.

Why it matters: the page gets a TypeError and the console speaks of mixed content, though nobody wrote an http URL. The
service did: behind a proxy that ends TLS it takes itself for an http service, and builds its redirects (FastAPI's for
slashes, for instance) from that.

What helps: the proxy says by `X-Forwarded-Proto: https` how it was asked, and the service believes it. uvicorn does so
for proxies at 127.0.0.1; for others say `--proxy-headers --forwarded-allow-ips` and their addresses. Or the page asks
for the URL that needs no redirect.

Shown by: tests/rules/test_redirect_rules.py

References: https://w3c.github.io/webappsec-mixed-content/#should-block-fetch, https://uvicorn.dev/deployment/
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch import Failure
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import TYPE_ERROR
from hdrcli.rules.evidence.lines import redirect_lines
from hdrcli.rules.finding import Fault, Severity

CODE = "HDR402"
NAME = "redirect-to-http"
SEVERITY = Severity.ERROR
SPEC = "https://w3c.github.io/webappsec-mixed-content/#should-block-fetch"
EXPLAINS = frozenset({Failure.MIXED_CONTENT})


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """Mixed content behind an exchange; before any it is HDR002."""
    fetches = tuple(fetch for fetch in diagnosis.failing(Failure.MIXED_CONTENT) if fetch.exchanges)
    if fetches:
        yield Fault(
            fetches=fetches,
            evidence=redirect_lines(fetch.exchanges[-1] for fetch in fetches),
            impact=(TYPE_ERROR,),
            fix=(
                "Have the service know that it is asked by https: the proxy sends X-Forwarded-Proto, and the service "
                "trusts it (uvicorn --proxy-headers --forwarded-allow-ips=ADDRESS)"
            ),
        )
