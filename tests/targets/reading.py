"""Small ways to read targets and their reports."""

from __future__ import annotations

from typing import Any

from hdrcli import Settings
from hdrcli.planning.routes import Route
from hdrcli.structs import replace
from hdrcli.targets import read_targets
from hdrcli.targets.planned import Planned
from tests.cli.program import Ended
from tests.reporting import valid

JSON = dict[str, Any]  # a JSON object


def routes_of(*words: str, settings: Settings | None = None) -> tuple[Route, ...]:
    """The routes that these words are, without opening a service."""
    targets = read_targets(replace(settings or Settings(targets=()), targets=words))
    return tuple(
        route
        for target in targets
        if isinstance(target, Planned)
        for service in target.planned
        for route in service.routes
    )


def document(ended: Ended) -> JSON:
    """The JSON report that a run wrote, which is valid by its schema."""
    value: JSON = valid(ended.out)
    return value
