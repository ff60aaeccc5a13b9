"""Names that are likely to be one name, misspelt."""

from __future__ import annotations

from typing import Final

_FEWEST_LETTERS: Final = 5
_MOST_EDITS: Final = 2
_LONGEST_COMPARED: Final = 60


def is_nearly(a: str, b: str) -> bool:
    """Whether one name in lower case is likely to be the other one, misspelt."""
    if a.replace("_", "-") == b.replace("_", "-"):
        return True
    letters = min(sum(map(str.isalpha, name)) for name in (a, b))
    if letters < _FEWEST_LETTERS or max(len(a), len(b)) > _LONGEST_COMPARED:
        return False
    return abs(len(a) - len(b)) <= _MOST_EDITS and _edit_distance(a, b) <= _MOST_EDITS


def _edit_distance(a: str, b: str) -> int:
    """How many letters are put in, left out or replaced: https://en.wikipedia.org/wiki/Levenshtein_distance."""
    row = list(range(len(b) + 1))
    for i, char in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (char != other))
    return row[-1]
