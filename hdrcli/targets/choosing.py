"""Whether a URL names a service or a single route. Part of each check: what describes services is loaded later."""

from __future__ import annotations

from typing import Final

from hdrcli.fetch.url import URL
from hdrcli.planning.page_request import method_of
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
    """Whether a URL names a service, whose document is to be found, and not a single route."""
    if settings.openapi is not None:
        return True
    describes_request = method_of(settings) != "GET" or settings.compare is not None
    has_path = url.path != "/" or url.query or url.fragment is not None
    return not (has_path or describes_request or not settings.find_openapi or settings.dry_run)


def check_routes(settings: Settings) -> None:
    """Raise `UsageError` for options that are only for documents, where there is none."""
    for option in options_for_documents(settings):
        raise UsageError(
            "needs a service with an OpenAPI document: give its URL without a path, or --openapi.", option=option
        )


def options_for_documents(settings: Settings) -> tuple[str, ...]:
    """The options that were given and mean nothing without a document."""
    return tuple(option for name, option in _FOR_DOCUMENTS.items() if getattr(settings, name))
