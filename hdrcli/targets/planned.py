"""A target whose services are known when its word is read."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from hdrcli.planning.routes import Service
from hdrcli.structs import Record
from hdrcli.wire.transport import Transport


class Planned(Record, frozen=True):
    """See `hdrcli.targets.Target`."""

    planned: tuple[Service, ...]

    async def services(self, network: Transport) -> AsyncGenerator[Service]:
        """See `hdrcli.targets.Target`."""
        del network  # nothing is left to find out
        for service in self.planned:
            yield service
