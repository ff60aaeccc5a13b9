"""A proxy removes or overwrites a header that the service sends.

Cause: With `--compare URL`, hdrcli sends the page's request to the service itself, too. Its response has a header that
the response through the proxy lacks: a CORS header, a header that pages often read, or a custom one. Or the proxy
overwrites a CORS header with a value that allows less to the page. The evidence shows both responses.

Why it matters: The service's settings are right, and changing them doesn't help. The page gets `null` for the header,
or, if it is a CORS header, a TypeError. Proxies, gateways and CDNs remove headers by their own settings, or because
they compress: some drop the `ETag` then.

Check with: /proxy/items --origin https://app.example --credentials omit --compare URL/items

Fault:

    from collections.abc import Awaitable, Callable

    from fastapi import FastAPI, Request, Response
    from fastapi.middleware.cors import CORSMiddleware

    service = FastAPI()
    service.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], expose_headers=["X-Total-Count"])

    @service.get("/items")
    def items(response: Response) -> list[str]:
        response.headers["X-Total-Count"] = "1312"
        return []

    proxy = FastAPI()

    @proxy.middleware("http")
    async def pass_on(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        del response.headers["X-Total-Count"]
        return response

    proxy.mount("/", service)
    app = FastAPI()
    app.mount("/proxy", proxy)
    app.mount("/", service)

Fix: Let the proxy pass the header on.

    from collections.abc import Awaitable, Callable

    from fastapi import FastAPI, Request, Response
    from fastapi.middleware.cors import CORSMiddleware

    service = FastAPI()
    service.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], expose_headers=["X-Total-Count"])

    @service.get("/items")
    def items(response: Response) -> list[str]:
        response.headers["X-Total-Count"] = "1312"
        return []

    proxy = FastAPI()

    @proxy.middleware("http")
    async def pass_on(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        return await call_next(request)

    proxy.mount("/", service)
    app = FastAPI()
    app.mount("/proxy", proxy)
    app.mount("/", service)

In nginx, `proxy_hide_header` removes headers, and with an `add_header` of the same name it overwrites them.
`proxy_pass_header` restores those that nginx hides by default. In a CDN, look at its response-header policy.

Similar faults: HDR313 (the service itself does not send the header), HDR512 (the proxy changes the response in other
ways), HDR104 (the proxy adds a second header).

References: https://www.rfc-editor.org/rfc/rfc9110.html#section-7.7
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hdrcli.fetch import HTTPResponse
from hdrcli.fetch.headers import contains
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import TYPE_ERROR
from hdrcli.rules.finding import Fault, Severity
from hdrcli.stacks import Stack

CODE = "HDR511"
NAME = "header-lost-in-proxy"
SEVERITY = Severity.WARNING
SPEC = "https://www.rfc-editor.org/rfc/rfc9110.html#section-7.7"


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """One fault for all these headers. An error if a page is blocked, or if a header is expected to be readable."""
    layers, lost, fetches = diagnosis.layers, diagnosis.lost, diagnosis.wanted
    if layers is None or not lost or not fetches:
        return
    is_expected = any(map(diagnosis.expects_readable, lost))
    is_blocked = bool(diagnosis.failures_of_proxy)
    yield Fault(
        variant=", ".join(sorted(lost)),
        fetches=fetches,
        evidence=layers.lines(*lost.values(), if_sent=("Server", "Via")),
        impact=(TYPE_ERROR,) if is_blocked else tuple(_impact(diagnosis, lost)),
        fix=_fix(diagnosis.proxy, tuple(lost.values()), layers.outer),
        severity=Severity.ERROR if is_blocked or is_expected else None,
    )


def _impact(diagnosis: Diagnosis, lost: Mapping[str, str]) -> Iterator[str]:
    """The lost headers that JavaScript would read."""
    if not any(fetch.outcome == "readable" for fetch in diagnosis.wanted):
        return
    hidden = [name for name in lost if not name.startswith("access-control-")]
    if "access-control-expose-headers" in lost:
        hidden += [
            byte_lowercase(header.name)
            for header in diagnosis.route.headers
            if header.custom and not any(verdict.readable for verdict in header.verdicts)
        ]
    for name in dict.fromkeys(hidden):
        if name not in {"set-cookie", "vary", "timing-allow-origin"}:
            yield f'JavaScript gets null from response.headers.get("{name}").'


def _fix(proxy: Stack, names: Sequence[str], response: HTTPResponse) -> str:
    """The fix; `response` is the one that the page gets."""
    overwritten = [name for name in names if contains(name, response.headers)]
    removed = [name for name in names if name not in overwritten]
    own = f", and remove its own {', '.join(overwritten)}" if overwritten else ""
    removing = proxy.dialect.removing
    product = proxy.product if removing else "the proxy"
    if not removing:
        why = "the service's own settings are right"
    else:
        why = f'look for "{removing.replace("{name}", removed[0]) if removed else overwritten[0]}" in its configuration'
    return f"Let {product} forward {', '.join(names)}{own}: {why}"
