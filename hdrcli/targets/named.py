"""The name of a service in the configuration.

A named service has settings of its own, whose targets are its URLs. It is read as these targets are; its headers go to
its origin only.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from hdrcli.fetch import parse_url
from hdrcli.planning.callers import check_callers
from hdrcli.planning.routes import Service
from hdrcli.records.errors import UsageError
from hdrcli.settings import NamedService, Settings
from hdrcli.wire.transport import Transport

if TYPE_CHECKING:
    from hdrcli.targets import Target

NAME: Final = "the name of a service in the configuration"

is_name: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*").fullmatch
"""Whether a text may be the name of a service."""


def read(text: str, settings: Settings) -> Target | None:
    """The service of this name.

    Raises `UsageError` for settings of the service that cannot be carried out, and for a bare word that is not the
    name of a service, if there are services.
    """
    if not settings.services or is_name(text) is None:
        return None
    service = next((each for each in settings.services if each.name == text), None)
    if service is None:
        raise UsageError(f'There is no service "{text}". {names_of(settings.services)}.')
    if service.problem:
        raise UsageError(service.problem)
    if settings.compare is not None:
        raise UsageError("takes a single URL to check: give it instead of a service's name.", option="--compare")
    from hdrcli.targets import read_targets

    try:
        check_callers(service.settings)
        return _Named(service, read_targets(service.settings))
    except UsageError as error:
        option = dict(service.sources).get(error.option, error.option)
        raise UsageError(error.message, option=option) from None


def names_of(services: Iterable[NamedService]) -> str:
    """The names of services, in a sentence without its full stop."""
    names = [service.name for service in services]
    return f"The configuration names {', '.join(names)}"


class _Named:
    """The services at the URLs of a named service."""

    def __init__(self, named: NamedService, targets: tuple[Target, ...]) -> None:
        self._named = named
        self._targets = targets

    async def services(self, network: Transport) -> AsyncGenerator[Service]:
        """See `Target`."""
        from hdrcli.targets import open_services

        urls = filter(None, map(parse_url, self._named.settings.targets))
        home = frozenset(str(url.origin) for url in urls if url.is_http)
        async with aclosing(open_services(self._targets, network)) as services:
            async for service in services:
                yield replace(service, settings=self._named.settings, bound=self._named.bound, home=home)
