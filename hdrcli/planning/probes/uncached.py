"""The refused request with a query that no cache has, where the response may be a cached copy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.fetch import HTTPResponse, NetworkError
from hdrcli.fetch.safelist import SAFE_METHODS
from hdrcli.planning.probes.probe import BODY_SIZE, REFUSALS, PlannedProbe, Planning
from hdrcli.structs import replace
from hdrcli.verdict.representation import sign_of_cache

MOST: Final = 1
QUERY: Final = "hdrcli-probe=1"


def plan(planning: Planning) -> Iterator[PlannedProbe]:
    """Only where the response shows that it passed a cache."""
    refused = planning.refused
    if refused is None or not isinstance(refused.result, NetworkError) or refused.result.failure not in REFUSALS:
        return
    request, response = refused.exchanges[-1].request, refused.exchanges[-1].response
    if not isinstance(response, HTTPResponse) or sign_of_cache(response) is None or request.method not in SAFE_METHODS:
        return
    query = f"{request.url.query}&{QUERY}" if request.url.query else f"?{QUERY}"
    url = replace(request.url, query=query)
    yield PlannedProbe(
        kind="uncached",
        origin=str(refused.page),
        request=replace(request, url=url, body_wanted=BODY_SIZE),
    )
