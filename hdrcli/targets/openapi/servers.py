"""Where a document's paths are: below the path of its server, at the origin that the user named.

Source: https://spec.openapis.org/oas/v3.1.1.html#server-object
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hdrcli.fetch.url import URL, is_loopback, parse_url
from hdrcli.openapi.document import JSONObject

_MOST: Final = 20


def base_of(servers: Sequence[str], root: JSONObject, base: URL) -> tuple[str, tuple[str, ...]]:
    """The path that the operations' paths are below, and a sentence if no server is at this origin.

    A base with a path says it all. Of Swagger 2, only `basePath` counts.
    """
    if base.path.strip("/"):
        return base.path.rstrip("/"), ()
    base_path = root.get("basePath")
    if not servers:
        return _path(base_path, base) or "" if isinstance(base_path, str) else "", ()
    path = path_at(servers, base)
    if path is not None:
        return path, ()
    shown = servers[0][:200]
    limit = f"The OpenAPI document's servers are elsewhere ({shown}). Requests are sent to {base.origin} only"
    return "", (f"{limit}: --server names another URL.",)


def path_at(servers: Sequence[str], base: URL) -> str | None:
    """The path of the first of these servers that is at the base's origin, without a slash at the end."""
    return next((path for server in servers[:_MOST] if (path := _path(server, base)) is not None), None)


def _path(server: str, base: URL) -> str | None:
    url = parse_url(server, base)
    return None if url is None or not _is_same(url, base) else url.path.rstrip("/")


def _is_same(url: URL, base: URL) -> bool:
    """Whether the origins are the same. All names of this machine are one."""
    are_loopback = is_loopback(url.host) and is_loopback(base.host)
    return url.scheme == base.scheme and url.port == base.port and (url.host == base.host or are_loopback)
