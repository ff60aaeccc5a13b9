"""What a fetch makes of a response header: readable or hidden, and by which clause of the standard."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Clause(StrEnum):
    """The clause of the standard that makes a response header readable or hidden."""

    SAFELISTED = "safelisted"
    LISTED = "listed"
    WILDCARD = "wildcard"
    SAME_ORIGIN = "same-origin"

    NOT_LISTED = "not-listed"
    NO_LIST = "no-list"
    WILDCARD_WITH_CREDENTIALS = "wildcard-with-credentials"
    FORBIDDEN = "forbidden"
    FORBIDDEN_IN_THIS_BROWSER = "forbidden-in-this-browser"
    LIST_VOID = "list-void"
    LINES_HIDDEN = "lines-hidden"
    VALUE_HIDDEN = "value-hidden"
    OPAQUE = "opaque"
    BLOCKED = "blocked"

    LISTED_NOT_SENT = "listed-not-sent"
    NOT_SENT = "not-sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderVerdict:
    """Whether one fetch lets JavaScript read one response header, and why.

    `values` are those of the lines as they were sent, in order; none if the header was not sent.
    """

    values: tuple[str, ...] = field(repr=False)
    readable: bool
    clause: Clause

    @property
    def sent(self) -> bool:
        """Whether the header is on the wire."""
        return bool(self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderRecord:
    """One response header of a route; `verdicts` are parallel to the route's fetches.

    `name` is as the server first wrote it; `custom` means that it is not a registered HTTP field name.
    """

    name: str
    custom: bool
    verdicts: tuple[HeaderVerdict, ...]
