"""A target whose services are known when its word is read."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from hdrcli.planning.routes import Service
from hdrcli.wire.transport import Transport


@dataclass(frozen=True, slots=True)
class Planned:
    """See `hdrcli.targets.Target`."""

    planned: tuple[Service, ...]

    async def services(self, network: Transport) -> AsyncGenerator[Service]:
        """See `hdrcli.targets.Target`."""
        del network  # nothing is left to find out
        for service in self.planned:
            yield service
