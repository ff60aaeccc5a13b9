"""Runs a list: lines in, results out."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterable
from typing import Final

from hdrcli.bulk.lines import Line
from hdrcli.bulk.pace import Pace
from hdrcli.bulk.processes import checkers
from hdrcli.bulk.results import Results
from hdrcli.bulk.schedule import Schedule
from hdrcli.bulk.target import Check, invalid, url_in
from hdrcli.fetch.url import site_of
from hdrcli.inspection import refuse
from hdrcli.records.errors import UsageError
from hdrcli.reporters.json_exchanges import JSON
from hdrcli.settings import Settings

_WINDOW: Final = 100
"""Lines that may wait for their site, as a multiple of the targets that are checked at once."""
_MOMENT: Final = 0.1
"""Seconds in which a list that this process checks has to end."""


async def run(lines: AsyncIterable[Line], results: Results, settings: Settings, pace: Pace) -> int:
    """Check each line that has no result, and append its result; returns how many lines the list has.

    Raises what `results.add` and `lines` raise, and `UsageError` for settings that cannot be carried out.
    """
    refuse(settings)
    running = _Run(results, pace)
    try:
        async with asyncio.TaskGroup() as group:
            feeding = group.create_task(running.feed(lines))
            is_long = await running.is_long
            async with checkers(settings, pace, in_processes=is_long and pace.processes > 1) as checks:
                workers = [
                    group.create_task(running.work(schedule, check))
                    for schedule, check in zip(running.schedules, checks, strict=True)
                    for _ in range(pace.targets // pace.processes)
                ]
                await feeding
                for schedule in running.schedules:
                    await schedule.all_done()
                for worker in workers:
                    worker.cancel()
    except ExceptionGroup as errors:  # what one of them raises ends all
        raise errors.exceptions[0] from None
    return running.count


class _Run:
    """The lines of a list on their way to results: each site belongs to one of the schedules."""

    def __init__(self, results: Results, pace: Pace) -> None:
        self._results = results
        self._pace = pace
        self.schedules: list[Schedule[Line]] = [
            Schedule(pace.per_site, _WINDOW * pace.targets // pace.processes) for _ in range(pace.processes)
        ]
        self.count = 0
        """Lines so far."""
        self.is_long: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        """Whether the list has more lines to check than one process checks at once, or may have."""

    async def feed(self, lines: AsyncIterable[Line]) -> None:
        """Hand all lines of the list to the schedules."""
        waiting = 0
        async for line in lines:
            self.count += 1
            if self._results.has(line):
                continue
            try:
                site = site_of(url_in(line).host)
            except UsageError as error:
                self._add(line, invalid(line, error))
                continue
            waiting += 1
            if waiting == 1:
                asyncio.get_running_loop().call_later(_MOMENT, self._decide, True)
            elif waiting > self._pace.targets:
                self._decide(True)
            await self.schedules[zlib.crc32(site.encode()) % len(self.schedules)].add(site, line)
        self._decide(False)

    async def work(self, schedule: Schedule[Line], check: Check) -> None:
        """Check the lines of a schedule, one after the other, until it is cancelled."""
        while True:
            site, line = await schedule.next()
            self._add(line, await check(line))
            schedule.end(site)

    def _add(self, line: Line, value: JSON) -> None:
        self._results.add(line.key, value)

    def _decide(self, is_long: bool) -> None:  # noqa: FBT001 -- it has no other argument
        if not self.is_long.done():
            self.is_long.set_result(is_long)
