"""The response has no `Access-Control-Allow-Origin` header, so no page of another origin can read it.

Cause: A page of another origin sent the request, and the response, or the response to its preflight, has no
`Access-Control-Allow-Origin` at all. Either the service has no CORS layer, or its CORS layer does not allow this page's
origin: FastAPI's `CORSMiddleware` omits the header for an origin that it does not know.

Why it matters: The request arrives, the service answers it, and the browser withholds the whole response: `fetch()`
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

from collections.abc import Iterator

from hdrcli.fetch import Failure
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import TYPE_ERROR, Stage
from hdrcli.rules.evidence.lines import blocking_lines
from hdrcli.rules.finding import Fault, Severity
from hdrcli.rules.origins import allowing_origin

CODE = "HDR101"
NAME = "allow-origin-missing"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#concept-cors-check"
EXPLAINS = frozenset({Failure.ALLOW_ORIGIN_MISSING})
SETTINGS = ("origins",)


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """Error responses are HDR107, redirects HDR405, nearly allowed origins HDR103, lost headers HDR511."""
    missing = diagnosis.blocked({Failure.ALLOW_ORIGIN_MISSING}, Stage.PREFLIGHT, Stage.RESPONSE)
    blocks = [block for block in missing if diagnosis.near_miss(block) is None]
    if not blocks or diagnosis.is_lost("Access-Control-Allow-Origin"):
        return
    fix, setting = allowing_origin(blocks, diagnosis)
    yield Fault(
        fetches=tuple(block.fetch for block in blocks),
        evidence=blocking_lines(
            blocks,
            "Access-Control-Allow-Origin",
            if_sent=("Access-Control-Allow-Credentials", "Access-Control-Expose-Headers", "Vary"),
        ),
        impact=(TYPE_ERROR,),
        fix=fix,
        fix_setting=setting,
        severity=Severity.ADVICE if diagnosis.default_page else None,
    )
