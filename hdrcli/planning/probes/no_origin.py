"""The same request without `Origin`, as from the service's own pages or from curl."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.planning.probes.probe import PlannedProbe, Planning, with_origin

MOST: Final = 1


def plan(planning: Planning) -> Iterator[PlannedProbe]:
    """For every request that may be sent again."""
    if planning.safe is not None:
        yield PlannedProbe(kind="no-origin", origin=None, request=with_origin(planning.safe, None))
