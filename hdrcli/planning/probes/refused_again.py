"""The refused request again, with the beginning of the body: many layers name themselves and their reason there.

It accepts no compression, so that the body can be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.fetch import HTTPResponse
from hdrcli.fetch.headers import get
from hdrcli.fetch.safelist import SAFE_METHODS
from hdrcli.planning.probes.probe import BODY_SIZE, PlannedProbe, Planning
from hdrcli.structs import replace

MOST: Final = 1

_FIRST_ERROR: Final = 400


def plan(planning: Planning) -> Iterator[PlannedProbe]:
    """For errors, and for requests that may be sent again: a preflight is one."""
    refused = planning.refused
    if refused is None:
        return
    request, response = refused.exchanges[-1].request, refused.exchanges[-1].response
    if not isinstance(response, HTTPResponse) or response.status < _FIRST_ERROR:
        return
    if request.purpose == "preflight" or request.method in SAFE_METHODS - {"HEAD"}:
        headers = tuple((name, "identity" if name == "Accept-Encoding" else value) for name, value in request.headers)
        yield PlannedProbe(
            kind="refused-again",
            origin=get("Origin", headers),
            request=replace(request, headers=headers, body_wanted=BODY_SIZE),
        )
