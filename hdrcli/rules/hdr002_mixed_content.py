"""A page on https asks for a URL on http: browsers block mixed content before anything is sent.

What: the page's origin is on https, the URL is on http, and its host is not the browser's own machine (`localhost`,
`127.0.0.1` and `[::1]` are let through).

Why it matters: an answer that anybody on the way could have changed would undo the security of the page. The service
never sees the request, whatever its CORS headers say.

Shown by: tests/rules/test_cors_rules.py

References: https://w3c.github.io/webappsec-mixed-content/#should-block-fetch
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch import Failure
from hdrcli.records.route import RouteRecord
from hdrcli.rules.evidence import TYPE_ERROR, failing, failure_details
from hdrcli.rules.finding import Context, Fault, Severity

CODE = "HDR002"
NAME = "mixed-content"
SEVERITY = Severity.ERROR
SPEC = "https://w3c.github.io/webappsec-mixed-content/#should-block-fetch"


def check(route: RouteRecord, context: Context) -> Iterator[Fault]:
    """One fault for all URLs on http; where a redirect leads there, something was sent."""
    fetches = tuple(fetch for fetch in failing(route, context, {Failure.MIXED_CONTENT}) if not fetch.exchanges)
    if not fetches:
        return
    yield Fault(
        cause="",
        fetches=fetches,
        seen=failure_details(fetches),
        javascript=(f"{TYPE_ERROR} Nothing is sent.",),
        action="Call the service by an https URL",
    )
