"""An https page requests an http URL, which browsers block as mixed content.

Cause: The page is served over https, and the URL starts with `http:`. Chromium and Firefox make an exception for the
local machine (`localhost`, `127.0.0.1` and `[::1]`); Safari does not.

Why it matters: Anyone on the network path could have changed a response that came over http, which would undo the
security of the https page. The browser therefore blocks the request before it is sent: `fetch()` rejects with a
TypeError, the console says "Mixed Content" (Chromium), "Blocked loading mixed active content" (Firefox) or "requested
insecure content" (Safari), and the service sees nothing, whatever its CORS headers say.

Fix: Call the service by an https URL. In development, run uvicorn with a certificate (`uvicorn app:app --ssl-keyfile
key.pem --ssl-certfile cert.pem`) or serve the page over http as well; in production, let the proxy that ends TLS for
the page do so for the API. If the http URL comes from a build setting, such as `VITE_API_URL`, correct it there.

Similar faults: If the page requests an https URL and a redirect leads to http, see HDR402.

Tested by: tests/rules/test_cors_rules.py

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
