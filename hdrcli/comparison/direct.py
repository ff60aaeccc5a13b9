"""Compares the two responses of `--compare`: the same request, sent to the URL that is checked and to another one."""

from __future__ import annotations

from hdrcli.comparison.facts import varying_names
from hdrcli.comparison.headers import by_name
from hdrcli.comparison.routes import Difference, header_differences
from hdrcli.fetch import HTTPResponse
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import RouteRecord, model_of_comparison
from hdrcli.structs import Record


class TwoWays(Record, frozen=True, kw_only=True):
    """One request, sent two ways: `outer` to the URL that is checked, `inner` to that of `--compare`."""

    outer: Exchange
    inner: Exchange

    @property
    def responses(self) -> tuple[HTTPResponse, HTTPResponse] | None:
        """The responses of `outer` and `inner`, if both came."""
        outer, inner = self.outer.response, self.inner.response
        return (outer, inner) if isinstance(outer, HTTPResponse) and isinstance(inner, HTTPResponse) else None


def two_ways(route: RouteRecord) -> TwoWays | None:
    """The comparison of a route, if there is one."""
    outer, probe = model_of_comparison(route.fetches), route.probed("compare")
    return None if outer is None or probe is None else TwoWays(outer=outer, inner=probe.exchange)


def differences_of(ways: TwoWays, route: RouteRecord) -> tuple[Difference, ...] | None:
    """How the checked response (B) differs from the other one (A); None if one did not come."""
    if ways.responses is None:
        return None
    outer, inner = ways.responses
    found = (
        [] if inner.status == outer.status else [Difference(kind="status", a=str(inner.status), b=str(outer.status))]
    )
    own = tuple(str(each.request.url.origin) for each in (ways.inner, ways.outer))
    found += header_differences(
        by_name(inner.headers),
        by_name(outer.headers),
        varying_names(route),
        own,
        is_alike=inner.status // 100 == outer.status // 100,
    )
    return tuple(sorted(found, key=lambda each: each.rank))
