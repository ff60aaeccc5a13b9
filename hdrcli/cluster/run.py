"""Runs a list on a cluster: lines in, shards out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from hdrcli import __version__
from hdrcli.bulk.counts import Counts
from hdrcli.bulk.lines import Line
from hdrcli.bulk.pace import Pace
from hdrcli.bulk.schedule import Schedule
from hdrcli.cluster.chunks import Chunk, Lanes
from hdrcli.cluster.manifest import Manifest, Plan
from hdrcli.cluster.task import Task
from hdrcli.cluster.workers import Workers
from hdrcli.inspection import refuse
from hdrcli.records.errors import UsageError
from hdrcli.settings import Settings
from hdrcli.structs import replace

_SIZE: Final = 1000
_FEWEST_LANES: Final = 64
_MOST_LANES: Final = 4096
"""Lanes have a memory of half a chunk each."""
_LANES_OF_A_THREAD: Final = 4
"""So many lanes for each thread keep it busy, though no lane has two chunks at the workers."""
_AHEAD: Final = 2
"""Chunks at the workers for each of their threads, so that none waits for the driver."""
_GROWING: Final = 1
"""Seconds until workers that have come get chunks."""
_WAITING: Final = 64
"""Chunks that may wait for another one of their lane."""
_VISIBLE: Final = 60
"""Seconds in which a shard must be visible here: a file system in a network takes a moment."""


async def run(
    lines: AsyncIterable[Line],
    *,
    folder: Path,
    settings: Settings,
    pace: Pace,
    workers: Workers,
    counts: Counts,
) -> int:
    """Check the lines that `folder` has no results of, and note all shards; returns how many lines the list has.

    Raises what `lines` raises, `UsageError` for settings that cannot be carried out or workers that are lost, and
    `OSError` where a shard or the manifest cannot be written.
    """
    refuse(settings)
    threads = await workers.threads()
    most = None
    if settings.rate is not None:  # so many chunks share it, and never more
        settings, most = replace(settings, rate=settings.rate / threads), threads
    lanes = min(max(_LANES_OF_A_THREAD * threads, _FEWEST_LANES), _MOST_LANES)
    with Manifest(folder, Plan(lanes=lanes, chunk=_SIZE)) as manifest:
        running = _Run(folder, settings, pace, workers, manifest, counts)
        try:
            async with asyncio.TaskGroup() as group:
                feeding = group.create_task(running.feed(lines))
                working: list[asyncio.Task[None]] = []
                while not feeding.done():
                    wanted = most or _AHEAD * await workers.threads()
                    working += [group.create_task(running.work()) for _ in range(wanted - len(working))]
                    await asyncio.wait([feeding], timeout=_GROWING)
                for task in working:
                    task.cancel()
        except ExceptionGroup as errors:  # what one of them raises ends all
            raise errors.exceptions[0] from None
        if running.count:
            manifest.end(running.count)
    return running.count


class _Run(Struct):
    """The lines of a list on their way to shards."""

    folder: Path
    settings: Settings
    pace: Pace
    workers: Workers
    manifest: Manifest
    counts: Counts
    count: int = 0
    """Lines so far."""
    schedule: Schedule[Chunk] = field(default_factory=lambda: Schedule(1, _WAITING))

    async def feed(self, lines: AsyncIterable[Line]) -> None:
        """Make chunks of all lines, and wait until each has its shard."""
        lanes = Lanes(self.manifest.plan.lanes, self.manifest.plan.chunk)
        async for line in lines:
            self.count += 1
            chunk = lanes.add(line)
            if chunk is not None:
                await self._offer(chunk)
        await self.schedule.all_done()  # a chunk of rests is of several lanes
        for chunk in lanes.rests():
            await self._offer(chunk)
        await self.schedule.all_done()

    async def work(self) -> None:
        """Have chunks checked, one after the other, until it is cancelled."""
        while True:
            lane, chunk = await self.schedule.next()
            task = Task(version=__version__, folder=self.folder, chunk=chunk, settings=self.settings, pace=self.pace)
            found = await self.workers.check(task)
            await self._wait_for_shard(chunk)
            self.manifest.add(chunk, found)
            self.counts.counts.update(found)
            self.schedule.end(lane)

    async def _offer(self, chunk: Chunk) -> None:
        found = self.manifest.counts_of(chunk)
        if found is None:
            await self.schedule.add(chunk.lane, chunk)
        else:
            self.counts.counts.update(found)

    async def _wait_for_shard(self, chunk: Chunk) -> None:
        """A file system in a network takes a moment. Raises `UsageError` if the worker has written to another one."""
        for _ in range(_VISIBLE):
            if (self.folder / chunk.name).is_file():
                return
            await asyncio.sleep(1)
        raise UsageError(
            f'"{self.folder / chunk.name}" is not visible here: name a folder that all workers share.',
            option="--output",
        )
