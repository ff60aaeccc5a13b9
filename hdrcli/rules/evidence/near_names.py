"""Names that are likely to be one name, misspelt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice, product
from typing import Final

_MOST_COMPARED: Final = 2000
"""Pairs of names: a server may send so many that comparing all of them takes minutes."""

_FEWEST_LETTERS: Final = 5
_MOST_EDITS: Final = 2
_LONGEST_COMPARED: Final = 60


def is_nearly(a: str, b: str) -> bool:
    """Whether one name in lower case is likely to be the other one, misspelt."""
    if abs(len(a) - len(b)) > _MOST_EDITS:
        return False
    if a.replace("_", "-") == b.replace("_", "-"):
        return True
    if max(len(a), len(b)) > _LONGEST_COMPARED:
        return False
    letters = min(sum(map(str.isalpha, name)) for name in (a, b))
    return letters >= _FEWEST_LETTERS and _edit_distance(a, b) <= _MOST_EDITS


def near_pairs(some: Iterable[str], others: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The pairs of nearly equal names in lower case, as far as they can be compared quickly."""
    return ((a, b) for a, b in islice(product(some, others), _MOST_COMPARED) if is_nearly(a, b))


def _edit_distance(a: str, b: str) -> int:
    """How many letters are added, removed or replaced: https://en.wikipedia.org/wiki/Levenshtein_distance."""
    row = list(range(len(b) + 1))
    for i, char in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (char != other))
    return row[-1]
