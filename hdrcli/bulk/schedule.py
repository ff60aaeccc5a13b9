"""Which line is checked next: no site has more than a few at once."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Schedule(Generic[T]):
    """Takes items of sites, and hands out those whose site has fewer than `per_site` at work, in their order.

    It holds at most `most` items that were not handed out.
    """

    def __init__(self, per_site: int, most: int) -> None:
        self._per_site = per_site
        self._room = asyncio.Semaphore(most)
        self._ready: asyncio.Queue[tuple[str, T]] = asyncio.Queue()
        self._waiting: dict[str, deque[T]] = {}
        self._at_work: Counter[str] = Counter()

    async def add(self, site: str, item: T) -> None:
        """Take an item, once there is room for it."""
        await self._room.acquire()
        if self._at_work[site] < self._per_site:
            self._at_work[site] += 1
            self._ready.put_nowait((site, item))
        else:
            self._waiting.setdefault(site, deque()).append(item)

    async def next(self) -> tuple[str, T]:
        """The next item and its site, once there is one; `end` is to be called when it is done."""
        site, item = await self._ready.get()
        self._room.release()
        return site, item

    def end(self, site: str) -> None:
        """An item of this site is done: the next one that waits for the site is ready."""
        waiting = self._waiting.get(site)
        if waiting:
            self._ready.put_nowait((site, waiting.popleft()))
            if not waiting:
                del self._waiting[site]
        else:
            self._at_work[site] -= 1
            if not self._at_work[site]:
                del self._at_work[site]
        self._ready.task_done()

    async def all_done(self) -> None:
        """Wait until all items that were taken are done: one that waits has another of its site before it."""
        await self._ready.join()
