"""Where an app runs: in a thread with an event loop of its own, or in the event loop of its caller.

In a thread, an app that blocks delays neither time limits nor Ctrl-C. All threads are daemons, also those that the app
starts without saying otherwise: none keeps the program from ending.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Host(Protocol):
    """Runs the coroutines of one app, until `close`."""

    async def run(self, work: Coroutine[None, None, T], seconds: float) -> T:
        """The result of `work`, which is cancelled if this is. Raises `TimeoutError` after `seconds`."""
        ...

    def close(self) -> None:
        """Run nothing any more."""
        ...


class CallersLoop:
    """The event loop that is running: an app may use connections, locks and tasks that were made there.

    An app that blocks its event loop blocks the check.
    """

    async def run(self, work: Coroutine[None, None, T], seconds: float) -> T:
        """See `Host`."""
        async with asyncio.timeout(seconds):
            return await work

    def close(self) -> None:
        """Do nothing: the loop belongs to the caller."""


class AppThread:
    """A thread with an event loop of its own.

    The loop runs until a task of ours ends, as servers do it: AnyIO, which runs an app's blocking functions, keeps its
    threads for as long as that. Without it, each request would start a thread.
    """

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(_DaemonThreads())
        self._is_closed = asyncio.Event()
        threading.Thread(target=self._serve, name="app", daemon=True).start()

    async def run(self, work: Coroutine[None, None, T], seconds: float) -> T:
        """See `Host`. An app that blocks its event loop obeys no cancellation; this returns all the same."""
        async with asyncio.timeout(seconds):
            return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    def close(self) -> None:
        """Stop the event loop as soon as the app lets it."""
        self._loop.call_soon_threadsafe(self._is_closed.set)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        with contextlib.closing(self._loop):
            running = self._loop.create_task(self._is_closed.wait())
            while not running.done():
                with contextlib.suppress(SystemExit, KeyboardInterrupt):  # a task that the app has started may raise
                    self._loop.run_until_complete(running)


class _DaemonThreads(ThreadPoolExecutor):
    """A thread for each call. The interpreter waits for the threads of its own pools before it exits."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """See `Executor.submit`."""
        future: Future[T] = Future()

        def work() -> None:
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001 -- the caller gets it
                future.set_exception(error)

        threading.Thread(target=work, daemon=True).start()
        return future
