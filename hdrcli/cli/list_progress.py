"""How far a list is: what a status line says while `hdrcli bulk` runs."""

from __future__ import annotations

import os
import stat
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

from hdrcli.bulk.counts import Counts

_WINDOW: Final = 20
"""The rate is that of the time in which the last so many texts were shown."""
_SHOWN_FAILURES: Final = 4
_LARGEST: Final = 256 * 2**20
"""Bytes of a list whose targets are counted before it is checked, which takes a second."""
_MINUTE, _HOUR = 60, 3600


class ListProgress:
    """Says how many targets of `expected` (if that is known) have a result, how fast, and what fails."""

    def __init__(
        self, counts: Counts, expected: int | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._counts = counts
        self._expected = expected
        self._clock = clock
        self._seen = deque([(clock(), self._done)], maxlen=_WINDOW)

    @property
    def _done(self) -> int:
        return self._counts.counts["targets"]

    def text(self) -> str:
        """The text of this moment, the most important first: a terminal may be narrow."""
        done, now = self._done, self._clock()
        since, before = self._seen[0]
        self._seen.append((now, done))
        rate = (done - before) / (now - since) if now > since else 0.0
        of = "" if self._expected is None else f" of {self._expected:,}"
        return ", ".join([f"{done:,}{of} targets", *self._pace(done, rate), *self._failures()])

    def _pace(self, done: int, rate: float) -> Iterator[str]:
        yield f"{rate:,.0f}/s" if rate >= 10 or not rate else f"{rate:.1f}/s"  # noqa: PLR2004 -- three digits are enough
        if self._expected is not None and rate:
            yield f"{_duration(max(0, self._expected - done) / rate)} left"

    def _failures(self) -> Iterator[str]:
        """The most frequent reasons why targets have no response, and how many have one of the others."""
        ranked = self._counts.most_common("failure", most=len(self._counts.counts))
        for code, number in ranked[:_SHOWN_FAILURES]:
            yield f"{code} {number:,}"
        if others := sum(number for _, number in ranked[_SHOWN_FAILURES:]):
            yield f"other failures {others:,}"


def targets_in(source: BinaryIO) -> int | None:
    """How many targets the rest of a list has, which is then at the same place; None for a pipe and a large file."""
    status = os.fstat(source.fileno())
    if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
        return None
    start = source.tell()
    number = sum(1 for line in source if (text := line.strip()) and not text.startswith(b"#"))
    source.seek(start)
    return number


def _duration(seconds: float) -> str:
    """About how long something takes: 45 s, 12 min, 3:20 h."""
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    minutes = round(seconds / _MINUTE)
    return f"{minutes} min" if minutes < _MINUTE else f"{minutes // _MINUTE}:{minutes % _MINUTE:02} h"
