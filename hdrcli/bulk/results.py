"""The results of a list: JSON Lines in a file that a later run resumes, or on standard output."""

from __future__ import annotations

import json
import os
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from hdrcli.bulk.counts import Counts
from hdrcli.bulk.lines import Line
from hdrcli.records.errors import UsageError
from hdrcli.reporters.json_exchanges import JSON
from hdrcli.text.json_text import json_text

_MOST_NUMBERS: Final = 500_000_000
"""Lines whose results are known by their number: 8 bytes each."""


class Results(Counts):
    """Which lines have a result, and how often there is what; `write` appends a line to the output.

    `write` raises what `add` then raises.
    """

    def __init__(self, write: Callable[[str], object]) -> None:
        super().__init__()
        self._write = write
        self._keys = array("Q")

    def has(self, line: Line) -> bool:
        """Whether the line has a result."""
        return line.number < len(self._keys) and self._keys[line.number] == line.key

    def add(self, key: int, value: JSON) -> None:
        """Append a result."""
        self.counts.update(_counted(value))
        self._write(f"{json_text({'key': f'{key:016x}', **value})}\n")

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
        read = read_result(data)
        if read is None:
            raise UsageError(f"{place} is not a result of hdrcli bulk: choose another file.", option="--output")
        number, key, counted = read
        self.counts.update(counted)
        if number >= len(self._keys):
            self._keys.frombytes(bytes(self._keys.itemsize * (number + 1 - len(self._keys))))
        self._keys[number] = key
        self.resumed += 1


def read_result(data: bytes) -> tuple[int, int, list[str]] | None:
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
