"""The response has no `Access-Control-Allow-Origin` header, so no page of another origin can read it.

Cause: A page of another origin sent the request, and the response, or the response to its preflight, has no
`Access-Control-Allow-Origin` at all. hdrcli distinguishes four causes by the other responses of the service and by
probes: no response shows a CORS layer; the CORS layer does not have the page's origin on its list (FastAPI's
`CORSMiddleware` then omits the header, others respond with 403); preflights do not reach the CORS layer, which allows
the page elsewhere; or this response bypasses it. Without probes, the finding names the causes that remain; if pages get
only errors, which many CORS layers don't cover, it names the check that decides.

Why it matters: The request arrives, the service responds to it, and the browser withholds the whole response: `fetch()`
rejects with a TypeError, without a status, a header or a body. The console reports "No 'Access-Control-Allow-Origin'
header is present on the requested resource" (Chromium) or "CORS header 'Access-Control-Allow-Origin' missing"
(Firefox). curl and Postman show the response as usual, because only browsers enforce CORS.

Fault:

    from fastapi import FastAPI

    app = FastAPI()

    @app.get("/")
    def items() -> list[str]:
        return []

Fix: Add `CORSMiddleware` and list the page's origin exactly as the browser sends it: scheme, host and port, without a
slash at the end.

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def items() -> list[str]:
        return []

With any other stack, send the header from the CORS layer of the framework or of the proxy, but not of both (see
HDR104). Changing the request does not help: neither a request header nor `mode: "no-cors"` makes the response readable.

Similar faults: HDR102 and HDR103 (the header is there, with another origin), HDR107 (only error responses lack it),
HDR108 (only unknown paths lack it), HDR405 (a redirect lacks it), HDR403 (behind a redirect, the browser's origin is
`null`).

References: https://fetch.spec.whatwg.org/#http-access-control-allow-origin
"""

from __future__ import annotations

from hdrcli.fetch import Failure
from hdrcli.rules.finding import Severity
from hdrcli.rules.refused import MISSING, refused_as

CODE = "HDR101"
NAME = "allow-origin-missing"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#concept-cors-check"
EXPLAINS = frozenset({Failure.ALLOW_ORIGIN_MISSING})
SETTINGS = ("origins",)

check = refused_as(MISSING)
