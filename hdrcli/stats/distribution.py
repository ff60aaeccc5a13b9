"""How often there is which number: of headers, of requests."""

from __future__ import annotations

from typing import Final, NamedTuple

_HIGHEST: Final = 1000
"""Higher numbers count as this one, except for the mean and the maximum."""
_BINS: Final = 9
_WIDTHS: Final = (1, 2, 3, 5, 10, 20, 30, 50, 100, 200)
_NEARLY_ALL: Final = 0.99


class Bin(NamedTuple):
    """How many targets have a number from `first` to `last`; `last` is None for the bin that has no end."""

    first: int
    last: int | None
    targets: int

    @property
    def label(self) -> str:
        """0, 0-1 or 18+."""
        if self.last is None:
            return f"{self.first}+"
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


class Distribution:
    """A number for each of any number of targets."""

    def __init__(self) -> None:
        self._counts = [0] * (_HIGHEST + 1)
        self.targets = 0
        self.sum = 0
        self.maximum = 0

    def add(self, number: int) -> None:
        """Take the number of a target."""
        self._counts[min(number, _HIGHEST)] += 1
        self.targets += 1
        self.sum += number
        self.maximum = max(self.maximum, number)

    @property
    def mean(self) -> float:
        return self.sum / self.targets if self.targets else 0.0

    def quantile(self, share: float) -> int:
        """The lowest number that this share of the targets does not exceed: 0 is the minimum, 0.5 the median."""
        seen = 0
        for number, count in enumerate(self._counts):
            seen += count
            if seen and seen >= share * self.targets:
                return number
        return _HIGHEST

    def bins(self) -> list[Bin]:
        """The targets in bins of equal width, from the first that is not empty to the last, which may have no end."""
        lowest, nearly_all = self.quantile(0), self.quantile(_NEARLY_ALL)
        width = next(width for width in _WIDTHS if nearly_all < lowest // width * width + width * (_BINS - 1))
        first = lowest // width * width
        end = min(first + width * (_BINS - 1), _HIGHEST)
        starts = range(first, min(end, self.maximum + 1), width)
        ranges = [(start, min(start + width, end)) for start in starts]
        bins = [Bin(start, stop - 1, sum(self._counts[start:stop])) for start, stop in ranges]
        return [*bins, Bin(end, None, sum(self._counts[end:]))] if self.maximum >= end else bins
