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
        self._origins: set[str] = set()
        self._other: list[RouteFacts] = []
        self._firsts = self._others = 0

    def add(self, route: RouteFacts) -> None:
        """Take the next route of the first side."""
        self._firsts += 1
        self._origins.add(route.origin)
        self._first.setdefault((route.origin, route.method, route.path), []).append(route)

    def match(self, route: RouteFacts) -> RouteFacts | None:
        """Take the next route of the second side; returns the first side's, if that is clear by now."""
        self._others += 1
        origins = [route.origin] if route.origin in self._origins else list(self._origins)
        for origin in origins if len(origins) == 1 else ():
            found = self._first.get((origin, route.method, route.path))
            if found:
                return found.pop(0)
        self._other.append(route)
        return None

    def rest(self) -> Iterator[Pair]:
        """The routes that have not been matched: pairs, then those of one side only."""
        first = [route for routes in self._first.values() for route in routes]
        if self._firsts == self._others == 1 and first:
            yield first[0], self._other[0]
            return
        other = self._other
        for key in (_without_origin, _without_query):
            by_key: dict[object, tuple[list[RouteFacts], list[RouteFacts]]] = {}
            for side, routes in enumerate((first, other)):
                for route in routes:
                    by_key.setdefault(key(route), ([], []))[side].append(route)
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
