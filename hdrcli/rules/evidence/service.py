"""What the responses of a whole service show: whether there is a CORS layer, and which pages it allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from hdrcli.fetch import FilteredResponse, HTTPResponse
from hdrcli.fetch.headers import contains, get, get_decode_split
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.url import same_origin
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import FetchRecord, RouteRecord

ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"
LAYER: Final = "cors-layer"
"""The fact that a response of the service shows a CORS layer."""


def allows(response: HTTPResponse, page: str) -> bool:
    """Whether a response allows the page, without credentials."""
    return get(ALLOW_ORIGIN, response.headers) in {page, "*"}


def has_layer(response: HTTPResponse) -> bool:
    """Whether a response shows a CORS layer: by its headers, or because it depends on Origin."""
    if contains(ALLOW_ORIGIN, response.headers):
        return True
    if any(byte_lowercase(name).startswith("access-control-") for name, _ in response.headers):
        return True
    return "origin" in {member.lower() for member in get_decode_split("Vary", response.headers) or []}


def service_responses(route: RouteRecord) -> Iterator[tuple[Exchange, HTTPResponse]]:
    """The responses of the route's service to fetches and probes, each once; not those of another URL's origin."""
    exchanges: dict[int, Exchange] = {}
    for fetch in route.fetches:
        for exchange in fetch.exchanges:
            exchanges.setdefault(exchange.number, exchange)
    for probe in route.probes:
        if probe.kind not in {"compare", "uncached"}:
            exchanges.setdefault(probe.exchange.number, probe.exchange)
    first = next(iter(exchanges.values()), None)
    for exchange in exchanges.values():
        is_own = first is not None and same_origin(exchange.request.url.origin, first.request.url.origin)
        if is_own and isinstance(exchange.response, HTTPResponse):
            yield exchange, exchange.response


def service_facts(fetches: Sequence[FetchRecord], route: RouteRecord) -> frozenset[str]:
    """What a route proves for its whole service: that there is a CORS layer, and pages that a response allows.

    Where each page of the route can read a response, there is no need to look further.
    """
    pages = {str(fetch.page) for fetch in fetches}
    reading = {
        str(fetch.page)
        for fetch in fetches
        if isinstance(fetch.result, FilteredResponse) and fetch.result.type == "cors"
    }
    if pages and pages == reading:
        return frozenset({LAYER, *map(allowing, pages)})
    facts = set()
    for exchange, response in service_responses(route):
        if has_layer(response):
            facts.add(LAYER)
            origin = get("Origin", exchange.request.headers)
            if origin is not None and allows(response, origin):
                facts.add(allowing(origin))
    return frozenset(facts)


def allowing(page: str) -> str:
    """The fact that a response of the service allows the page."""
    return f"allows {page}"
