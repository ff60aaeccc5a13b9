"""A redirect leads to another origin, whose response the page can't get.

Cause: The service redirects to another scheme, host or port, and there the CORS check fails, or there is no response.
Usually the target is an accident: behind a proxy, the service builds its redirects with an inner host name or port,
which only its own network knows.

Why it matters: `fetch()` rejects with a TypeError, and the console reports a CORS error, or a failed connection, for a
URL that the page did not request. Even a page of the service's own origin is blocked, and no list of allowed origins
helps.

Check with: / --origin URL --credentials omit

Fault:

    from fastapi import FastAPI, Request
    from fastapi.responses import RedirectResponse

    app = FastAPI()

    @app.get("/")
    def old(request: Request) -> RedirectResponse:
        other = "localhost" if request.url.hostname == "127.0.0.1" else "127.0.0.1"
        return RedirectResponse(request.url.replace(hostname=other, path="/new"))

    @app.get("/new")
    def items() -> list[str]:
        return []

Fix: Redirect with a path instead of a full URL, or let the page request the final URL.

    from fastapi import FastAPI
    from fastapi.responses import RedirectResponse

    app = FastAPI()

    @app.get("/")
    def old() -> RedirectResponse:
        return RedirectResponse("/new")

    @app.get("/new")
    def items() -> list[str]:
        return []

If the framework builds the URL, let the proxy pass on `Host` and `X-Forwarded-Proto`, and the service trust them: in
nginx `proxy_set_header Host $host;`, in uvicorn `--proxy-headers --forwarded-allow-ips=ADDRESS`, in Django
`USE_X_FORWARDED_HOST`.

Similar faults: HDR402 (https redirects to http), HDR403 (the browser sends `Origin: null` after the redirect), HDR405
(the redirect itself lacks CORS headers).

References: https://fetch.spec.whatwg.org/#http-redirect-fetch
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch import TRANSPORT_FAILURES, NetworkError, TransportFailure
from hdrcli.fetch.url import same_origin
from hdrcli.records.route import FetchRecord
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import TYPE_ERROR
from hdrcli.rules.evidence.lines import failure_sentences, redirect_lines
from hdrcli.rules.evidence.redirects import fix_of_redirect, last_redirect, variant_of_redirect
from hdrcli.rules.finding import Fault, Severity
from hdrcli.rules.refused import REDIRECTED, refused_as

CODE = "HDR408"
NAME = "redirect-to-another-origin"
SEVERITY = Severity.ERROR
SPEC = "https://fetch.spec.whatwg.org/#http-redirect-fetch"


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """The CORS check of the response there, or no response from there."""
    if not diagnosis.failures:
        return
    yield from refused_as(REDIRECTED)(diagnosis)
    lost = tuple(fetch for fetch in diagnosis.wanted if _is_lost(fetch) and fetch not in diagnosis.misled)
    if lost:
        redirect = last_redirect(lost[0])
        yield Fault(
            variant=variant_of_redirect(redirect),
            fetches=lost,
            evidence=(
                *redirect_lines(each.exchange for fetch in lost if (each := last_redirect(fetch)) is not None),
                *failure_sentences(lost),
            ),
            impact=(TYPE_ERROR,),
            fix=fix_of_redirect(redirect),
        )


def _is_lost(fetch: FetchRecord) -> bool:
    if not isinstance(fetch.result, NetworkError) or fetch.result.failure not in TRANSPORT_FAILURES:
        return False
    first, last = fetch.exchanges[0], fetch.exchanges[-1]
    is_led_away = not same_origin(first.request.url.origin, last.request.url.origin)
    return is_led_away and isinstance(last.response, TransportFailure)
