"""Runs a list: lines in, results out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import BinaryIO, Final

from hdrcli.bulk.lines import Line, lines_of
from hdrcli.bulk.results import Results
from hdrcli.bulk.schedule import Schedule
from hdrcli.bulk.target import check, invalid, url_in
from hdrcli.fetch.url import URL, site_of
from hdrcli.inspection import refuse
from hdrcli.records.errors import UsageError
from hdrcli.settings import Settings
from hdrcli.wire.configured import network_of, paced

_TIMEOUTS: Final = 10
_WINDOW: Final = 100
"""Lines that may wait for their site, as a multiple of the targets that are checked at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How many targets are checked at once, in all and of one site; how many requests a second each site gets."""

    targets: int
    per_site: int
    rate_per_site: float | None = None

    def time_limit(self, settings: Settings) -> float:
        """The seconds that one target may take: ten times as long as one request, which waits for its turn.

        All targets at once may share a rate: their redirects may lead to one site.
        """
        rates = [rate for rate in (settings.rate, self.rate_per_site) if rate is not None]
        return _TIMEOUTS * (settings.timeout + sum(self.targets / rate for rate in rates))


async def run(
    source: BinaryIO,
    results: Results,
    settings: Settings,
    pace: Pace,
    on_result: Callable[[], None] = lambda: None,
) -> int:
    """Check each line of `source` that has no result, and append its result; returns how many lines the list has.

    `on_result` is called for each. Raises what `results.add` raises, `UsageError` for settings that cannot be carried
    out, and `OSError` where the list cannot be read.
    """
    schedule: Schedule[tuple[Line, URL]] = Schedule(pace.per_site, _WINDOW * pace.targets)
    count = 0

    async def feed() -> None:
        nonlocal count
        async for line in lines_of(source):
            count += 1
            if results.has(line):
                continue
            try:
                url = url_in(line)
            except UsageError as error:
                results.add(line.key, invalid(line, error))
                on_result()
            else:
                await schedule.add(site_of(url.host), (line, url))

    refuse(settings)
    seconds = pace.time_limit(settings)
    async with aclosing(network_of(settings)) as connections:
        network = paced(connections, settings, pace.rate_per_site)

        async def work() -> None:
            while True:
                site, (line, url) = await schedule.next()
                results.add(line.key, await check(line, url, settings, network, seconds))
                on_result()
                schedule.end(site)

        try:
            async with asyncio.TaskGroup() as group:
                workers = [group.create_task(work()) for _ in range(pace.targets)]
                await feed()
                await schedule.all_done()
                for worker in workers:
                    worker.cancel()
        except ExceptionGroup as errors:  # what one of them raises ends all
            raise errors.exceptions[0] from None
    return count
