"""Small ways to check a server."""

from __future__ import annotations

from hdrcli.inspection import check
from hdrcli.records.route import RouteRecord
from hdrcli.settings import Settings
from hdrcli.structs import replace
from tests.serving.raw import RawServer


def route_of(*lines: bytes, settings: Settings, same_origin: bool = False) -> RouteRecord:
    """Check a server that gives the n-th request the n-th of these heads: header lines, or a whole head.

    The pages are those of `settings`, or else the server's own.
    """
    heads = [head if head.startswith(b"HTTP/") else b"HTTP/1.1 200 OK\r\n" + head for head in lines]
    with RawServer(*(head + b"\r\n\r\n" for head in heads)) as server:
        origins = (server.url,) if same_origin else settings.origins
        (route,) = check(replace(settings, targets=(server.url,), origins=origins, find_openapi=False)).routes
    return route
