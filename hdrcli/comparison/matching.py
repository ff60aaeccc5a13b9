"""Finds the routes of two sides that belong together, while the second side is being checked.

Two routes are one if they have the same method, path and query; the origin matters only between sides with several
origins. What is left is matched by method and path, where that is clear, and the only route of one side belongs to the
only route of the other.
"""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.comparison.facts import RouteFacts

_Key = tuple[str, str, str]
Pair = tuple[RouteFacts | None, RouteFacts | None]
"""The same route of both sides; None on the side that lacks it."""


class Matching:
    """Stores the first side, then takes the routes of the second one."""

    def __init__(self) -> None:
        self._first: dict[_Key, list[RouteFacts]] = {}
        self._last: dict[_Key, tuple[int, RouteFacts]] = {}
        self._origins: set[str] = set()
        self._other: list[RouteFacts] = []

    def add(self, route: RouteFacts) -> None:
        """Take the next route of the first side."""
        self._origins.add(route.origin)
        self._first.setdefault((route.origin, route.method, route.path), []).append(route)

    def match(self, route: RouteFacts) -> RouteFacts | None:
        """Take the next route of the second side; returns the first side's, if that is clear by now.

        A recording may have a route several times: they are matched in order, and what is too many with the last one.
        """
        origins = self._origins if len(self._origins) == 1 else self._origins & {route.origin}
        for origin in origins:
            key = origin, route.method, route.path
            if key in self._first:
                number, _ = self._last.get(key, (0, route))
                self._last[key] = number + 1, route
                return self._first[key][min(number, len(self._first[key]) - 1)]
        self._other.append(route)
        return None

    def rest(self) -> Iterator[Pair]:
        """The routes that have not been matched: pairs, then those of one side only."""
        first: list[RouteFacts] = []
        for key, routes in self._first.items():
            if key in self._last:
                number, last = self._last[key]
                yield from ((route, last) for route in routes[number:])
            else:
                first += routes
        other = self._other
        if not self._last and len(first) == len(other) == 1:
            yield first[0], other[0]
            return
        for key_of in (_without_origin, _without_query):
            by_key: dict[object, tuple[list[RouteFacts], list[RouteFacts]]] = {}
            for side, routes in enumerate((first, other)):
                for route in routes:
                    by_key.setdefault(key_of(route), ([], []))[side].append(route)
            clear = [each for each in by_key.values() if len(each[0]) == len(each[1]) == 1]
            yield from ((ours[0], theirs[0]) for ours, theirs in clear)
            matched = {id(route) for each in clear for routes in each for route in routes}
            first, other = ([route for route in side if id(route) not in matched] for side in (first, other))
        yield from ((route, None) for route in first)
        yield from ((None, route) for route in other)


def _without_origin(route: RouteFacts) -> object:
    return route.method, route.path


def _without_query(route: RouteFacts) -> object:
    return route.method, route.path.partition("?")[0]
