"""The same resource by GET instead of HEAD: their headers are defined to be equal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.fetch.headers import contains, get
from hdrcli.planning.probes.probe import PlannedProbe, Planning
from hdrcli.structs import replace

MOST: Final = 1


def plan(planning: Planning) -> Iterator[PlannedProbe]:
    """Not for a range, which is defined only for GET: with it, the two responses must differ."""
    request = planning.safe
    if request is not None and request.method == "HEAD" and not contains("Range", request.headers):
        get_request = replace(request, method="GET")
        yield PlannedProbe(kind="get", origin=get("Origin", request.headers), request=get_request)
