"""An error response has no CORS headers, so the browser reports CORS instead of the error.

Cause: The response's status is 400 or higher, and it has no `Access-Control-Allow-Origin`, although another response of
the service allows the page; or a layer in front of the service responded in its place: a gateway, a firewall, a guard,
a check of the host, or a challenge for humans. (If no other response allows the page, it is HDR101.) FastAPI responds
to an unhandled exception, and a body that exceeds `max_body_size`, outside all middleware that was added to the app, so
`CORSMiddleware` never sees that response. Proxies, and middleware around the CORS layer, send error responses of their
own in the same way.

Why it matters: The page gets a TypeError, with neither the status nor the body, and the console reports a missing
`Access-Control-Allow-Origin` header. The CORS settings are fine; the real problem is the error, which only the
service's log shows.

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def items() -> list[str]:
        raise RuntimeError("no database")

Fix: Correct the error first. To make future errors readable, wrap the whole app with the middleware instead of adding
it to the app.

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware

    api = FastAPI()

    @api.get("/")
    def items() -> list[str]:
        raise RuntimeError("no database")

    app = CORSMiddleware(api, allow_origins=["https://app.example"])

An `exception_handler(Exception)` does not help, because it runs outside the middleware, too; a handler for the specific
exception does. In nginx, `add_header` needs `always` to apply to error responses. For errors that a gateway makes (413,
502, 504), add the headers there.

Similar faults: HDR101 (successful responses lack the header, too), HDR108 (a 404 for an unknown path), HDR201 (the
response to the preflight has an error status).

References: https://fetch.spec.whatwg.org/#concept-cors-check
"""

from __future__ import annotations

from hdrcli.fetch import Failure
from hdrcli.rules.finding import Severity
from hdrcli.rules.refused import ERROR, refused_as

CODE = "HDR107"
NAME = "error-response-without-cors"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#concept-cors-check"
EXPLAINS = frozenset({Failure.ALLOW_ORIGIN_MISSING})

check = refused_as(ERROR)
