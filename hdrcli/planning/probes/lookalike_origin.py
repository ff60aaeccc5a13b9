"""The same request from an origin that a pattern without an end matches, where the page is allowed by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.fetch import HTTPResponse
from hdrcli.fetch.headers import get
from hdrcli.planning.probes.probe import UNKNOWN_HOST, PlannedProbe, Planning, with_origin
from hdrcli.records.route import FetchRecord
from hdrcli.structs import replace

MOST: Final = 1


def plan(planning: Planning) -> Iterator[PlannedProbe]:
    """For the page of the first fetch with a response."""
    if planning.safe is None or planning.fetch is None:
        return
    origin = _lookalike(planning.fetch)
    if origin is not None:
        yield PlannedProbe(kind="lookalike-origin", origin=origin, request=with_origin(planning.safe, origin))


def _lookalike(fetch: FetchRecord) -> str | None:
    page, own = fetch.page, fetch.own_exchange
    response = own.response if own is not None else None
    if not isinstance(response, HTTPResponse) or page.is_opaque or page.host.startswith("["):
        return None
    if get("Access-Control-Allow-Origin", response.headers) != str(page):
        return None
    return str(replace(page, host=f"{page.host.rstrip('.')}.{UNKNOWN_HOST}"))
