"""Compares two responses to one request: HEAD's and GET's, the proxy's and the service's own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from hdrcli.fetch import Failure, HTTPResponse, NetworkError
from hdrcli.fetch.headers import contains, extract_token_list, get, values_of
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.response import CORS_SAFELISTED_RESPONSE_HEADER_NAMES
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.rules.evidence.lines import raw_lines
from hdrcli.stacks import ANY, Stack, recognise_layers
from hdrcli.structs import Record
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

BLOCKED_FOR: Final[Mapping[str, frozenset[Failure]]] = {
    "access-control-allow-origin": frozenset(
        {
            Failure.ALLOW_ORIGIN_MISSING,
            Failure.ALLOW_ORIGIN_MISMATCH,
            Failure.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS,
        }
    ),
    "access-control-allow-credentials": frozenset({Failure.ALLOW_CREDENTIALS_NOT_TRUE}),
    "access-control-allow-headers": frozenset({Failure.PREFLIGHT_HEADER, Failure.PREFLIGHT_AUTHORIZATION}),
}
"""The headers that block a page if their value is wrong, and its failures then. Only simple methods are compared."""


class Layers(Record, frozen=True, kw_only=True):
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

    def overwritten(self, fetches: Collection[FetchRecord]) -> dict[str, str]:
        """The CORS headers whose value works as the service sends it, and not as the page gets it: as in `lost`.

        `fetches` are those of the page. A second line of a header is a fault of its own: HDR104, HDR310.
        """
        if self.inner.status != self.outer.status:
            return {}
        found = {}
        for lowercase, name in {byte_lowercase(name): name for name, _ in self.inner.headers}.items():
            own, lines = get(name, self.inner.headers), values_of(name, self.outer.headers)
            if own is not None and len(lines) == 1 and own != lines[0] and self._worked(lowercase, own, fetches):
                found[lowercase] = name
        return found

    def _worked(self, name: str, own: str, fetches: Collection[FetchRecord]) -> bool:
        """Whether the service's own value of a header allows what the proxy's does not."""
        request = self.outer_exchange.request
        match name:
            case "access-control-allow-origin":
                failures = {fetch.result.failure for fetch in fetches if isinstance(fetch.result, NetworkError)}
                is_for_all = own == "*" and Failure.ALLOW_ORIGIN_MISMATCH in failures
                is_allowed = is_for_all or own == get("Origin", request.headers)
                return is_allowed and not failures.isdisjoint(BLOCKED_FOR[name])
            case "access-control-allow-credentials":
                return own == "true"
            case "access-control-allow-headers":
                names = get("Access-Control-Request-Headers", request.headers)
                return self._was_listed(name, names.split(",") if names else [], fetches)
            case "access-control-expose-headers":
                sent = {byte_lowercase(sent) for sent, _ in self.outer.headers}
                return self._was_listed(name, sent - CORS_SAFELISTED_RESPONSE_HEADER_NAMES, fetches)
            case _:
                return False

    def _was_listed(self, name: str, wanted: Iterable[str], fetches: Collection[FetchRecord]) -> bool:
        """Whether the service's list has a name that is wanted, and the proxy's lacks it.

        With credentials, "*" is no wildcard: https://fetch.spec.whatwg.org/#http-new-header-syntax.
        """
        modes = [fetch.credentials == "include" for fetch in fetches]
        own = _names(name, self.inner, has_wildcard=not all(modes))
        listed = _names(name, self.outer, has_wildcard=not any(modes))
        return any({each, "*"} & own and not {each, "*"} & listed for each in wanted)


def _names(name: str, response: HTTPResponse, *, has_wildcard: bool) -> set[str]:
    """The names in a list, in lower case."""
    names = extract_token_list(name, response.headers)
    if not isinstance(names, list):
        return set()
    return {byte_lowercase(each) for each in names if each != "*" or has_wildcard}


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
    if route.probed("compare") is None:
        return None
    from hdrcli.comparison.direct import two_ways  # most checks compare nothing

    ways = two_ways(route)
    if ways is None or ways.responses is None:
        return None
    outer, inner = ways.responses
    return Layers(outer_exchange=ways.outer, outer=outer, inner_exchange=ways.inner, inner=inner)


def sent_only_by_first(first: HTTPResponse, other: HTTPResponse, compared_names: Collection[str]) -> dict[str, str]:
    """Custom headers for pages, and `compared_names`, that only the first has: lower-case name -> name as sent."""
    from hdrcli.comparison.headers import by_name, changes  # most checks compare nothing

    names: dict[str, str] = {}
    for name, _ in first.headers:
        names.setdefault(byte_lowercase(name), name)
    lost = changes(by_name(first.headers), by_name(other.headers)).lost
    return {
        name: names[name] for name in lost if name in compared_names or (not is_registered(name) and is_for_pages(name))
    }


def proxy_of(response: HTTPResponse) -> Stack:
    """The proxy that passed the response on; `ANY` if it does not show."""
    front = recognise_layers([response]).front
    return front[-1].stack if front else ANY
