"""Probes: requests besides the fetches, by which rules distinguish causes. Only GET, HEAD and OPTIONS are sent.

One kind a module; a new one becomes part of hdrcli by its line in `PROBES`. They are planned one after the other, so
that a kind sees what the earlier ones brought. All go to the URL that is checked, except for those for an unknown path,
for the target of a redirect, for the service's OpenAPI document, which all routes share, and for the URL to compare
with. No probe runs a route's handler with a synthetic value in its path, and none repeats a request with a method that
may change something.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hdrcli.fetch.headers import get
from hdrcli.fetch.url import URL
from hdrcli.planning.probes import (
    foreign_origin,
    get_for_head,
    identity,
    lookalike_origin,
    no_origin,
    null_origin,
    openapi,
    origin_variant,
    preflight,
    redirect_target,
    refused_again,
    root,
    simpler_preflight,
    uncached,
    unknown_path,
    without_preflight,
)
from hdrcli.planning.probes.probe import PlannedProbe, Planning, ProbeModule, simple_get
from hdrcli.records.route import FetchRecord, model_of_comparison
from hdrcli.structs import replace

PROBES: Final[tuple[ProbeModule, ...]] = (
    openapi,
    no_origin,
    foreign_origin,
    null_origin,
    lookalike_origin,
    preflight,
    refused_again,
    without_preflight,
    simpler_preflight,
    uncached,
    unknown_path,
    redirect_target,
    root,
    get_for_head,
    identity,
    origin_variant,
)

MAX_PROBES: Final = sum(probe.MOST for probe in PROBES if probe is not origin_variant)
"""Probes of a route, besides `MAX_VARIANTS` for each page that is refused for its origin."""

MAX_VARIANTS: Final = origin_variant.MOST


def plan_repetition(planning: Planning) -> tuple[PlannedProbe, ...]:
    """The page's own request once more, if a probe of the route has no response: does the service still respond?"""
    if planning.own is None or all(probe.response is not None or probe.kind == "openapi" for probe in planning.sent):
        return ()
    request = planning.safe or simple_get(planning.own.request)
    return (PlannedProbe(kind="repeated", origin=get("Origin", request.headers), request=request),)


def plan_comparison(fetches: Sequence[FetchRecord], url: URL) -> tuple[PlannedProbe, ...]:
    """The fetches' own request, or the preflight that failed, sent to another URL of the same service."""
    own = model_of_comparison(fetches)
    if own is None:
        return ()
    headers = tuple((name, url.authority if name == "Host" else value) for name, value in own.request.headers)
    request = replace(own.request, url=url, headers=headers)
    return (PlannedProbe(kind="compare", origin=get("Origin", headers), request=request),)
