"""Counts of keys of which there may be any number: the most frequent are kept."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Frequent(Generic[K]):
    """Counts of several kinds for each key.

    Whenever there would be more than twice `most` keys, those with the lowest counts are dropped until `most` are left.
    `others` has their counts. A key that was dropped may occur again: `error` is by how much the sum of a key's
    counts may be too low. It is 0 as long as nothing was dropped.
    """

    def __init__(self, most: int, kinds: int = 1) -> None:
        self._most = most
        self._kinds = kinds
        self._counts: dict[K, list[int]] = {}
        self._dropped = [0] * kinds
        self.error = 0

    def add(self, key: K, kind: int = 0) -> None:
        """Count the key once more."""
        counts = self._counts.get(key)
        if counts is None:
            if len(self._counts) == 2 * self._most:
                self._drop()
            counts = self._counts[key] = [0] * self._kinds
        counts[kind] += 1

    def __getitem__(self, key: K) -> list[int]:
        """The counts of a key."""
        return self._counts.get(key, [0] * self._kinds)

    def top(self, most: int) -> list[tuple[K, list[int]]]:
        """The keys with the highest counts."""
        return sorted(self._counts.items(), key=lambda each: (-sum(each[1]), str(each[0])))[:most]

    def others(self, most: int) -> tuple[int, list[int]]:
        """How many keys `top` lacks, as far as they are known, and their counts."""
        rest = self.top(len(self._counts))[most:]
        return len(rest), _sums([self._dropped, *(counts for _, counts in rest)])

    def _drop(self) -> None:
        ranked = self.top(len(self._counts))
        self._counts = dict(ranked[: self._most])
        rest = [counts for _, counts in ranked[self._most :]]
        self._dropped = _sums([self._dropped, *rest])
        self.error += sum(rest[0])


def _sums(rows: Sequence[Sequence[int]]) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)]
