"""A response that refused a page, with all that the route's other responses say about it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from hdrcli.fetch import HTTPResponse
from hdrcli.fetch.headers import get
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import ProbeKind, RouteRecord
from hdrcli.rules.evidence.blocked import Blocked
from hdrcli.rules.evidence.in_front import OwnResponse, sign_in_front
from hdrcli.rules.evidence.lines import text_of_body
from hdrcli.rules.evidence.service import allows, has_layer, service_responses
from hdrcli.structs import Record, replace

_OK: Final = range(200, 300)


class Refusal(Record, frozen=True, dict=True):
    """A blocked fetch, and the other responses of its route."""

    block: Blocked
    route: RouteRecord

    @property
    def response(self) -> HTTPResponse:
        """The response that blocked the page."""
        return self.block.response

    @property
    def page(self) -> str:
        """The origin of the page."""
        return str(self.block.fetch.page)

    @cached_property
    def others(self) -> tuple[tuple[Exchange, HTTPResponse], ...]:
        """The other responses of the route, each once."""
        own = self.block.exchange.number
        return tuple(
            (exchange, response) for exchange, response in service_responses(self.route) if exchange.number != own
        )

    @cached_property
    def body(self) -> str:
        """The beginning of the response's body, as far as a probe of the same request brought it."""
        probe = self.route.probed("refused-again")
        response = self.response if probe is None or probe.response is None else probe.response
        return text_of_body(response)

    @cached_property
    def in_front(self) -> OwnResponse | None:
        """The layer in front of the service that wrote the response."""
        return None if has_layer(self.response) else sign_in_front(self.response, self.body)

    def allowing(self) -> Iterator[Exchange]:
        """The other responses that allow the page: to its own requests, or whoever sends the request."""
        for origin in (self.page, None):
            for exchange, response in self.others:
                if get("Origin", exchange.request.headers) == origin and allows(response, self.page):
                    yield exchange

    @cached_property
    def allowed_preflight(self) -> Blocked | None:
        """A preflight of the page with another method or without request headers, which is allowed, in its place."""
        if self.block.exchange.request.purpose != "preflight":
            return None
        return next(
            (
                replace(self.block, exchange=probe.exchange, response=probe.response)
                for probe in self.route.probes
                if probe.kind == "simpler-preflight" and probe.response is not None
                if probe.response.status in _OK and allows(probe.response, self.page)
                if probe.origin == self.page
            ),
            None,
        )

    def probed(self, kind: ProbeKind) -> HTTPResponse | None:
        """The response to a probe."""
        probe = self.route.probed(kind)
        return None if probe is None else probe.response
