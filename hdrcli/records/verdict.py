"""What a fetch makes of a response header: readable or hidden, and by which clause of the standard."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Clause(StrEnum):
    """By which clause of the standard a response header is readable or hidden."""

    SAFELISTED = "safelisted"
    LISTED = "listed"
    WILDCARD = "wildcard"
    SAME_ORIGIN = "same-origin"

    NOT_LISTED = "not-listed"
    WILDCARD_WITH_CREDENTIALS = "wildcard-with-credentials"
    FORBIDDEN = "forbidden"
    LIST_VOID = "list-void"
    LINES_HIDDEN = "lines-hidden"
    VALUE_HIDDEN = "value-hidden"
    OPAQUE = "opaque"
    BLOCKED = "blocked"

    LISTED_NOT_SENT = "listed-not-sent"
    NOT_SENT = "not-sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderVerdict:
    """What one fetch makes of one response header: `values` are the raw lines' values, in order; none if not sent."""

    values: tuple[str, ...]
    readable: bool
    clause: Clause
    detail: str

    @property
    def sent(self) -> bool:
        """Whether the header is on the wire."""
        return bool(self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderRecord:
    """One response header of a route; `verdicts` are parallel to the route's fetches.

    `name` is as the server first wrote it; `custom` means that it is no registered HTTP field name.
    """

    name: str
    custom: bool
    verdicts: tuple[HeaderVerdict, ...]
