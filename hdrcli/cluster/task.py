"""The work of a worker: a chunk in, a shard out. It runs on other machines, which have the same version of hdrcli."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from pathlib import Path
from typing import ClassVar, Final

from hdrcli.bulk.lines import Line
from hdrcli.bulk.pace import Pace
from hdrcli.bulk.results import Results
from hdrcli.bulk.run import run
from hdrcli.cluster.chunks import Chunk
from hdrcli.records.errors import UsageError
from hdrcli.settings import Settings
from hdrcli.structs import Record, replace
from hdrcli.wire.descriptors import allow_descriptors

ASIDE: Final = ".tmp"
"""How the name of a shard ends that is not complete."""


class Task(Record, frozen=True, kw_only=True):
    """A chunk, and all that is needed to check it. Dask writes its `repr` to logs: it has no lines and no settings."""

    not_in_repr: ClassVar = frozenset({"settings"})

    version: str
    folder: Path
    chunk: Chunk
    settings: Settings
    pace: Pace


def check_chunk(task: Task) -> dict[str, int]:
    """Check the lines of a chunk and write its shard; returns how often there is what, as `Counts` has it.

    Raises `OSError` where the shard cannot be written, and `UsageError` for settings that cannot be carried out.
    """
    from hdrcli import __version__

    if task.version != __version__:
        raise UsageError(f"A worker has hdrcli {__version__}, not {task.version}: install the same version.")
    shard = task.folder / task.chunk.name
    aside = task.folder / f".{task.chunk.name}.{uuid.uuid4().hex}{ASIDE}"
    pace = replace(task.pace, targets=allow_descriptors(task.pace.targets))
    try:
        with aside.open("x", encoding="utf-8") as file:
            results = Results(file.write)
            asyncio.run(run(_each(task.chunk.lines), results, task.settings, pace))
            file.flush()
            os.fsync(file.fileno())
        aside.replace(shard)
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
    return dict(results.counts)


async def _each(lines: Iterable[Line]) -> AsyncIterator[Line]:
    for line in lines:
        yield line
