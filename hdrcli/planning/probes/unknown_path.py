"""A path that doesn't exist: its response shows whether the CORS layer covers the whole service.

No handler may run with a synthetic value. The path is one that no route of the service's OpenAPI document matches;
without a document it is outside the parent of the checked path, and so deep that no route with one parameter matches.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.fetch import HTTPResponse
from hdrcli.openapi.declared import declares_path
from hdrcli.planning.probes.probe import PlannedProbe, Planning, simple_get
from hdrcli.structs import replace

MOST: Final = 1
SEGMENT: Final = "hdrcli-probe-of-an-unknown-path"

_OK: Final = range(200, 300)
_DEEP: Final = f"{SEGMENT}/of/no/route"


def plan(planning: Planning) -> Iterator[PlannedProbe]:
    """Next to a route that a page can read, and for a page that is refused."""
    refused, fetch = planning.refused, planning.fetch
    if refused is None:
        if planning.safe is None or fetch is None or fetch.outcome != "readable":
            return
        if fetch.response is None or fetch.response.status not in _OK:
            return
    page, request = (fetch, planning.safe) if refused is None else (refused, refused.exchanges[-1].request)
    if page is None or request is None:
        return
    path = _unknown(planning, request.url.path)
    if path is not None:
        url = replace(request.url, path=path, query="")
        request = replace(simple_get(request), url=url)
        yield PlannedProbe(kind="unknown-path", origin=str(page.page), request=request)


def _unknown(planning: Planning, path: str) -> str | None:
    parents = path.split("/")[:-1]
    document = planning.responded("openapi")
    if isinstance(document, HTTPResponse) and declares_path(document.body, path) is not None:
        while parents:
            unknown = f"{'/'.join(parents)}/{SEGMENT}"
            if declares_path(document.body, unknown) is False:
                return unknown
            parents.pop()
        return None
    if len(parents) == 1:
        return f"/{_DEEP}"
    # Next to a route that works, another prefix proves nothing: the CORS layer may cover only the prefix of this one.
    return None if planning.refused is None else f"{'/'.join(parents[:-1])}/{_DEEP}"
