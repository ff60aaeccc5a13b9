"""A simple GET of the URL from the page whose preflight failed, and one without `Origin` if that is refused, too.

They show whether the CORS layer covers the route at all, or only its preflight is at fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.fetch.headers import contains
from hdrcli.planning.probes.probe import PlannedProbe, Planning, simple_get, with_origin

MOST: Final = 2

_FIRST_ERROR: Final = 400


def plan(planning: Planning) -> Iterator[PlannedProbe]:
    """Only where a preflight failed."""
    refused = planning.refused
    if refused is None or refused.exchanges[-1].request.purpose != "preflight":
        return
    request = simple_get(refused.exchanges[-1].request)
    yield PlannedProbe(kind="without-preflight", origin=str(refused.page), request=request)
    response = planning.responded("without-preflight")
    is_error = response is not None and response.status >= _FIRST_ERROR
    if response is not None and is_error and not contains("Access-Control-Allow-Origin", response.headers):
        yield PlannedProbe(kind="no-origin", origin=None, request=with_origin(request, None))
