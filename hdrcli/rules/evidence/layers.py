"""Compares two responses to one request: HEAD's and GET's, the proxy's and the service's own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from hdrcli.fetch import HTTPResponse
from hdrcli.fetch.headers import contains, get
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.response import CORS_SAFELISTED_RESPONSE_HEADER_NAMES
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import RouteRecord, model_of_comparison
from hdrcli.rules.evidence.lines import raw_lines
from hdrcli.stacks import ANY, Stack, recognise_layers
from hdrcli.text.field_names import is_for_pages, is_registered
from hdrcli.verdict.representation import content_codings

READ_BY_PAGES: Final = CORS_SAFELISTED_RESPONSE_HEADER_NAMES - {"content-length"} | {
    "accept-ranges",
    "content-disposition",
    "etag",
    "link",
    "location",
    "retry-after",
}
_SEEN_BY_BROWSERS: Final = frozenset(
    """\
    access-control-allow-credentials access-control-allow-headers access-control-allow-methods
    access-control-allow-origin access-control-expose-headers access-control-max-age content-range server-timing
    set-cookie timing-allow-origin vary
    """.split(),  # noqa: SIM905 -- one block that is easy to add to
)
"""Besides the headers that pages read: those that decide whether they may, and those that only browsers use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """One request sent two ways: `outer` is the response that came through a proxy, `inner` the service's own."""

    outer_exchange: Exchange
    outer: HTTPResponse
    inner_exchange: Exchange
    inner: HTTPResponse

    def lines(self, *names: str, if_sent: Collection[str] = ()) -> tuple[str, ...]:
        """The lines of these names in both responses, each followed by the response they are from."""
        outer = _lines(self.outer_exchange, self.outer, names, if_sent)
        return *_lines(self.inner_exchange, self.inner, names, if_sent), *outer

    def inner_lines(self, *names: str) -> tuple[str, ...]:
        """The lines of these names that the service itself sends."""
        return _lines(self.inner_exchange, self.inner, names)

    def has_same_origin(self, exchange: Exchange) -> bool:
        """Whether this request has the comparison's Origin: the response may depend on it."""
        return get("Origin", exchange.request.headers) == get("Origin", self.outer_exchange.request.headers)

    @property
    def lost(self) -> dict[str, str]:
        """The headers that the service sends and the page does not get: lower-case name -> name as sent."""
        if self.inner.status != self.outer.status:  # another response altogether
            return {}
        compared_names = READ_BY_PAGES | _SEEN_BY_BROWSERS
        if content_codings(self.inner) != content_codings(self.outer):
            compared_names -= {"accept-ranges"}  # a compressed response has no ranges any more
        return sent_only_by_first(self.inner, self.outer, compared_names)


def _lines(
    exchange: Exchange,
    response: HTTPResponse,
    names: Sequence[str],
    if_sent: Collection[str] = (),
) -> tuple[str, ...]:
    shown = [*names, *(name for name in if_sent if contains(name, response.headers))]
    request = "to the preflight, " if exchange.request.purpose == "preflight" else ""
    return *raw_lines(response, *shown), f"in the response of {exchange.request.url}, {request}status {response.status}"


def compare(route: RouteRecord) -> Layers | None:
    """The two responses of a comparison, if both came."""
    outer, probe = model_of_comparison(route.fetches), route.probed("compare")
    if outer is None or probe is None or probe.response is None or not isinstance(outer.response, HTTPResponse):
        return None
    return Layers(outer_exchange=outer, outer=outer.response, inner_exchange=probe.exchange, inner=probe.response)


def sent_only_by_first(first: HTTPResponse, other: HTTPResponse, compared_names: Collection[str]) -> dict[str, str]:
    """Custom headers for pages, and `compared_names`, that only the first has: lower-case name -> name as sent."""
    sent = {byte_lowercase(name) for name, _ in other.headers}
    only: dict[str, str] = {}
    for name, _ in first.headers:
        lowercase = byte_lowercase(name)
        if lowercase not in sent and (
            lowercase in compared_names or (not is_registered(lowercase) and is_for_pages(lowercase))
        ):
            only.setdefault(lowercase, name)
    return only


def proxy_of(response: HTTPResponse) -> Stack:
    """The proxy that passed the response on; `ANY` if it does not show."""
    front = recognise_layers([response]).front
    return front[-1].stack if front else ANY
