"""A target whose services are known when its word is read."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from hdrcli.planning.routes import Service
from hdrcli.structs import Record
from hdrcli.wire.transport import Transport


class Planned(Record, frozen=True):
    """See `hdrcli.targets.Target`."""

    planned: tuple[Service, ...]

    @property
    def is_recorded(self) -> bool:
        """Whether nothing is sent for it."""
        return not any(service.probes for service in self.planned)

    async def services(self, network: Transport) -> AsyncGenerator[Service]:
        """See `hdrcli.targets.Target`."""
        del network  # nothing is left to find out
        for service in self.planned:
            yield service
