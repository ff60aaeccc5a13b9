"""A proxy changes the response: its status, its `ETag` or its `Content-Length`.

Cause: With `--compare URL`, hdrcli sends the page's request to the service itself, too. The response through the proxy
has another status (a warning); or a strong `ETag` became weak or got a suffix for the coding, or `Content-Length` is
missing or is that of the compressed content (advice).

Why it matters: A response that the proxy makes itself (413, 502, 401) mostly lacks the service's CORS headers, so the
page gets a TypeError. A proxy that compresses is right to change the `ETag`; but a page that sends it back in
`If-Match`, or that joins the parts of an upload by it, then fails, and one that shows the progress of a download has no
total, or a wrong one.

Check with: /proxy/items --origin https://app.example --credentials omit --compare URL/items

Fault:

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.middleware.gzip import GZipMiddleware
    from fastapi.responses import StreamingResponse

    service = FastAPI()
    service.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @service.get("/items")
    def items() -> StreamingResponse:
        text = ["7, " * 400, "7"]
        return StreamingResponse(iter(text), media_type="text/plain", headers={"Content-Length": "1201"})

    proxy = FastAPI()
    proxy.add_middleware(GZipMiddleware)
    proxy.mount("/", service)
    app = FastAPI()
    app.mount("/proxy", proxy)
    app.mount("/", service)

Fix: Turn compression off for routes whose `ETag` or `Content-Length` pages use.

    from fastapi import FastAPI
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.responses import StreamingResponse

    service = FastAPI()
    service.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])

    @service.get("/items")
    def items() -> StreamingResponse:
        text = ["7, " * 400, "7"]
        return StreamingResponse(iter(text), media_type="text/plain", headers={"Content-Length": "1201"})

    proxy = FastAPI()
    proxy.mount("/", service)
    app = FastAPI()
    app.mount("/proxy", proxy)
    app.mount("/", service)

In nginx, write `gzip off;` in the `location` of that route. If no page reads the two headers, let the proxy compress,
and ignore the rule. For another status, look for the proxy's limit or login that causes it.

Similar faults: HDR511 (the proxy removes a header), HDR507 (the service itself uses one `ETag` for two codings), HDR107
(an error has no CORS headers).

References: https://www.rfc-editor.org/rfc/rfc9110.html#section-7.7,
https://www.rfc-editor.org/rfc/rfc9110.html#section-8.8.3.3
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch.headers import get
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.response import CORS_SAFELISTED_RESPONSE_HEADER_NAMES
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.layers import Layers
from hdrcli.rules.finding import Fault, Severity
from hdrcli.stacks import Stack
from hdrcli.verdict.representation import content_codings, strong_etag

CODE = "HDR512"
NAME = "response-changed-in-proxy"
SEVERITY = Severity.ADVICE
SPEC = "https://www.rfc-editor.org/rfc/rfc9110.html#section-7.7"

_OK = range(200, 300)


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """With another status, it is another response: nothing else is compared."""
    layers, fetches = diagnosis.layers, diagnosis.wanted
    if layers is None or not fetches:
        return
    if layers.outer.status != layers.inner.status:
        yield Fault(
            variant="status",
            fetches=fetches,
            evidence=layers.lines("Server", if_sent=("Via", "Location", "WWW-Authenticate", "Retry-After")),
            impact=(),
            fix=_status_fix(layers),
            severity=Severity.WARNING,
        )
        return
    changed = {**_changed_etag(layers), **_changed_length(layers)}
    if changed:
        yield Fault(
            variant=", ".join(changed),
            fetches=fetches,
            evidence=layers.lines(*changed, if_sent=("Content-Encoding", "Transfer-Encoding")),
            impact=tuple(changed[header] for header in changed if _is_readable(diagnosis, header)),
            fix=_fix(layers, diagnosis.proxy),
        )


def _is_readable(diagnosis: Diagnosis, name: str) -> bool:
    """Whether a page would get the service's own value of this header without the proxy."""
    is_exposed = any(
        verdict.readable
        for header in diagnosis.route.headers
        if byte_lowercase(header.name) == name.lower()
        for verdict in header.verdicts
    )
    is_safelisted = name.lower() in CORS_SAFELISTED_RESPONSE_HEADER_NAMES
    return is_exposed or (is_safelisted and any(fetch.outcome == "readable" for fetch in diagnosis.wanted))


def _changed_etag(layers: Layers) -> dict[str, str]:
    """The same tag, made weak or with the suffix of a coding; any other may belong to other content."""
    tag, outer = strong_etag(layers.inner), get("ETag", layers.outer.headers)
    if tag is None or outer is None or outer == tag:
        return {}
    if outer == f"W/{tag}" or outer.startswith((f"{tag[:-1]}-", f"{tag[:-1]};")):
        return {"ETag": "JavaScript that sends this ETag back in If-Match gets 412: the service doesn't know it."}
    return {}


def _changed_length(layers: Layers) -> dict[str, str]:
    """A length that is missing, or that of the compressed content."""
    length, outer = get("Content-Length", layers.inner.headers), get("Content-Length", layers.outer.headers)
    if length is None or length == outer:
        return {}
    if outer is None:
        return {"Content-Length": 'JavaScript gets null from response.headers.get("content-length").'}
    if content_codings(layers.inner) != content_codings(layers.outer):
        return {"Content-Length": "JavaScript reads the size of the compressed content, and gets more bytes."}
    return {}


def _fix(layers: Layers, proxy: Stack) -> str:
    if content_codings(layers.inner) == content_codings(layers.outer):
        return "Let the proxy forward the body unchanged, if pages read these headers"
    compression = proxy.dialect.compression
    where = f'{proxy.product} (look for "{compression}")' if compression else "the proxy"
    return f"Let {where} forward the response without compressing it, if pages read these headers"


def _status_fix(layers: Layers) -> str:
    if layers.inner.status in _OK:
        return f"Look for the cause in the proxy: it turns the service's response into {layers.outer.status}"
    return f"Compare the same route: the service itself responds to the URL of --compare with {layers.inner.status}"
