"""The compressed and the uncompressed response share one strong `ETag`.

Cause: The response is compressed (`Content-Encoding`) and has a strong `ETag`, one without `W/`. The same request with
`Accept-Encoding: identity` returns the same `ETag` with another coding, or with none. Starlette's `GZipMiddleware`
keeps the `ETag` that the endpoint or `FileResponse` has set.

Why it matters: A strong tag promises identical bytes. A cache that holds one of the two may answer `If-None-Match` for
the other, and a download that is resumed with `If-Range` continues with the wrong bytes: the file is broken, and
nothing reports it.

Fault:

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.middleware.gzip import GZipMiddleware

    app = FastAPI()
    app.add_middleware(GZipMiddleware)
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def items(response: Response) -> list[int]:
        response.headers["ETag"] = '"items-7"'
        return list(range(1000))

Fix: Make the tag a weak one.

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.middleware.gzip import GZipMiddleware

    app = FastAPI()
    app.add_middleware(GZipMiddleware)
    app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @app.get("/")
    def items(response: Response) -> list[int]:
        response.headers["ETag"] = 'W/"items-7"'
        return list(range(1000))

A tag for each coding, such as `"items-7-gzip"`, also works and keeps `If-Range` usable, but the layer that compresses
must set it. `StaticFiles` and `FileResponse` set a strong tag of their own: let the proxy compress instead of the
middleware. nginx makes the tag weak when it compresses.

Similar faults: HDR512 (a proxy changes the `ETag`).

References: https://www.rfc-editor.org/rfc/rfc9110.html#section-8.8.1,
https://www.rfc-editor.org/rfc/rfc9110.html#section-8.8.3.3
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch import HTTPResponse
from hdrcli.fetch.headers import get
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import model_of_probes
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.lines import raw_lines
from hdrcli.rules.finding import Fault, Severity
from hdrcli.verdict.representation import content_codings, strong_etag

CODE = "HDR507"
NAME = "etag-shared-by-encodings"
SEVERITY = Severity.ADVICE
SPEC = "https://www.rfc-editor.org/rfc/rfc9110.html#section-8.8.1"


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for the service: one layer compresses for all of its routes."""
    probe = diagnosis.probes.get("identity")
    own = None if probe is None else model_of_probes(diagnosis.route.fetches)
    if own is None or probe is None or probe.response is None or not isinstance(own.response, HTTPResponse):
        return
    tag = strong_etag(own.response)
    if tag is None or tag != strong_etag(probe.response) or own.response.status != probe.response.status:
        return
    if content_codings(own.response) == content_codings(probe.response):
        return
    yield Fault(
        fetches=diagnosis.wanted,
        evidence=(*_evidence(own, own.response), *_evidence(probe.exchange, probe.response)),
        impact=("JavaScript gets one ETag for two contents: a range requested with it may join bytes of both.",),
        fix='Send a weak ETag, W/"…", with compressed responses, or an ETag of its own for each coding',
    )


def _evidence(exchange: Exchange, response: HTTPResponse) -> tuple[str, ...]:
    accepted = get("Accept-Encoding", exchange.request.headers)
    return *raw_lines(response, "ETag", "Content-Encoding"), f"in the response to Accept-Encoding: {accepted}"
