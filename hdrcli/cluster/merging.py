"""Shards to one list of results, in which each line is once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from hdrcli.bulk.keys import Keys
from hdrcli.bulk.results import read_result
from hdrcli.cluster import manifest
from hdrcli.records.errors import UsageError
from hdrcli.structs import Record


class Shard(Record, frozen=True, kw_only=True):
    """A file of results; `lines` is how many it has, if that is known."""

    path: Path
    lines: int | None


def shards_of(paths: Sequence[Path]) -> list[Shard]:
    """The shards that files and folders name. Raises `OSError`, and `UsageError` for a folder that lacks some."""
    return [shard for path in paths for shard in (_in(path) if path.is_dir() else [Shard(path=path, lines=None)])]


def check(shards: Sequence[Shard]) -> int:
    """Check that no line of the list is missing or doubled, as far as it is known; returns how many results there are.

    Raises `OSError`, and `UsageError` for shards that may not be merged, or have nothing.
    """
    seen = Keys()
    total = 0
    for shard in shards:
        count = 0
        for number in _lines(shard.path):
            if not seen.add(number):
                raise UsageError(
                    f'"{shard.path}": line {number} of the list has a result already: name each file once.'
                )
            count += 1
        if shard.lines not in {None, count}:
            raise UsageError(f'"{shard.path}" has {count} results, not {shard.lines}: run hdrcli bulk again.')
        total += count
    if not total:
        raise UsageError("There are no results of hdrcli bulk: all files are empty.")
    return total


def _in(folder: Path) -> Iterator[Shard]:
    found = manifest.read(folder)
    if found is None:
        raise UsageError(f'"{folder}" is not a folder of hdrcli bulk: it has no {manifest.NAME}.')
    counts = found.lines
    if found.targets is None or sum(counts.values()) != found.targets:
        raise UsageError(f'"{folder}" does not have all results yet: run hdrcli bulk again.')
    return (Shard(path=folder / name, lines=lines) for name, lines in counts.items())


def _lines(path: Path) -> Iterator[int]:
    """The numbers of the lines that have their result in a shard."""
    with path.open("rb") as file:
        for number, data in enumerate(file, 1):
            read = read_result(data)
            if read is None or not data.endswith(b"\n"):
                raise UsageError(f'"{path}" line {number} is not a result of hdrcli bulk.')
            yield read[0]
