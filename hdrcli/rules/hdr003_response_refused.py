"""A browser rejects the response for its encoding or its 407 status, before it looks at CORS.

Cause: The response has a `Content-Encoding` that the request did not offer, which Chromium refuses: browsers offer `br`
and `zstd` only over https and to the local machine. Or the status is 407, with which a proxy asks for a password, and
Chromium refuses 407 from anything but a proxy.

Why it matters: The page gets the same TypeError as for a CORS fault, but only in Chromium, and for an encoding only
where the service is reached over plain http under a name other than localhost. Chromium's console reports
`net::ERR_CONTENT_DECODING_FAILED` or `net::ERR_UNEXPECTED_PROXY_AUTH`.

Fix: Compress only with a coding that the request's `Accept-Encoding` names, as Starlette's `GZipMiddleware` does,
instead of sending a file that is always compressed. In nginx, use `gzip_static` or `brotli_static` with the value `on`,
not `always`. In place of 407, respond with 401 or 403.

Similar faults: A response that is cut off or malformed fails with `invalid-http` or `connection-reset`, in every
browser and in curl.

Tested by: tests/rules/test_cors_rules.py

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
