"""After a redirect to another origin, the browser sends `Origin: null`, which the service does not allow.

Cause: A redirect led from an origin that is not the page's to yet another origin, possibly to the page's own. From
there on, the browser sends `Origin: null` instead of the page's origin, and the response fails the CORS check. Often
the redirect is an accident, to another host name or port of the same service.

Why it matters: `fetch()` rejects with a TypeError, and the console reports a CORS error for a URL that the page did not
request ("redirected from …"). The CORS settings may be correct, and no list of origins helps: with `null` in it, any
sandboxed page could read the responses (HDR503).

Fault:

    from fastapi import FastAPI, Request
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.responses import RedirectResponse

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def old(request: Request) -> RedirectResponse:
        other = "localhost" if request.url.hostname == "127.0.0.1" else "127.0.0.1"
        return RedirectResponse(request.url.replace(hostname=other, path="/new"))

    @app.get("/new")
    def items() -> list[str]:
        return []

Fix: Redirect within the origin, with a path instead of a full URL.

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.responses import RedirectResponse

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def old() -> RedirectResponse:
        return RedirectResponse("/new")

    @app.get("/new")
    def items() -> list[str]:
        return []

Or let the page request the final URL. If the redirect comes from a proxy or from a wrong host name, let the proxy pass
on `Host` and `X-Forwarded-Proto`, and the service trust them. Responses that any page may read, without credentials,
can allow `*`.

Similar faults: HDR405 (the redirect itself lacks CORS headers), HDR404 (the redirect loses `Authorization`), HDR101 (no
redirect is involved).

References: https://fetch.spec.whatwg.org/#concept-request-tainted-origin
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch import Failure
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import CORS_CHECK, TYPE_ERROR, Blocked, Stage, followed_redirects
from hdrcli.rules.evidence.lines import blocking_lines, redirect_lines
from hdrcli.rules.evidence.redirects import fix_of_redirect, last_redirect, variant_of_redirect
from hdrcli.rules.finding import Fault, Severity

CODE = "HDR403"
NAME = "redirect-with-null-origin"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#concept-request-tainted-origin"
EXPLAINS = frozenset({Failure.ALLOW_ORIGIN_MISSING, Failure.ALLOW_ORIGIN_MISMATCH})


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """`Origin: null` is the cause, whichever step of the CORS check failed; one fault for each kind of target."""
    by_variant: dict[str, list[Blocked]] = {}
    for block in diagnosis.blocked(CORS_CHECK, Stage.NULL_ORIGIN):
        if block.fetch not in diagnosis.misled:
            by_variant.setdefault(variant_of_redirect(last_redirect(block.fetch)), []).append(block)
    for variant, blocks in by_variant.items():
        redirects = [exchange for block in blocks for exchange, _ in followed_redirects(block.fetch)]
        yield Fault(
            variant=variant,
            fetches=tuple(block.fetch for block in blocks),
            evidence=(
                *redirect_lines(redirects),
                *blocking_lines(blocks, "Access-Control-Allow-Origin"),
            ),
            impact=(TYPE_ERROR, 'The console names the origin "null".'),
            fix=fix_of_redirect(last_redirect(blocks[0].fetch)),
        )
