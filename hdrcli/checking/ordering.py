"""Work on many items at once, with results in their order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterable
from typing import Final, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_BUFFERED: Final = 4
"""Items that may be finished and wait for an earlier one, as a multiple of those that are worked on at once."""


async def in_order(
    work: Callable[[Item], Awaitable[Result]], items: Iterable[Item], concurrency: int
) -> AsyncGenerator[Result]:
    """The results of `work` in the order of `items`, at most `concurrency` of which are worked on at once.

    Items are taken as they are needed: a result that waits for an earlier one is stored, up to a bound.
    """
    places = asyncio.Semaphore(concurrency)
    waiting: deque[asyncio.Task[Result]] = deque()

    async def in_a_place(item: Item) -> Result:
        async with places:
            return await work(item)

    async def next_result() -> Result:
        if not waiting[0].done():
            # Awaiting the task itself would leave it to the task whether a cancellation, as by Ctrl-C, is obeyed.
            await asyncio.wait([waiting[0]])
        return waiting.popleft().result()

    try:
        for item in items:
            waiting.append(asyncio.create_task(in_a_place(item)))
            if len(waiting) == concurrency * _BUFFERED:
                yield await next_result()
        while waiting:
            yield await next_result()
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def one_by_one(work: Callable[[Item], Awaitable[Result]], items: Iterable[Item]) -> AsyncGenerator[Result]:
    """The results of `work`, one after the other, without a task for each: it has to obey a cancellation."""
    for item in items:
        yield await work(item)


async def in_sequence(
    work: Callable[[Item], Awaitable[Result | None]], items: Generator[Item, Result, None]
) -> AsyncGenerator[Result | None]:
    """The results of `work`, one after the other: `items` takes each result before it yields the next item.

    It ends with the first item that has no result, as the time is up.
    """
    try:
        item = next(items)
        while True:
            result = await work(item)
            yield result
            if result is None:
                return
            item = items.send(result)
    except StopIteration:
        return
