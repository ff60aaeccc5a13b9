"""A URL, in full."""

from __future__ import annotations

from typing import Final

from hdrcli.planning.routes import Route, read_url, route_of
from hdrcli.settings import Settings

NAME: Final = "URL"


def read(text: str, settings: Settings) -> tuple[Route]:
    """The request that the settings describe, to this URL."""
    return (route_of(read_url(text), settings),)
