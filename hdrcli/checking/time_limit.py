"""The time limit of a run, `--max-time`: it holds whatever servers do, as it is the event loop that ends the work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class TimeLimit:
    """Begins when it is made, in a running event loop. `was_reached` says that it has ended or prevented some work."""

    def __init__(self, seconds: float) -> None:
        self._end = asyncio.get_running_loop().time() + seconds
        self.was_reached = False

    def forbids_more(self) -> bool:
        """Whether the time is up, so that the work that is about to begin must not."""
        self.was_reached |= asyncio.get_running_loop().time() >= self._end
        return self.was_reached

    @asynccontextmanager
    async def ending(self) -> AsyncIterator[None]:
        """End the block when the time is up, wherever it waits, and go on behind it."""
        try:
            async with asyncio.timeout_at(self._end) as limit:
                yield
        except TimeoutError:
            if not limit.expired():
                raise
            self.was_reached = True
