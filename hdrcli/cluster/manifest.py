"""What a folder of shards has: a line of JSON for each shard that is complete, and one at the end of the list.

Lines are only appended, so that a process which is killed leaves at most a line that was cut off. Where lines are to
go, a new manifest is written aside and renamed.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Self

from msgspec.structs import asdict

from hdrcli.cluster.chunks import Chunk
from hdrcli.cluster.task import ASIDE
from hdrcli.records.errors import UsageError
from hdrcli.structs import Record

NAME: Final = "manifest.jsonl"
_VERSION: Final = 1
_is_shard = re.compile(r"(?:\d{4}|rest\d{4})-\d{6}-[0-9a-f]{16}\.jsonl").fullmatch
_is_aside = re.compile(rf"\..*{re.escape(ASIDE)}").fullmatch


class Plan(Record, frozen=True, kw_only=True):
    """How a list becomes chunks: a run that is resumed has to make the same ones."""

    lanes: int
    chunk: int


class Content(Record, frozen=True, kw_only=True):
    """A manifest as it was read: `shards` by their names, each as a line; `targets` once the list is complete."""

    plan: Plan
    shards: Mapping[str, bytes]
    targets: int | None

    @property
    def lines(self) -> dict[str, int]:
        """How many results each shard has."""
        return {name: int(json.loads(line)["lines"]) for name, line in self.shards.items()}


def read(folder: Path) -> Content | None:
    """The manifest of a folder; None if it has none. Raises `OSError`, and `UsageError` for any other content."""
    try:
        first, *lines = (folder / NAME).read_bytes().splitlines(keepends=True)
    except FileNotFoundError:
        return None
    except ValueError:
        raise _other_content(folder, 1) from None
    shards: dict[str, bytes] = {}
    targets = None
    for number, line in enumerate(lines, 2):
        if not line.endswith(b"\n"):
            break  # it was cut off
        value = _value(line)
        if isinstance(value.get("targets"), int):
            targets = value["targets"]
        elif _is_shard(str(value.get("shard"))) and isinstance(value.get("lines"), int) and "counts" in value:
            shards[value["shard"]] = line
        else:
            raise _other_content(folder, number)
    return Content(plan=_plan(folder, first), shards=shards, targets=targets)


class Manifest:
    """The manifest that a run writes, within a `with` block. One run at a time may have it.

    The plan is that of an earlier run, or else `plan`. Raises `OSError` and `UsageError` as `read`.
    """

    def __init__(self, folder: Path, plan: Plan) -> None:
        self._folder = folder
        found = read(folder)
        self.plan = plan if found is None else found.plan
        self._found = {} if found is None else {name: line for name, line in found.shards.items() if self._has(name)}
        self._done: dict[str, bytes] = {}
        self._remove(_is_aside)
        self._rewrite(self._found)
        self._file = (folder / NAME).open("ab")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def counts_of(self, chunk: Chunk) -> dict[str, int] | None:
        """What a chunk came to in an earlier run, if it did."""
        line = self._found.pop(chunk.name, None)
        if line is None:
            return None
        self._done[chunk.name] = line
        counts: dict[str, int] = json.loads(line)["counts"]
        return counts

    def add(self, chunk: Chunk, counts: Mapping[str, int]) -> None:
        """Note that the shard of a chunk is complete."""
        line = _line({"shard": chunk.name, "lines": len(chunk.lines), "counts": counts})
        self._file.write(line)
        self._file.flush()
        self._done[chunk.name] = line

    def end(self, targets: int) -> None:
        """Note that the list ends, and remove the shards of lines that it doesn't have any more: the last call."""
        self._file.close()  # Windows replaces no file that is open
        self._rewrite(self._done, {"targets": targets})
        self._remove(_is_aside)
        self._remove(lambda name: _is_shard(name) and name not in self._done)

    def _has(self, name: str) -> bool:
        return (self._folder / name).is_file()

    def _rewrite(self, shards: Mapping[str, bytes], *others: Mapping[str, object]) -> None:
        aside = self._folder / f".{NAME}{ASIDE}"
        with aside.open("wb") as file:
            file.write(_line({"manifest": _VERSION, **asdict(self.plan)}))
            file.writelines(shards.values())
            file.writelines(map(_line, others))
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self._folder / NAME)

    def _remove(self, is_meant: Callable[[str], object]) -> None:
        for path in self._folder.iterdir():
            if is_meant(path.name):
                with suppress(FileNotFoundError):
                    path.unlink()


def _plan(folder: Path, line: bytes) -> Plan:
    value = _value(line)
    numbers = value.get("lanes"), value.get("chunk")
    if value.get("manifest") != _VERSION or not all(isinstance(number, int) and number > 0 for number in numbers):
        raise _other_content(folder, 1)
    return Plan(lanes=value["lanes"], chunk=value["chunk"])


def _value(line: bytes) -> dict[str, Any]:
    """The object of a line; an empty one for any other content."""
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _line(value: Mapping[str, object]) -> bytes:
    return json.dumps(value).encode() + b"\n"


def _other_content(folder: Path, number: int) -> UsageError:
    return UsageError(f'"{folder / NAME}" line {number} is not of a manifest of hdrcli bulk: choose another folder.')
