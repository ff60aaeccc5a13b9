"""Where a redirect without CORS headers leads: does only the redirect lack them, or the service as a whole?

The page's browser would send the same request if it followed the redirect.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.fetch import HTTPResponse, parse_url
from hdrcli.fetch.headers import values_of
from hdrcli.fetch.response import REDIRECT_STATUSES
from hdrcli.fetch.safelist import SAFE_METHODS
from hdrcli.fetch.url import same_origin
from hdrcli.planning.probes.probe import PlannedProbe, Planning, simple_get
from hdrcli.structs import replace

MOST: Final = 1


def plan(planning: Planning) -> Iterator[PlannedProbe]:
    """Within the service, for a request that changes nothing, if no earlier probe has shown a CORS layer."""
    refused = planning.refused
    if refused is None:
        return
    request, response = refused.exchanges[-1].request, refused.exchanges[-1].response
    if not isinstance(response, HTTPResponse) or response.status not in REDIRECT_STATUSES:
        return
    if request.purpose == "preflight" or request.method not in SAFE_METHODS or planning.shows_layer(response):
        return
    locations = values_of("Location", response.headers)
    url = parse_url(locations[0], request.url) if len(locations) == 1 else None
    if url is not None and url != request.url and same_origin(url.origin, request.url.origin):
        yield PlannedProbe(
            kind="redirect-target", origin=str(refused.page), request=replace(simple_get(request), url=url)
        )
