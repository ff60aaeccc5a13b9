"""The results of a list: JSON Lines in a file that a later run resumes, or on standard output."""

from __future__ import annotations

import json
import os
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from hdrcli.bulk.lines import Line
from hdrcli.records.errors import UsageError
from hdrcli.reporters.json_exchanges import JSON
from hdrcli.reporters.view import count
from hdrcli.rules.finding import Severity
from hdrcli.text.json_text import json_text

OUTCOMES: Final = ("checked", "unreachable", "incomplete", "invalid")
"""What may come of a target."""

_MOST_NUMBERS: Final = 500_000_000
"""Lines whose results are known by their number: 8 bytes each."""


class OutputClosedError(Exception):
    """Who reads the results has closed the pipe: there is no use in more."""


class Results:
    """Which lines have a result, and how often there is what; `write` appends a line to the output.

    `write` raises what `add` then raises.
    """

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._keys = array("Q")
        self.counts: Counter[str] = Counter()
        """How many lines have each outcome, finding ("finding HDR301") and stack ("stack nginx"), of all runs."""
        self.resumed = 0
        """How many results earlier runs have left."""

    def has(self, line: Line) -> bool:
        """Whether the line has a result."""
        return line.number < len(self._keys) and self._keys[line.number] == line.key

    def add(self, key: int, value: JSON) -> None:
        """Append a result."""
        self.counts.update(_counted(value))
        self._write(f"{json_text({'key': f'{key:016x}', **value})}\n")

    def reaches(self, fail_on: str) -> bool:
        """Whether a finding has this severity, or a higher one; "never" is none."""
        return fail_on != "never" and any(
            self.counts[f"severity {severity}"] for severity in Severity if severity.rank <= Severity(fail_on).rank
        )

    def progress(self) -> str:
        """How many targets have a result, by outcome."""
        return by_outcome(self.counts)

    def most_common(self, kind: str, most: int) -> list[tuple[str, int]]:
        """The most frequent names of a kind ("finding", "stack"), and how many targets have each."""
        found = [(key.removeprefix(f"{kind} "), n) for key, n in self.counts.items() if key.startswith(f"{kind} ")]
        return sorted(found, key=lambda each: (-each[1], each[0]))[:most]

    def resume(self, path: Path) -> None:
        """Take the results of earlier runs, and cut off a line that is not complete.

        Raises `OSError` where the file cannot be read, and `UsageError` for one that has other content than results.
        """
        if not path.is_file():
            return  # it does not exist yet, or is a pipe or a device, which has nothing to resume
        end = 0
        with path.open("rb") as file:
            for number, data in enumerate(file, 1):
                if not data.endswith(b"\n"):
                    break
                self._take(data, f'"{path}" line {number}')
                end += len(data)
        if end < path.stat().st_size:
            os.truncate(path, end)

    def _take(self, data: bytes, place: str) -> None:
        read = _read(data)
        if read is None:
            raise UsageError(f"{place} is not a result of hdrcli bulk: choose another file.", option="--output")
        number, key, counted = read
        self.counts.update(counted)
        if number >= len(self._keys):
            self._keys.frombytes(bytes(self._keys.itemsize * (number + 1 - len(self._keys))))
        self._keys[number] = key
        self.resumed += 1


def by_outcome(counts: Mapping[str, int]) -> str:
    """How many targets there are, and how many of each outcome, of which there are these counts."""
    found = {outcome: counts[outcome] for outcome in OUTCOMES if counts.get(outcome)}
    outcomes = ", ".join(f"{number:,} {outcome}" for outcome, number in found.items())
    return ": ".join(filter(None, (count(sum(found.values()), "target"), outcomes)))


def _read(data: bytes) -> tuple[int, int, list[str]] | None:
    """The number and the key of a result's line, and what to count of it; None for anything else."""
    try:
        value = json.loads(data)
        number, key, counted = int(value["line"]), int(value["key"], 16), [*_counted(value)]
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return None
    return (number, key, counted) if 0 < number <= _MOST_NUMBERS else None


def _counted(value: JSON) -> Iterator[str]:
    yield "targets"
    yield str(value["outcome"])
    if value["stack"] is not None:
        yield f"stack {value['stack']}"
    for code in {finding["code"] for finding in value["findings"]}:
        yield f"finding {code}"
    for severity in {finding["severity"] for finding in value["findings"]}:
        yield f"severity {severity}"
