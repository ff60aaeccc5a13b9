"""Whether a URL names a service or a single route. Part of each check: what describes services is loaded later."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from hdrcli.fetch.ports import BAD_PORTS
from hdrcli.fetch.url import URL, Origin, parse_url
from hdrcli.records.errors import UsageError
from hdrcli.settings import Settings

_FOR_DOCUMENTS: Final = {
    "openapi": "--openapi",
    "server": "--server",
    "params": "--param",
    "routes": "--route",
    "tags": "--tag",
    "operation_ids": "--operation-id",
    "include_unsafe": "--include-unsafe",
}


def is_service(url: URL, settings: Settings) -> bool:
    """Whether a URL names a service, whose document is to be found, and not a single route.

    Nothing is sent where a browser sends nothing, or with `--dry-run`.
    """
    if settings.openapi is not None:
        return True
    describes_request = settings.method != "GET" or settings.body is not None or settings.compare is not None
    has_path = url.path != "/" or url.query or url.fragment is not None
    if has_path or describes_request or not settings.find_openapi or settings.dry_run:
        return False
    return url.effective_port not in BAD_PORTS and url.origin not in _origins_of_routes(settings.targets)


@lru_cache(maxsize=1)
def _origins_of_routes(targets: tuple[str, ...]) -> frozenset[Origin]:
    """The origins of the targets that have a path: where routes are named one by one, so is the root."""
    urls = [url for text in targets if (url := parse_url(text)) is not None and url.is_http]
    return frozenset(url.origin for url in urls if url.path != "/" or url.query)


def check_routes(settings: Settings) -> None:
    """Raise `UsageError` for options that are only for documents, where there is none."""
    for option in options_for_documents(settings):
        raise UsageError(
            "needs a service with an OpenAPI document: give its URL without a path, or --openapi.", option=option
        )


def options_for_documents(settings: Settings) -> tuple[str, ...]:
    """The options that were given and mean nothing without a document."""
    return tuple(option for name, option in _FOR_DOCUMENTS.items() if getattr(settings, name))
