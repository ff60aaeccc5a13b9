"""Checks lines in other processes, as one process uses one core.

Theory of operation: each process has a socket to the one that reads the list and writes the results. It gets lines, and
sends the result of each back, both as JSON behind its length. The end of its input ends the process, so that none is
left behind, however the other one ends.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import signal
import socket
import struct
import sys
import traceback
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from multiprocessing import resource_tracker
from typing import Any, Final

from hdrcli.bulk.lines import Line
from hdrcli.bulk.pace import Pace
from hdrcli.bulk.target import Check, checking
from hdrcli.records.errors import UsageError
from hdrcli.reporters.json_exchanges import JSON
from hdrcli.settings import Settings

_LENGTH: Final = struct.Struct("!I")
_PATIENCE: Final = 5.0
"""Seconds in which a process has to end after its input has."""


@asynccontextmanager
async def checkers(settings: Settings, pace: Pace, *, in_processes: bool) -> AsyncGenerator[list[Check]]:
    """As many checkers as `pace` has processes: this process for all of them, or else a process for each.

    Raises `UsageError` for settings that cannot be carried out, and where a process ends before the block does.
    """
    async with AsyncExitStack() as stack:
        check = await stack.enter_async_context(checking(settings, pace))  # raises what a process would
        if not in_processes:
            yield [check] * pace.processes
            return
        settings, share = pace.shared(settings)
        processes = [_Process(settings, share) for _ in range(pace.processes)]
        for process in processes:
            await stack.enter_async_context(process.running())
        yield [process.check for process in processes]


class _Process:
    """A process that checks lines, seen from the one that has the list."""

    def __init__(self, settings: Settings, pace: Pace) -> None:
        self._ours, its = socket.socketpair()
        # Not forked: a fork has the locks of threads that it doesn't have.
        self._process = multiprocessing.get_context("spawn").Process(
            target=_serve, args=(its, settings, pace), daemon=True
        )
        self._results: dict[int, asyncio.Future[JSON]] = {}
        self._error: UsageError | None = None
        with its, _interrupts_held_back():
            self._process.start()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """A block in which lines can be checked; the process ends with it."""
        reader, self._writer = await asyncio.open_connection(sock=self._ours)
        reading = asyncio.create_task(self._read(reader))
        try:
            yield
        finally:
            reading.cancel()
            self._writer.close()
            with suppress(ConnectionError):
                await self._writer.wait_closed()
            self._process.join(_PATIENCE)
            self._process.kill()

    async def check(self, line: Line) -> JSON:
        """See `Check`. Raises `UsageError` if the process ends."""
        if self._error is not None:
            raise self._error
        result: asyncio.Future[JSON] = asyncio.get_running_loop().create_future()
        self._results[line.number] = result
        _send(self._writer, line)
        return await result

    async def _read(self, reader: asyncio.StreamReader) -> None:
        async for number, value, bug in _messages(reader):
            result = self._results.pop(number)
            if result.done():
                continue  # nobody waits for it any more
            if bug is None:
                result.set_result(value)
            else:
                result.set_exception(RuntimeError(bug))
        self._process.join(_PATIENCE)
        self._error = UsageError(f"A process of this run ended unexpectedly (exit code {self._process.exitcode}).")
        for result in self._results.values():
            if not result.done():
                result.set_exception(self._error)


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """A block whose processes never get Ctrl-C, which is for the one that has the list."""
    if sys.platform == "win32":
        yield
        return
    resource_tracker.ensure_running()  # the first process would start it, and it lets interrupts through
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(connection: socket.socket, settings: Settings, pace: Pace) -> None:
    """Check lines until the input ends: the whole work of a process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(_respond(connection, settings, pace))


async def _respond(connection: socket.socket, settings: Settings, pace: Pace) -> None:
    reader, writer = await asyncio.open_connection(sock=connection)
    tasks = set()
    async with checking(settings, pace) as check:

        async def respond(line: Line) -> None:
            try:
                value, bug = await check(line), None
            except Exception:  # noqa: BLE001 -- it is raised where it is handled
                value, bug = {}, traceback.format_exc()
            _send(writer, (line.number, value, bug))

        async for message in _messages(reader):
            task = asyncio.create_task(respond(Line(*message)))
            tasks.add(task)
            task.add_done_callback(tasks.discard)


def _send(writer: asyncio.StreamWriter, message: tuple[object, ...]) -> None:
    """Send a message; at most as many are under way as targets are checked at once."""
    data = json.dumps(message).encode()
    writer.write(_LENGTH.pack(len(data)) + data)


async def _messages(reader: asyncio.StreamReader) -> AsyncIterator[Any]:
    """The messages until the other end is closed, as `_send` gets them."""
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
            yield json.loads(await reader.readexactly(length))
