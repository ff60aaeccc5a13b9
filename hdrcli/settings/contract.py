"""What is expected of routes, and which findings are accepted."""

from __future__ import annotations

from typing import Literal

from hdrcli.structs import Record


class Expectation(Record, frozen=True, kw_only=True):
    """What is required of every fetch: of a response header, of the status, or that browsers block the page.

    `name` is the header's name, or a status such as "404" or "4xx". `route` is a pattern (see
    `hdrcli.verdict.patterns`) for the routes it is about; without one, it is about all of them. Instead of the header,
    one of the `alternatives` may be sent; all of them that are sent count. "readable-if-sent" requires nothing of a
    header that is not sent.
    """

    verdict: Literal["readable", "readable-if-sent", "hidden", "absent", "status", "blocked"]
    name: str = ""
    route: str = ""
    alternatives: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The header's name, and those of its alternatives."""
        return (self.name, *self.alternatives)


class Ignored(Record, frozen=True, kw_only=True):
    """Findings that are accepted: those of rules whose codes are `code` or begin with it, on the routes of a pattern.

    `reason` says why. An empty pattern stands for all routes.
    """

    code: str
    route: str
    reason: str
