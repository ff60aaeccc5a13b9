"""The same resource uncompressed, if the compressed one has a strong entity tag."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.fetch import HTTPResponse
from hdrcli.fetch.headers import get
from hdrcli.planning.probes.probe import PlannedProbe, Planning
from hdrcli.structs import replace
from hdrcli.verdict.representation import content_codings, strong_etag

MOST: Final = 1


def plan(planning: Planning) -> Iterator[PlannedProbe]:
    """Only for GET."""
    own = planning.own
    if own is None or not isinstance(own.response, HTTPResponse) or own.request.method != "GET":
        return
    if strong_etag(own.response) is not None and content_codings(own.response):
        request = own.request
        headers = tuple((name, "identity" if name == "Accept-Encoding" else value) for name, value in request.headers)
        yield PlannedProbe(kind="identity", origin=get("Origin", headers), request=replace(request, headers=headers))
