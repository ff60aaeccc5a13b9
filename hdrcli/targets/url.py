"""A URL, in full: one route, or a service with an OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hdrcli.planning.routes import Route, read_url, route_of
from hdrcli.settings import Settings
from hdrcli.targets.choosing import check_routes, is_service

if TYPE_CHECKING:
    from hdrcli.targets.openapi.service import DescribedService

NAME: Final = "URL"


def read(text: str, settings: Settings) -> tuple[Route] | DescribedService:
    """The request that the settings describe, to this URL; a URL without a path names a service."""
    url = read_url(text)
    if not is_service(url, settings):
        check_routes(settings)
        return (route_of(url, settings),)
    from hdrcli.targets.openapi.service import DescribedService

    return DescribedService(url, settings)
