"""A browser refuses the answer for what HTTP says in it, before CORS is looked at.

What: `Content-Encoding` names a coding that the request did not offer, and Chromium refuses that: browsers offer `br`
and `zstd` over https and on loopback alone. Or the status is 407, by which a proxy asks for a password: Chromium takes
the service for one.

Why it matters: the page gets the same TypeError as for a fault in CORS, in one browser of three, and only where the
service is not on loopback.

Shown by: tests/rules/test_cors_rules.py

References: https://fetch.spec.whatwg.org/#handle-content-codings,
https://www.rfc-editor.org/rfc/rfc9110.html#name-407-proxy-authentication-re
"""

from __future__ import annotations

from typing import Final

from hdrcli.fetch import Failure
from hdrcli.rules.by_failure import by_failure
from hdrcli.rules.finding import Severity

CODE = "HDR003"
NAME = "response-refused"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch"

EXPLAINS: Final = frozenset({Failure.CONTENT_CODING, Failure.PROXY_AUTHENTICATION})

check = by_failure(
    {
        Failure.CONTENT_CODING: "Use only content codings that the request's Accept-Encoding offers",
        Failure.PROXY_AUTHENTICATION: "Respond with 401 or 403: 407 is for proxies",
    }
)
