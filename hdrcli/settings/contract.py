"""What is expected of routes, and which findings are accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What is required of every fetch: of a response header, of the status, or that browsers block the page.

    `name` is the header's name, or a status such as "404" or "4xx". `route` is a pattern (see
    `hdrcli.verdict.patterns`) for the routes it is about; without one, it is about all of them.
    """

    verdict: Literal["readable", "hidden", "absent", "status", "blocked"]
    name: str = ""
    route: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """Findings that are accepted: those of rules whose codes are `code` or begin with it, on the routes of a pattern.

    `reason` says why. An empty pattern stands for all routes.
    """

    code: str
    route: str
    reason: str
