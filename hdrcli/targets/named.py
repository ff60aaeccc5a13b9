"""The name of a service in the configuration.

A named service has settings of its own, whose targets are its URLs. It is read as these targets are; its headers go to
its origin only.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from hdrcli.fetch import parse_url
from hdrcli.planning.callers import check_callers
from hdrcli.planning.routes import Service
from hdrcli.records.errors import UsageError
from hdrcli.settings import NamedService, Settings
from hdrcli.structs import replace
from hdrcli.wire.transport import Transport

if TYPE_CHECKING:
    from hdrcli.targets import Target

NAME: Final = "the name of a service in the configuration"

_UNVERIFIED: Final = "TLS certificates were not checked, as the configuration says."

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
    from hdrcli.wire.configured import check_network, network_of

    try:
        check_callers(service.settings)
        check_network(service.settings)
        network_of(service.settings)  # which raises for addresses and certificates that cannot be used
        _check_browsers(service.settings, settings)
        given = settings.given if len(settings.targets) == 1 else frozenset[str]()
        return _Named(service, read_targets(replace(service.settings, given=given)), settings)
    except UsageError as error:
        option = dict(service.sources).get(error.option, error.option)
        raise UsageError(error.message, option=option) from None


def _check_browsers(own: Settings, common: Settings) -> None:
    """Raise `UsageError` for what a real browser does for all services of a run or for none."""
    if own.in_browser and own.verify != common.verify:
        raise UsageError("is the same for all services with --in-browser: give --insecure.", option="--verify")


def names_of(services: Iterable[NamedService]) -> str:
    """The names of services, in a sentence without its full stop."""
    names = [service.name for service in services]
    return f"The configuration names {', '.join(names)}"


class _Named:
    """The services at the URLs of a named service."""

    def __init__(self, named: NamedService, targets: tuple[Target, ...], common: Settings) -> None:
        self._named = named
        self._targets = targets
        self._common = common

    async def services(self, network: Transport) -> AsyncGenerator[Service]:
        """See `Target`."""
        from hdrcli.targets import open_services
        from hdrcli.wire.configured import own_network

        own = self._named.settings
        urls = filter(None, map(parse_url, own.targets))
        named = {str(url.origin) for url in urls if url.is_http}
        limits = (_UNVERIFIED,) if self._common.verify and not own.verify else ()
        async with (
            own_network(network, self._common, own) as its_network,
            aclosing(open_services(self._targets, its_network)) as services,
        ):
            async for service in services:
                launched = {str(route.url.origin) for route in service.routes} if own.launch is not None else set()
                yield replace(
                    service,
                    settings=own,
                    transport=service.transport or its_network,
                    bound=self._named.bound,
                    home=frozenset(named | launched),
                    limits=(*service.limits, *limits),
                )
