"""Names to addresses, by the system's resolver: each host once while it is used, and a bounded number at once.

A look-up runs in a thread that doesn't keep the process from ending, and goes on when whoever waited for it has given
up. Others that need the same host wait for the same look-up. An error is not kept: the next one may succeed.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from typing import Any, Final

Address = tuple[socket.AddressFamily, tuple[Any, ...] | str]
"""A family, and the address that `socket.connect` takes for it."""

_KEPT: Final = 30.0
"""Seconds for which addresses are used: less than most names' time to live, which the system doesn't report."""
_MOST_HOSTS: Final = 10_000
"""Hosts that are remembered: a list may have a million."""
_AT_ONCE: Final = 256
"""Threads."""

_Key = tuple[str, int]


class LookUps:
    """The addresses of hosts, within one event loop, until `close`.

    `most_hosts` are remembered, and `at_once` looked up at once.
    """

    def __init__(self, *, most_hosts: int = _MOST_HOSTS, at_once: int = _AT_ONCE) -> None:
        self._most_hosts = most_hosts
        self._room = asyncio.Semaphore(at_once)
        self._known: dict[_Key, tuple[float, asyncio.Task[list[Address]]]] = {}

    async def addresses(self, host: str, port: int) -> list[Address]:
        """The addresses of a name, in the resolver's order; raises `OSError` or `UnicodeError`."""
        now = asyncio.get_running_loop().time()
        until, task = self._known.get((host, port), (now, None))
        if task is None or (until <= now and task.done()):
            task = self._begin((host, port), now + _KEPT)
        return await asyncio.shield(task)

    def close(self) -> None:
        """Give up all that are under way."""
        for _, task in self._known.values():
            task.cancel()
        self._known.clear()

    def _begin(self, key: _Key, until: float) -> asyncio.Task[list[Address]]:
        if len(self._known) >= self._most_hosts:
            oldest = next(iter(self._known))
            self._known.pop(oldest)
        task = asyncio.create_task(self._look_up(*key))
        self._known.pop(key, None)  # the new entry is the youngest
        self._known[key] = until, task
        task.add_done_callback(lambda ended: self._forget_error(key, ended))
        return task

    async def _look_up(self, host: str, port: int) -> list[Address]:
        async with self._room:
            return await _in_thread(host, port)

    def _forget_error(self, key: _Key, task: asyncio.Task[list[Address]]) -> None:
        # The error is retrieved even if nobody waits for it any more: asyncio would print it.
        has_failed = task.cancelled() or task.exception() is not None
        if has_failed and self._known.get(key, (0, None))[1] is task:
            del self._known[key]


async def _in_thread(host: str, port: int) -> list[Address]:
    loop = asyncio.get_running_loop()
    result: asyncio.Future[list[Address]] = loop.create_future()

    def settle(found: list[Address], error: Exception | None) -> None:
        if result.done():
            return
        if error is None:
            result.set_result(found)
        else:
            result.set_exception(error)

    def look_up() -> None:
        found: list[Address] = []
        error: Exception | None = None
        try:
            for family, _, _, _, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                found.append((family, place))
        except (OSError, UnicodeError) as reason:
            error = reason
        with contextlib.suppress(RuntimeError):  # the event loop is closed
            loop.call_soon_threadsafe(settle, found, error)

    threading.Thread(target=look_up, daemon=True).start()
    return await result
