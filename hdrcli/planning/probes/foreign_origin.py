"""The same request from a page that no service can intend to allow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.planning.probes.probe import FOREIGN_ORIGIN, PlannedProbe, Planning, with_origin

MOST: Final = 1


def plan(planning: Planning) -> Iterator[PlannedProbe]:
    """For every request that may be sent again."""
    if planning.safe is not None:
        request = with_origin(planning.safe, FOREIGN_ORIGIN)
        yield PlannedProbe(kind="foreign-origin", origin=FOREIGN_ORIGIN, request=request)
