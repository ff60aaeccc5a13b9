"""A URL, with or without its scheme: http://localhost:8000/items, localhost:8000/items, :8000/items.

A URL without a path names a service with an OpenAPI document, if it has one; any other URL is one route.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hdrcli.fetch.url import URL
from hdrcli.planning.routes import Route, read_url, route_of
from hdrcli.settings import Settings
from hdrcli.targets.choosing import check_routes, is_service
from hdrcli.targets.scope import check_scope

if TYPE_CHECKING:
    from hdrcli.targets.openapi.service import DescribedService
    from hdrcli.targets.profiled import ProfiledTarget

NAME: Final = "a URL (http://localhost:8000/items, localhost:8000/items, :8000/items)"

_HTTPS_PORT: Final = "443"
_LABEL: Final = r"[^\W_](?:[\w-]*[^\W_])?"

has_scheme = re.compile(r"https?:|[a-z][a-z0-9+.-]*://", re.IGNORECASE).match
_without_host = re.compile(r":0*(?P<port>[0-9]+)(?=[/?#]|\Z)").match
_with_port = re.compile(r"(?:[\w.-]+|\[[0-9a-f:.]+\]):0*(?P<port>[0-9]+)(?=[/?#]|\Z)", re.IGNORECASE).match
_on_this_machine = re.compile(
    r"(?:(?:[\w-]+\.)*localhost|[0-9]{1,3}(?:\.[0-9]{1,3}){3}|\[[0-9a-f:.]+\])(?=[/?#]|\Z)", re.IGNORECASE
).match
_domain_and_path = re.compile(rf"(?:{_LABEL}\.)+[^\W\d_]{{2,}}/").match


def read(text: str, settings: Settings) -> tuple[Route] | DescribedService | ProfiledTarget | None:
    """The request that the settings describe, to this URL, or the service that it names; None if it is not a URL."""
    url = url_of(text)
    if url is None:
        return None
    check_scope("url", settings)
    if settings.profile is not None:
        from hdrcli.targets.profiled import ProfiledTarget

        return ProfiledTarget(url, settings.profile, settings)
    if not is_service(url, settings):
        check_routes(settings)
        return (route_of(url, settings),)
    from hdrcli.targets.openapi.service import DescribedService

    return DescribedService(url, settings)


def url_of(text: str) -> URL | None:
    """The URL that a word is; None if it does not look like one. Raises `UsageError` for one that cannot be checked.

    A word without a scheme is an http URL if it has a port, is the name or the address of a host, or a domain with a
    path; for port 443 an https URL. A single word without a port, such as `items` or `example.com`, may be anything.
    """
    bare = text.strip()
    if not bare or has_scheme(bare):
        return read_url(text)
    if (match := _without_host(bare)) is not None:
        return read_url(f"{_scheme(match['port'])}://localhost{bare}")
    if (match := _with_port(bare)) is not None:
        return read_url(f"{_scheme(match['port'])}://{bare}")
    if _on_this_machine(bare) or _domain_and_path(bare):
        return read_url(f"http://{bare}")
    return None


def _scheme(port: str) -> str:
    return "https" if port == _HTTPS_PORT else "http"
