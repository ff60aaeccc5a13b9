"""A probe that is still to be sent, and the knowledge it is planned from."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Final, Protocol

from hdrcli.fetch import Failure, HTTPRequest, HTTPResponse, NetworkError
from hdrcli.fetch.headers import Header
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.safelist import SAFE_METHODS
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import FetchRecord, Probe, ProbeKind, model_of_probes
from hdrcli.records.verdict import HeaderRecord
from hdrcli.structs import Record, replace

UNKNOWN_HOST: Final = "hdrcli-probe.invalid"
"""https://www.rfc-editor.org/rfc/rfc6761.html#section-6.4"""

FOREIGN_ORIGIN: Final = f"https://{UNKNOWN_HOST}"
"""A page that no service can intend to allow."""

BODY_SIZE: Final = 1024
"""Bytes of a body that are read: its beginning often names the layer that responded."""

REFUSALS: Final = frozenset({Failure.ALLOW_ORIGIN_MISSING, Failure.ALLOW_ORIGIN_MISMATCH})

_CONNECTION: Final = frozenset({"host", "connection", "user-agent"})
_BY_BROWSER: Final = _CONNECTION | {"accept", "accept-encoding", "accept-language", "origin", "referer"}


class PlannedProbe(Record, frozen=True, kw_only=True):
    """A request besides the fetches; `origin` is the `Origin` that it has, None for none."""

    kind: ProbeKind
    origin: str | None
    request: HTTPRequest


class ProbeModule(Protocol):
    """A module of this package: `MOST` is how many probes of its kind a route can have."""

    MOST: int

    def plan(self, planning: Planning) -> Iterator[PlannedProbe]:
        """Yield the probes of this kind."""


class Planning:
    """A route whose fetches are done, with the probes that were sent so far.

    `finds_page` says that this is the route with which a page is looked for that the service allows.
    """

    def __init__(
        self, fetches: tuple[FetchRecord, ...], headers: tuple[HeaderRecord, ...], *, finds_page: bool = False
    ) -> None:
        self.fetches = fetches
        self.headers = headers
        self.finds_page = finds_page
        self.sent: list[Probe] = []

    @cached_property
    def own(self) -> Exchange | None:
        """The exchange whose request most probes vary: that of the first fetch with a response."""
        return model_of_probes(self.fetches)

    @cached_property
    def fetch(self) -> FetchRecord | None:
        """The fetch of `own`."""
        return next((fetch for fetch in self.fetches if fetch.response is not None), None)

    @property
    def safe(self) -> HTTPRequest | None:
        """The request of `own`, if it may be sent again."""
        return self.own.request if self.own is not None and self.own.request.method in SAFE_METHODS else None

    @cached_property
    def refused(self) -> FetchRecord | None:
        """The first wanted fetch that failed the CORS check for its origin, or in its preflight."""
        return next((fetch for fetch in self.fetches if not fetch.caller.for_comparison and is_refused(fetch)), None)

    def responded(self, kind: ProbeKind) -> HTTPResponse | None:
        """The response to the first probe of a kind that was sent."""
        return next((probe.response for probe in self.sent if probe.kind == kind), None)

    def shows_layer(self, response: HTTPResponse) -> bool:
        """Whether this response, or one to a probe that was sent, has a header of a CORS layer."""
        responses = (response, *(probe.response for probe in self.sent if probe.response is not None))
        return any(byte_lowercase(name).startswith("access-control-") for each in responses for name, _ in each.headers)


def is_refused(fetch: FetchRecord) -> bool:
    """Whether the page's origin was refused, or its preflight failed, by the service that it requested."""
    if not isinstance(fetch.result, NetworkError) or not fetch.exchanges:
        return False
    first, last = fetch.exchanges[0], fetch.exchanges[-1]
    is_led_elsewhere = first.request.url.origin != last.request.url.origin
    if is_led_elsewhere or not isinstance(last.response, HTTPResponse):
        return False
    return last.request.purpose == "preflight" or fetch.result.failure in REFUSALS


def kept(request: HTTPRequest, names: Collection[str] = _CONNECTION) -> list[Header]:
    """The request's headers of these names in lower case."""
    return [(name, value) for name, value in request.headers if byte_lowercase(name) in names]


def with_origin(request: HTTPRequest, origin: str | None) -> HTTPRequest:
    """The same request from another page; without an origin, from the service's own pages."""
    headers: list[Header] = []
    for name, value in request.headers:
        if name == "Origin":
            headers += [] if origin is None else [(name, origin)]
        elif name == "Sec-Fetch-Site":
            headers.append((name, "same-origin" if origin is None else "cross-site"))
        elif name != "Referer":
            headers.append((name, value))
    return replace(request, headers=tuple(headers), body_wanted=BODY_SIZE)


def simple_get(request: HTTPRequest) -> HTTPRequest:
    """A GET of the same URL from the same page, without headers that need a preflight."""
    headers = (*kept(request, _BY_BROWSER), ("Sec-Fetch-Mode", "cors"))
    return replace(
        request,
        purpose="request",
        method="GET",
        headers=headers,
        body=None,
        body_wanted=BODY_SIZE,
        client_certificate=False,
    )
