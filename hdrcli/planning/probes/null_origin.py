"""The same request from a sandboxed page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.planning.probes.probe import PlannedProbe, Planning, with_origin

MOST: Final = 1


def plan(planning: Planning) -> Iterator[PlannedProbe]:
    """For every request that may be sent again."""
    if planning.safe is not None:
        yield PlannedProbe(kind="null-origin", origin="null", request=with_origin(planning.safe, "null"))
