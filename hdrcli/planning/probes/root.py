"""The root of the service, for a page that an error response refuses: a layer may cover all but errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.fetch import HTTPResponse
from hdrcli.planning.probes.probe import PlannedProbe, Planning, simple_get
from hdrcli.structs import replace

MOST: Final = 1

_FIRST_ERROR: Final = 400


def plan(planning: Planning) -> Iterator[PlannedProbe]:
    """Only if no earlier probe has shown a CORS layer."""
    refused = planning.refused
    if refused is None:
        return
    request, response = refused.exchanges[-1].request, refused.exchanges[-1].response
    if not isinstance(response, HTTPResponse) or response.status < _FIRST_ERROR or request.url.path == "/":
        return
    if not planning.shows_layer(response):
        url = replace(request.url, path="/", query="")
        yield PlannedProbe(kind="root", origin=str(refused.page), request=replace(simple_get(request), url=url))
