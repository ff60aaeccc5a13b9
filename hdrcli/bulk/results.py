"""The results of a list: JSON Lines in a file that a later run resumes, or on standard output."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.json import Decoder

from hdrcli.bulk.counts import Counts
from hdrcli.bulk.keys import Keys
from hdrcli.bulk.lines import Line
from hdrcli.records.errors import UsageError
from hdrcli.reporters.json_exchanges import JSON
from hdrcli.text.json_text import json_text

_LONGEST: Final = 16 * 2**20
"""Bytes of a line: far more than a result may have."""
_MOST_KEYS: Final = 2**64
_BEGINNING: Final = b'{"key": "'


class Results(Counts):
    """Which lines have a result, and how often there is what; `write` appends a line to the output.

    `write` raises what `add` then raises.
    """

    def __init__(self, write: Callable[[str], object]) -> None:
        super().__init__()
        self._write = write
        self._keys = Keys()

    def has(self, line: Line) -> bool:
        """Whether the line has a result."""
        return line.key in self._keys

    def add(self, key: int, value: JSON) -> None:
        """Append a result."""
        findings = [(finding["code"], finding["severity"]) for finding in value["findings"]]
        self.counts.update(_counted(value["outcome"], value["failure"], value["stack"], findings))
        self._write(f"{json_text({'key': f'{key:016x}', **value})}\n")

    def resume(self, path: Path) -> None:
        """Take the results of earlier runs, and cut off a line that is not complete.

        Raises `OSError` where the file cannot be read, and `UsageError` for one that has other content than results.
        """
        if not path.is_file():
            return  # it does not exist yet, or is a pipe or a device, which has nothing to resume
        number, end = 0, 0
        with path.open("rb") as file:
            while data := file.readline(_LONGEST):
                number += 1
                if _is_cut_off(data):
                    break
                self._take(data, f'"{path}" line {number}')
                end += len(data)
        if end < path.stat().st_size:
            os.truncate(path, end)

    def _take(self, data: bytes, place: str) -> None:
        read = read_result(data)
        if read is None or not data.endswith(b"\n"):
            raise UsageError(f"{place} is not a result of hdrcli bulk: choose another file.", option="--output")
        _, key, counted = read
        self.counts.update(counted)
        self._keys.add(key)
        self.resumed += 1


def _is_cut_off(data: bytes) -> bool:
    """Whether a line is the beginning of a result. Anything else is somebody's file, which is not to be changed."""
    begins = data.startswith(_BEGINNING) or _BEGINNING.startswith(data)
    return begins and not data.endswith(b"\n") and len(data) < _LONGEST


class _Finding(Struct):
    code: str
    severity: str


class _Result(Struct):
    """The members of a result that are counted."""

    line: int
    key: str
    outcome: str
    failure: str | None
    stack: str | None
    findings: list[_Finding]


_decode = Decoder(_Result).decode


def read_result(data: bytes) -> tuple[int, int, list[str]] | None:
    """The number and the key of a result's line, and what to count of it; None for anything else."""
    try:
        result = _decode(data)
        key = int(result.key, 16)
    except (ValueError, RecursionError):
        return None
    if result.line <= 0 or not 0 <= key < _MOST_KEYS:
        return None
    findings = [(finding.code, finding.severity) for finding in result.findings]
    return result.line, key, [*_counted(result.outcome, result.failure, result.stack, findings)]


def _counted(
    outcome: str, failure: str | None, stack: str | None, findings: Collection[tuple[str, str]]
) -> Iterator[str]:
    yield "targets"
    yield outcome
    if failure is not None:
        yield f"failure {failure}"
    if stack is not None:
        yield f"stack {stack}"
    for code in {code for code, _ in findings}:
        yield f"finding {code}"
    for severity in {severity for _, severity in findings}:
        yield f"severity {severity}"
