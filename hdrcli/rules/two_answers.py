"""What rules share that hold two answers against each other: HEAD's and GET's, the proxy's and the service's own."""

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
from hdrcli.rules.evidence import raw_lines
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
"""Beside what pages read: what decides over it, and what only browsers act on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """One request by two ways: the `outer` answer came through whatever stands before the service, the `inner` not."""

    asked: Exchange
    outer: HTTPResponse
    asked_inside: Exchange
    inner: HTTPResponse

    def lines(self, *names: str, if_sent: Collection[str] = ()) -> tuple[str, ...]:
        """The lines of these names in both answers, and behind them whose they are."""
        outer = _lines(self.asked, self.outer, names, if_sent)
        return *_lines(self.asked_inside, self.inner, names, if_sent), *outer

    def inner_lines(self, *names: str) -> tuple[str, ...]:
        """The lines of these names that the service itself sends."""
        return _lines(self.asked_inside, self.inner, names)

    def is_asked_alike(self, exchange: Exchange) -> bool:
        """Whether this request has the comparison's Origin: to another page both ways may answer otherwise."""
        return get("Origin", exchange.request.headers) == get("Origin", self.asked.request.headers)

    @property
    def lost(self) -> dict[str, str]:
        """What the service sends and the page does not get: by its name in lower case, as it was written."""
        if self.inner.status != self.outer.status:  # another answer altogether
            return {}
        told = READ_BY_PAGES | _SEEN_BY_BROWSERS
        if content_codings(self.inner) != content_codings(self.outer):
            told -= {"accept-ranges"}  # what is compressed on the way has no ranges any more
        return sent_alone(self.inner, self.outer, told)


def _lines(
    exchange: Exchange,
    answer: HTTPResponse,
    names: Sequence[str],
    if_sent: Collection[str] = (),
) -> tuple[str, ...]:
    shown = [*names, *(name for name in if_sent if contains(name, answer.headers))]
    request = "to the preflight, " if exchange.request.purpose == "preflight" else ""
    return *raw_lines(answer, *shown), f"in the answer of {exchange.request.url}, {request}status {answer.status}"


def compared(route: RouteRecord) -> Layers | None:
    """The two answers of a comparison, if both came."""
    asked, probe = model_of_comparison(route.fetches), route.probed("compare")
    if asked is None or probe is None or probe.answer is None or not isinstance(asked.response, HTTPResponse):
        return None
    return Layers(asked=asked, outer=asked.response, asked_inside=probe.exchange, inner=probe.answer)


def is_lost(route: RouteRecord, name: str) -> bool:
    """Whether the service sends this header, as the comparison shows: then it is not its setting that is wrong."""
    layers = compared(route)
    return layers is not None and byte_lowercase(name) in layers.lost


def sent_alone(answer: HTTPResponse, other: HTTPResponse, told: Collection[str]) -> dict[str, str]:
    """Custom headers for pages, and those `told`, that only the first has: by lower-case name, as they were written."""
    sent = {byte_lowercase(name) for name, _ in other.headers}
    alone: dict[str, str] = {}
    for name, _ in answer.headers:
        lowercase = byte_lowercase(name)
        if lowercase not in sent and (lowercase in told or (not is_registered(lowercase) and is_for_pages(lowercase))):
            alone.setdefault(lowercase, name)
    return alone
