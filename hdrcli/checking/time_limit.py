"""The time limit of a run, `--max-time`: it holds whatever servers do, as it is the event loop that ends the work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager


class TimeLimit:
    """Begins when it is made, in a running event loop. `was_reached` says that it has ended or prevented some work."""

    def __init__(self, seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._end = self._loop.time() + seconds
        self._blocks: set[asyncio.Timeout] = set()
        self._timer: asyncio.TimerHandle | None = None
        self.was_reached = False

    def forbids_more(self) -> bool:
        """Whether the time is up, so that the work that is about to begin must not."""
        self.was_reached |= self._loop.time() >= self._end
        return self.was_reached

    @asynccontextmanager
    async def ending(self) -> AsyncIterator[None]:
        """End the block when the time is up, wherever it waits, and go on behind it."""
        try:
            async with asyncio.timeout(None) as limit:
                with self._ending_with_others(limit):
                    yield
        except TimeoutError:
            if not limit.expired():
                raise
            self.was_reached = True

    @contextmanager
    def _ending_with_others(self, limit: asyncio.Timeout) -> Iterator[None]:
        """One timer ends all blocks that run: each route has some, and a timer costs as much as a step of a fetch."""
        if self._timer is None:
            self._timer = self._loop.call_at(self._end, self._end_all)
        self._blocks.add(limit)
        if self._loop.time() >= self._end:  # the timer may have ended the others by now
            limit.reschedule(self._end)
        try:
            yield
        finally:
            self._blocks.discard(limit)
            if not self._blocks:
                self._timer.cancel()
                self._timer = None

    def _end_all(self) -> None:
        for limit in self._blocks:
            limit.reschedule(self._end)
