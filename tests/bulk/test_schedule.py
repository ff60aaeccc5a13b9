"""Which line is next: any line whose site has a free place, in order, and all of them in the end."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import pytest

from hdrcli.bulk.schedule import Schedule


async def taken(schedule: Schedule[int]) -> list[tuple[str, int]]:
    """All items that are ready now."""
    items = []
    while True:
        try:
            items.append(await asyncio.wait_for(schedule.next(), 0.01))
        except TimeoutError:
            return items


def test_a_busy_site_does_not_hold_up_the_others() -> None:
    async def run() -> None:
        schedule: Schedule[int] = Schedule(per_site=1, most=10)
        for number, site in enumerate("aabac"):
            await schedule.add(site, number)
        assert await taken(schedule) == [("a", 0), ("b", 2), ("c", 4)]
        schedule.end("b")
        assert await taken(schedule) == []
        schedule.end("a")
        assert await taken(schedule) == [("a", 1)]

    asyncio.run(run())


def test_it_holds_a_bounded_number_of_items() -> None:
    async def run() -> None:
        schedule: Schedule[int] = Schedule(per_site=1, most=2)
        await schedule.add("a", 1)
        await schedule.add("a", 2)
        third = asyncio.ensure_future(schedule.add("b", 3))
        done, _ = await asyncio.wait([third], timeout=0.01)
        assert not done
        await schedule.next()
        await third

    asyncio.run(run())


@pytest.mark.parametrize("seed", range(5))
def test_every_item_is_handed_out_once_and_no_site_has_too_many(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- reproducible
    items = [(chance.choice("abcde"), number) for number in range(300)]
    at_work: Counter[str] = Counter()
    done: list[tuple[str, int]] = []

    async def run() -> None:
        schedule: Schedule[int] = Schedule(per_site=2, most=20)

        async def work() -> None:
            while True:
                site, number = await schedule.next()
                at_work[site] += 1
                assert at_work[site] <= 2
                for _ in range(chance.randrange(4)):
                    await asyncio.sleep(0)
                at_work[site] -= 1
                done.append((site, number))
                schedule.end(site)

        async with asyncio.TaskGroup() as group:
            workers = [group.create_task(work()) for _ in range(7)]
            for site, number in items:
                await schedule.add(site, number)
            await schedule.all_done()
            for worker in workers:
                worker.cancel()

    asyncio.run(run())
    assert sorted(done) == sorted(items)
