"""Makes routes of a document's operations. Pure: the document, a base URL and the settings are all that counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Final

from hdrcli.fetch.url import URL
from hdrcli.openapi.document import Document
from hdrcli.openapi.operations import Operation, operations
from hdrcli.planning.routes import Route, read_url
from hdrcli.records.route import SkippedRoute
from hdrcli.settings import Settings
from hdrcli.structs import Record
from hdrcli.targets.openapi.request import Requests
from hdrcli.targets.openapi.servers import base_of

MOST: Final = 2000
"""Operations that are checked or reported as skipped."""


class Enumerated(Record, frozen=True, kw_only=True):
    """The routes of a document, those that are skipped, and sentences on what is not checked."""

    routes: tuple[Route, ...]
    skipped: tuple[SkippedRoute, ...]
    limits: tuple[str, ...]


def routes_of(document: Document, base: URL, settings: Settings) -> Enumerated:
    """The operations of a document as routes of the service at `base`.

    Requests stay on its origin, or on that of `--server`. Raises `UsageError` if that is not a URL.
    """
    if settings.server is not None:
        base = read_url(settings.server, "--server")
    limits: tuple[str, ...] = ()
    prefix = base.path.rstrip("/")
    if settings.server is None:
        prefix, limits = base_of(document.servers(document.root), document.root, base)
    requests = Requests(document, base, prefix, settings)
    routes: list[Route] = []
    skipped: list[SkippedRoute] = []
    seen = 0
    for operation in operations(document):
        seen += 1
        if not _is_chosen(operation, settings):
            continue
        if len(routes) + len(skipped) == MOST:
            more = f"Only the first {MOST:,} operations are checked: --route, --tag and --operation-id choose others."
            limits = (*limits, more)
            break
        route = requests.route(operation)
        routes += [route] if isinstance(route, Route) else []
        skipped += [route] if isinstance(route, SkippedRoute) else []
    if not routes and not skipped:
        limits = (*limits, _why_none(seen, settings))
    return Enumerated(routes=tuple(dict.fromkeys(routes)), skipped=tuple(skipped), limits=limits)


def _is_chosen(operation: Operation, settings: Settings) -> bool:
    return (
        _matches([operation.path], settings.routes)
        and _matches(operation.tags, settings.tags)
        and _matches([operation.operation_id], settings.operation_ids)
    )


def _matches(names: Iterable[str], patterns: tuple[str, ...]) -> bool:
    return not patterns or any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


def _why_none(seen: int, settings: Settings) -> str:
    if not seen:
        return "The OpenAPI document describes no operations."
    chosen = ", ".join(_chosen_by(settings))
    return f"None of the {seen:,} operations of the OpenAPI document matches {chosen}."


def _chosen_by(settings: Settings) -> Iterator[str]:
    for option, patterns in (
        ("--route", settings.routes),
        ("--tag", settings.tags),
        ("--operation-id", settings.operation_ids),
    ):
        if patterns:
            yield f"{option} {','.join(patterns)}"
