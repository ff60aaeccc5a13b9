"""Lists on a cluster: `hdrcli bulk` with `--scheduler` or `--local-cluster`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO, Final

from hdrcli.bulk.counts import Counts
from hdrcli.bulk.lines import lines_of
from hdrcli.bulk.pace import Pace
from hdrcli.cli.list_progress import ListProgress, targets_in
from hdrcli.cli.locking import lock
from hdrcli.cli.progress import status_line
from hdrcli.cli.streams import opened, writing
from hdrcli.inspection import in_event_loop
from hdrcli.records.errors import UsageError
from hdrcli.settings import Settings

_LOCK: Final = ".lock"


def run_on_cluster(
    source: BinaryIO, output: Path | None, settings: Settings, pace: Pace, *, scheduler: str | None, local: int | None
) -> tuple[Counts, int]:
    """Check a list; returns what it comes to, and how many lines it has. Raises `UsageError`."""
    from hdrcli.cluster.run import run
    from hdrcli.cluster.workers import workers

    if scheduler is not None and local is not None:
        raise UsageError("does not go with --local-cluster: omit one.", option="--scheduler")
    folder = _folder(output)
    counts = Counts()

    async def work() -> int:
        async with workers(scheduler, local or 0) as its_workers:
            return await run(
                lines_of(source), folder=folder, settings=settings, pace=pace, workers=its_workers, counts=counts
            )

    with opened(folder / _LOCK, None, appends=True) as held, status_line() as line, writing(folder):
        lock(held, folder, "--output")
        progress = ListProgress(counts, targets_in(source) if line.is_shown else None)
        return counts, in_event_loop(lambda: line.during(work(), progress.text))
    raise AssertionError("a folder is no pipe that somebody closes")


def _folder(output: Path | None) -> Path:
    """The folder of the shards, which is made if it does not exist, by its whole name."""
    from hdrcli.cluster.manifest import NAME

    if output is None or output == Path("-"):
        raise UsageError("is needed: a folder for the results, which all workers share.", option="--output")
    if output.exists() and not output.is_dir():
        raise UsageError(f'"{output}" is a file: a cluster writes a folder of files.', option="--output")
    if not output.parent.is_dir():
        raise UsageError(f'"{output}": there is no directory "{output.parent}". Create it first.', option="--output")
    with writing(output):
        output.mkdir(exist_ok=True)
        others = {path.name for path in output.iterdir()} - {_LOCK}
    if others and NAME not in others:
        raise UsageError(f'"{output}" has other files: choose another folder.', option="--output")
    if not os.access(output, os.W_OK):
        raise UsageError(f'"{output}" is not writable: choose another folder.', option="--output")
    return output.resolve()
