"""What a fetch makes of a response header, by which clause of the standard; what a browser reports if it failed."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from hdrcli.structs import Record


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


class HeaderVerdict(Record, frozen=True, kw_only=True):
    """Whether one fetch lets JavaScript read one response header, and why.

    `values` are those of the lines as they were sent, in order; none if the header was not sent.
    """

    not_in_repr: ClassVar = frozenset({"values"})

    values: tuple[str, ...]
    readable: bool
    clause: Clause

    @property
    def sent(self) -> bool:
        """Whether the header is on the wire."""
        return bool(self.values)


class HeaderRecord(Record, frozen=True, kw_only=True):
    """One response header of a route; `verdicts` are parallel to the route's fetches.

    `name` is as the server first wrote it; `custom` means that it is not a registered HTTP field name.
    """

    name: str
    custom: bool
    verdicts: tuple[HeaderVerdict, ...]

    @property
    def is_sent(self) -> bool:
        """Whether any fetch received it; otherwise, only an expose list names it."""
        return any(verdict.values for verdict in self.verdicts)


class ConsoleMessage(Record, frozen=True, kw_only=True):
    """What one browser reports of a failed fetch (see `hdrcli.verdict.console`).

    `text` is the message in its console, without what varies, and empty where it prints nothing; `name` is what the
    browser calls the failure, empty where it has no name; `error` is the error that JavaScript gets.
    """

    browser: str
    name: str
    text: str
    error: str
