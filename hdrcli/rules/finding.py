"""Faults, which a rule finds on one route, and findings, into which those of one cause are merged for a service."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar, Final

from hdrcli.records.location import Location
from hdrcli.records.route import FetchRecord
from hdrcli.stacks.setting import Setting
from hdrcli.structs import Record

MOST_LISTED: Final = 10
"""Names in a sentence: a server may send thousands."""


class Severity(StrEnum):
    """An error is broken for the page that calls, a warning is likely to be, advice is debatable."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return _RANKS[self]


_RANKS: Final = {severity: rank for rank, severity in enumerate(Severity)}


class Fault(Record, frozen=True, kw_only=True):
    """One fault of one route. Faults of a rule with the same `variant` become one finding of the service.

    `variant` distinguishes faults of a rule that need different fixes: data such as a status or an origin, never a
    sentence. `subjects` are the names it is about (of headers, cookies, methods), in lower case where case has no
    meaning. `evidence` are raw lines ("x-total-count: 1312") and notes on the exchanges they are from, `impact` is
    what the page gets, `fix` what to do, in one sentence; `fix_setting` is the exact value, which the stack's module
    writes. Where a sentence is about one subject, `impact` has one for each, and `fix_for_several` replaces `fix` when
    the finding has two or more, or routes with different fixes. `quote` is the first line of a response's body, where
    that shows the cause.

    `unless` is what holds instead if any route of the service shows a fact; the first one that is shown counts.
    """

    not_in_repr: ClassVar = frozenset({"variant"})

    fetches: tuple[FetchRecord, ...]
    evidence: tuple[str, ...]
    impact: tuple[str, ...]
    fix: str
    variant: str = ""
    subjects: tuple[str, ...] = ()
    fix_for_several: str = ""
    fix_setting: Setting | None = None
    severity: Severity | None = None
    """In place of the rule's own."""
    quote: str = ""
    unless: tuple[Unless, ...] = ()


class Unless(Record, frozen=True, kw_only=True):
    """A fact about the service, and the fault that holds if the fact is shown, with the code of its rule.

    Facts are short texts: "sends x-total-count", "cors-layer", "allows https://app.example".
    """

    fact: str
    code: str
    fault: Fault


def sending(name: str) -> str:
    """The fact that a route of the service sends a header."""
    return f"sends {name}"


class Place(Record, frozen=True, kw_only=True):
    """Where a fault is: a route, and the page that calls it with some credentials modes."""

    not_in_repr: ClassVar = frozenset({"url"})

    method: str
    url: str
    page: str
    credentials: tuple[str, ...]
    subjects: tuple[str, ...] = ()


class Evidence(Record, frozen=True, kw_only=True):
    """The proof of a fault on one route: raw lines as they were sent, without secrets, and notes on their exchanges."""

    not_in_repr: ClassVar = frozenset({"url"})

    method: str
    url: str
    lines: tuple[str, ...]


class Finding(Record, frozen=True, kw_only=True):
    """The verdict of a rule on all routes of a service that share a fault.

    `places` are the first of `place_count`, which are on `route_count` routes; `evidence` is
    that of the first routes. `browsers` are those it holds for, `other_browsers` those that make the same fetches and
    that it holds for on no route, `quirks` the fields of `UserAgent` that separate the two. `locations` are places in
    the service's source, first where the fix belongs; there are none where the source is not at hand.
    """

    not_in_repr: ClassVar = frozenset({"variant"})

    service: str
    code: str
    name: str
    severity: Severity
    variant: str
    subjects: tuple[str, ...]
    places: tuple[Place, ...]
    place_count: int
    route_count: int
    browsers: tuple[str, ...]
    other_browsers: tuple[str, ...]
    quirks: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    impact: tuple[str, ...]
    fix: str
    fix_setting: Setting | None
    spec: str
    quote: str = ""
    """The first line of the body of a response, where that shows the cause; it is part of the evidence, too."""
    locations: tuple[Location, ...] = ()
    is_known: bool = False
    """Whether the baseline has it, so that no run fails because of it."""

    @property
    def key(self) -> tuple[str, str, str]:
        """The identity of a finding from run to run, independent of its sentences: service, rule, variant."""
        return self.service, self.code, self.variant


def and_more(names: Sequence[str]) -> str:
    """The first `MOST_LISTED` of these, and how many more there are."""
    more = len(names) - MOST_LISTED
    return ", ".join(names[:MOST_LISTED]) + (f" and {more} more" if more > 0 else "")
