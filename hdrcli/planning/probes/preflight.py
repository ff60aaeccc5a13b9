"""The preflight that the request would have if it needed one: it shows the lists, and whether it allows the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.fetch import HTTPRequest
from hdrcli.fetch.headers import get
from hdrcli.planning.probes.probe import BODY_SIZE, PlannedProbe, Planning, kept
from hdrcli.records.verdict import Clause
from hdrcli.structs import replace

MOST: Final = 1

_NOT_NAMED: Final = frozenset({Clause.NOT_LISTED, Clause.NO_LIST})


def plan(planning: Planning) -> Iterator[PlannedProbe]:
    """Where a custom header isn't exposed, or the page is refused on the request itself."""
    refused = planning.refused
    if refused is not None:
        request = refused.exchanges[-1].request
        if request.purpose == "request" and get("Origin", request.headers) is not None:
            yield _preflight(request)
        return
    if planning.safe is not None and any(
        verdict.clause in _NOT_NAMED for header in planning.headers if header.custom for verdict in header.verdicts
    ):
        yield _preflight(planning.safe)


def _preflight(request: HTTPRequest) -> PlannedProbe:
    headers = (
        *kept(request),
        *((name, value) for name, value in request.headers if name == "Origin"),
        ("Accept", "*/*"),
        ("Access-Control-Request-Method", request.method),
    )
    preflight = replace(
        request,
        purpose="preflight",
        method="OPTIONS",
        headers=headers,
        body=None,
        body_wanted=BODY_SIZE,
        client_certificate=False,
    )
    return PlannedProbe(kind="preflight", origin=get("Origin", request.headers), request=preflight)
