"""A whole comparison in memory: what was compared, and what came of it. Differences with one cause are one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from msgspec import Struct, field

from hdrcli.comparison.facts import Call, RouteFacts
from hdrcli.comparison.headers import is_varying
from hdrcli.comparison.matching import Matching, Pair
from hdrcli.comparison.routes import MISSING, PRESENT, Difference, callers_of, differences
from hdrcli.records.errors import ExitStatus
from hdrcli.report.totals import Totals, comparison_status
from hdrcli.structs import Record, replace

MOST_ROUTES: Final = 20
"""Routes that a difference names."""


class Place(NamedTuple):
    """A route: its method, and its path with the query, in A or else in B."""

    method: str
    path: str


class Side(Record, frozen=True, kw_only=True):
    """One of the two targets: its words, its services and pages, and the sentences on what it cannot show."""

    targets: tuple[str, ...]
    services: tuple[str, ...]
    pages: tuple[str, ...]
    limits: tuple[str, ...]
    totals: Totals

    @property
    def is_silent(self) -> bool:
        """Whether it has no response at all."""
        return bool(self.services) and self.totals.unreachable == len(self.services)


class RouteDifference(Record, frozen=True, kw_only=True):
    """A difference, and the first of the routes that have it: `route_count` are all."""

    difference: Difference
    routes: tuple[Place, ...]
    route_count: int


class Comparison(Record, frozen=True, kw_only=True):
    """What `hdrcli compare` found: `differences` are in the order of their importance.

    `calls` are the callers that were compared, with the pages of A. `compared` counts the routes that were compared,
    `differing` those that differ or that only one side has, `unjudged` those without a response on both sides or a
    common caller, `cut` those with so many headers that not all are compared. `varying` are the names of headers whose
    values are not compared, as they differ from response to response, `set_in_one` those of request headers that pages
    set for one of the two targets only.
    """

    a: Side
    b: Side
    calls: tuple[Call, ...]
    compared: int
    differing: int
    unjudged: int
    cut: int
    differences: tuple[RouteDifference, ...]
    varying: tuple[str, ...]
    set_in_one: tuple[str, ...]

    @property
    def exit_status(self) -> ExitStatus:
        """The exit status that `hdrcli compare` ends with."""
        return comparison_status(
            self.a.totals,
            self.b.totals,
            compared=self.compared,
            unjudged=self.unjudged,
            has_differences=bool(self.differences),
        )


class Comparing(Struct):
    """Takes the routes of A, then those of B, and keeps what differs."""

    _matching: Matching = field(default_factory=Matching)
    _found: dict[object, RouteDifference] = field(default_factory=dict)
    _calls: dict[Call, None] = field(default_factory=dict)
    _varying: dict[str, None] = field(default_factory=dict)
    _set_in_one: dict[str, None] = field(default_factory=dict)
    _counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("compared", "differing", "unjudged", "cut"), 0)
    )

    def add_a(self, route: RouteFacts) -> None:
        """Take the next route of A."""
        self._matching.add(route)

    def add_b(self, route: RouteFacts) -> None:
        """Take the next route of B."""
        found = self._matching.match(route)
        if found is not None:
            self._compare((found, route))

    def end(self, a: Side, b: Side) -> Comparison:
        """What came of it."""
        is_complete = not any(side.totals.is_time_up or side.is_silent for side in (a, b))
        for pair in self._matching.rest():
            if is_complete or None not in pair:  # the side that lacks it may have it
                self._compare(pair)
        found = sorted(self._found.values(), key=lambda each: each.difference.rank)
        return Comparison(
            a=a,
            b=b,
            calls=tuple(self._calls),
            differences=tuple(found),
            varying=tuple(sorted(self._varying)),
            set_in_one=tuple(sorted(self._set_in_one)),
            **self._counts,
        )

    def _compare(self, pair: Pair) -> None:
        known = [route for route in pair if route is not None]
        place = Place(known[0].method, known[0].path)
        self._counts["cut"] += any(route.has_more_headers for route in known)
        has_differences = False
        for difference in self._differences(*pair):
            has_differences = True
            merged = self._found.setdefault(
                difference.cause, RouteDifference(difference=difference, routes=(), route_count=0)
            )
            self._found[difference.cause] = replace(
                merged, routes=(*merged.routes, place)[:MOST_ROUTES], route_count=merged.route_count + 1
            )
        self._counts["differing"] += has_differences

    def _differences(self, a: RouteFacts | None, b: RouteFacts | None) -> Iterator[Difference]:
        if a is None or b is None:
            states = (MISSING, PRESENT) if a is None else (PRESENT, MISSING)
            yield Difference(kind="route", a=states[0], b=states[1])
            return
        pairs = callers_of(a, b)
        if not any(a.got[call].is_judged or b.got[other].is_judged for call, other in pairs):
            self._counts["unjudged"] += 1
            return
        self._counts["compared"] += 1
        self._calls |= dict.fromkeys(call for call, _ in pairs)
        self._set_in_one |= dict.fromkeys(a.set_by_page ^ b.set_by_page)
        names = {name for side in (a, b) for got in side.got.values() for name in got.headers}
        self._varying |= dict.fromkeys(name for name in names if is_varying(name) or name in a.varying | b.varying)
        yield from differences(a, b)
