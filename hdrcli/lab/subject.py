"""What a lab is about: the origin of an API, its routes, and the CORS settings if it is the running sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

Order = Literal["added", "around"]
"""Where the CORS middleware is: added to the app, or around the whole of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorsSettings:
    """The CORS settings of the running sample, as a person changes them on the page."""

    allow_origins: Sequence[str]
    expose_headers: Sequence[str]
    allow_credentials: bool = False
    cors: bool = True
    max_age: int = 600
    order: Order = "added"


def fault_in(settings: CorsSettings) -> str | None:
    """Why the settings cannot be sent in headers, as a sentence; None if they can. Values may be faulty otherwise."""
    for value in (*settings.allow_origins, *settings.expose_headers):
        if not value.isascii() or not value.isprintable():
            return f'"{value}" is not a header value: write it in printable ASCII.'
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabRoute:
    """A route of the API: `path` is with its query."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorsControl:
    """The running sample's CORS settings: `read` returns those that hold, `change` sets others."""

    read: Callable[[], CorsSettings]
    change: Callable[[CorsSettings], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The API at `base`, an origin. `cors` is None if its settings cannot be changed here.

    `skipped` are sentences about operations that are not called. `verify` says whether TLS certificates are checked.
    """

    name: str
    base: str
    routes: tuple[LabRoute, ...]
    cors: CorsControl | None = None
    skipped: tuple[str, ...] = ()
    verify: bool = True
