"""An https page requests an http URL, which browsers block as mixed content.

Cause: The page is served over https, and the URL starts with `http:`. Chromium and Firefox make an exception for the
local machine (`localhost`, `127.0.0.1` and `[::1]`); Safari does not. Chromium makes another one for private addresses
and names under `.local` (see HDR505).

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
from typing import Final

from hdrcli.fetch import Failure
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import TYPE_ERROR
from hdrcli.rules.evidence.lines import failure_sentences
from hdrcli.rules.finding import Fault, Severity

CODE = "HDR002"
NAME = "mixed-content"
SEVERITY = Severity.ERROR
SPEC = "https://w3c.github.io/webappsec-mixed-content/#should-block-fetch"

EXPLAINS: Final = frozenset({Failure.MIXED_CONTENT})


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for all http URLs; mixed content after a redirect is HDR402."""
    fetches = tuple(fetch for fetch in diagnosis.failing(Failure.MIXED_CONTENT) if not fetch.exchanges)
    if not fetches:
        return
    yield Fault(
        fetches=fetches,
        evidence=failure_sentences(fetches),
        impact=(f"{TYPE_ERROR} Nothing is sent.",),
        fix="Call the service by an https URL",
    )
