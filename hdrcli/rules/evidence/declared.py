"""The headers that the service's own OpenAPI document declares for the response that came."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from hdrcli.fetch import HTTPResponse
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.openapi.declared import DeclaredHeader, DeclaredResponse, declared_response
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import FetchRecord, RouteRecord, model_of_probes
from hdrcli.rules.evidence.near_names import near_pairs
from hdrcli.structs import Record

_OK: Final = 200
_DEPENDS_ON_REQUEST: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})
"""They depend on the request and on the proxies it passes, as the CORS headers do."""


class Declaration(Record, frozen=True, kw_only=True):
    """A response and its declaration; `document` is the exchange that brought the OpenAPI document."""

    exchange: Exchange
    response: HTTPResponse
    declared: DeclaredResponse
    document: Exchange
    document_response: HTTPResponse

    @property
    def missing(self) -> tuple[DeclaredHeader, ...]:
        """The headers that are declared and were not sent, unless they depend on the request."""
        sent = {byte_lowercase(name) for name, _ in self.response.headers} | _DEPENDS_ON_REQUEST
        return tuple(
            header
            for header in self.declared.headers
            if (name := byte_lowercase(header.name)) not in sent and not name.startswith("access-control-")
        )

    @property
    def misspelt(self) -> tuple[tuple[str, str], ...]:
        """The missing names, and the sent ones that they are likely to mean, in lower case."""
        sent = dict.fromkeys(byte_lowercase(name) for name, _ in self.response.headers)
        return tuple(near_pairs((byte_lowercase(header.name) for header in self.missing), sent))

    def where(self) -> str:
        """The part of the document that declares it."""
        declared = self.declared
        return f"for {declared.method} {declared.path}, status {declared.status}, in {self.document.request.url}"

    def read_by(self, wanted: Iterable[FetchRecord]) -> tuple[FetchRecord, ...]:
        """The fetches whose page reads this very response."""
        return tuple(
            fetch for fetch in wanted if fetch.outcome == "readable" and fetch.exchanges[-1] is fetch.own_exchange
        )


def declaration(route: RouteRecord) -> Declaration | None:
    """The declaration of a route's response, if the service has a document that declares it."""
    exchange, probe = model_of_probes(route.fetches), route.probed("openapi")
    if exchange is None or probe is None or probe.response is None or not isinstance(exchange.response, HTTPResponse):
        return None
    if probe.response.status != _OK:
        return None
    response, request = exchange.response, exchange.request
    declared = declared_response(probe.response.body, request.method, request.url.path, response.status)
    if declared is None:
        return None
    return Declaration(
        exchange=exchange,
        response=response,
        declared=declared,
        document=probe.exchange,
        document_response=probe.response,
    )
