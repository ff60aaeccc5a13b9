"""`Access-Control-Allow-Origin` varies with the request's origin, but `Vary: Origin` is missing.

Cause: Responses to different origins, or to a request without an `Origin`, have different `Access-Control-Allow-Origin`
headers, and at least one of them lacks `Vary: Origin`. Caches therefore take them for the same response.

Why it matters: The browser's own cache, a proxy or a CDN stores one response for all. A page then gets the one that was
made for another page, or for a link that was opened before, and is blocked with a CORS error: now and then, and rarely
while somebody is looking. The response to a request without an `Origin` needs the header, too.

Fault:

    from collections.abc import Awaitable, Callable

    from fastapi import FastAPI, Request, Response

    app = FastAPI()
    pages = {"https://app.example", "https://admin.example"}

    @app.middleware("http")
    async def cors(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        origin = request.headers.get("Origin", "")
        if origin in pages:
            response.headers["Access-Control-Allow-Origin"] = origin
        return response

    @app.get("/")
    def items() -> list[str]:
        return []

Fix: Send `Vary: Origin` with every response, whether or not the origin is allowed. Recent versions of `CORSMiddleware`
do so; older ones omit it if the origin is missing or not allowed.

    from collections.abc import Awaitable, Callable

    from fastapi import FastAPI, Request, Response

    app = FastAPI()
    pages = {"https://app.example", "https://admin.example"}

    @app.middleware("http")
    async def cors(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        response.headers["Vary"] = "Origin"
        origin = request.headers.get("Origin", "")
        if origin in pages:
            response.headers["Access-Control-Allow-Origin"] = origin
        return response

    @app.get("/")
    def items() -> list[str]:
        return []

In nginx, write `add_header Vary Origin always;`. Configure the CDN to include `Origin` in its cache key. If every page
may read the response, without credentials, send `Access-Control-Allow-Origin: *` to all instead.

Similar faults: HDR102 (the header always names another origin).

References: https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch import HTTPResponse
from hdrcli.fetch.headers import contains, get, get_decode_split
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import RouteRecord
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.lines import response_lines
from hdrcli.rules.finding import Fault, Severity
from hdrcli.stacks.setting import Setting

CODE = "HDR501"
NAME = "vary-origin-missing"
SEVERITY = Severity.WARNING
SPEC = "https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches"

_FROM_OTHERS = {"no-origin", "foreign-origin"}


def check(diagnosis: Diagnosis) -> Iterator[Fault]:
    """Compare the responses to the same request from the page, from a foreign one, and from none."""
    responses = _comparable(diagnosis.route)
    allowed = {get("Access-Control-Allow-Origin", response.headers) for _, response in responses}
    if len(allowed) == 1:
        return
    credentialed = any(contains("Access-Control-Allow-Credentials", response.headers) for _, response in responses)
    lacking = [
        exchange
        for exchange, response in responses
        if not _members("Vary", response) & {"origin", "*"}
        # A cached response that every page may read does no harm, as long as no page sends credentials.
        and (credentialed or get("Access-Control-Allow-Origin", response.headers) != "*")
    ]
    if lacking and any(map(_is_storable, responses)) and not diagnosis.is_lost("Vary"):
        shown = [exchange for exchange, _ in responses]
        yield Fault(
            fetches=diagnosis.wanted,
            evidence=tuple(
                line for exchange in shown for line in response_lines(exchange, "Access-Control-Allow-Origin", "Vary")
            ),
            impact=("fetch() rejects with a TypeError once a cache has stored the response for another origin.",),
            fix='Send "Vary: Origin" with every response of this URL, also to requests without Origin',
            fix_setting=Setting(concept="vary-origin"),
        )


def _is_storable(received: tuple[Exchange, HTTPResponse]) -> bool:
    return "no-store" not in _members("Cache-Control", received[1])


def _comparable(route: RouteRecord) -> list[tuple[Exchange, HTTPResponse]]:
    """The first request of each fetch and its variants, if their responses have the same status."""
    exchanges = [next(iter(fetch.exchanges), None) for fetch in route.fetches]
    exchanges += [probe.exchange for probe in route.probes if probe.kind in _FROM_OTHERS]
    # One response each, however many browsers read it.
    received = {exchange.number: exchange for exchange in reversed(exchanges) if exchange is not None}
    responses = [
        (exchange, exchange.response)
        for exchange in reversed(received.values())
        if exchange.request.purpose == "request" and isinstance(exchange.response, HTTPResponse)
    ]
    return [(exchange, response) for exchange, response in responses if response.status == responses[0][1].status]


def _members(name: str, response: HTTPResponse) -> set[str]:
    return {member.lower() for member in get_decode_split(name, response.headers) or []}
