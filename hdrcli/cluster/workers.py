"""The workers of a Dask cluster. This is the only module that imports Dask, which takes half a second."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from hdrcli.cluster.task import Task, check_chunk
from hdrcli.records.errors import UsageError

if TYPE_CHECKING:
    from distributed import Client

_FIRST: Final = 60
"""Seconds in which a cluster must have a worker."""
_CONNECTING: Final = 10
"""Seconds in which a scheduler must respond."""


class Workers:
    """The workers of a cluster: chunks in, counts out."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._run = uuid4().hex

    async def threads(self) -> int:
        """How many chunks are checked at once now: workers come and go. Raises `UsageError`."""
        try:
            threads: dict[str, int] = await self._client.nthreads()
        except OSError as error:
            raise _lost() from error
        return sum(threads.values())

    async def check(self, task: Task) -> dict[str, int]:
        """Check a chunk on a worker, and on another one if that is lost. Raises `UsageError`."""
        from distributed.client import FutureCancelledError
        from distributed.scheduler import KilledWorker

        future = self._client.submit(check_chunk, task, key=f"{task.chunk.name} {self._run}", pure=False)
        try:
            counts: dict[str, int] = await future
        except FutureCancelledError:
            raise _lost() from None
        except KilledWorker as error:
            raise UsageError(
                f"{task.chunk.name}: {error.allowed_failures + 1} workers were lost while they checked this part."
            ) from None
        except UsageError:
            raise
        except OSError as error:
            raise UsageError(f'"{task.folder}" cannot be written by a worker: {error.strerror}.') from None
        except Exception as error:
            raise UsageError(f"A worker failed: {type(error).__name__}: {error}") from error
        return counts


@asynccontextmanager
async def workers(scheduler: str | None, local: int) -> AsyncGenerator[Workers]:
    """The workers of the cluster with this scheduler, or so many on this machine. Raises `UsageError`."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise UsageError("Dask is not installed: pip install 'hdrcli[dask]'.") from None
    _silence()
    async with AsyncExitStack() as stack:
        if scheduler is None:
            cluster = LocalCluster(
                n_workers=local,
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                silence_logs=logging.CRITICAL,
                asynchronous=True,
            )
            client = Client(await stack.enter_async_context(cluster), asynchronous=True, set_as_default=False)
        else:
            client = Client(scheduler, asynchronous=True, set_as_default=False, timeout=_CONNECTING)
        try:
            await stack.enter_async_context(client)
        except (OSError, ValueError) as error:
            reason = "there is no response" if isinstance(error, OSError) else str(error)
            raise UsageError(f'"{scheduler}" is not the address of a Dask scheduler: {reason}.') from None
        try:
            await client.wait_for_workers(1, timeout=_FIRST)
        except TimeoutError:
            raise UsageError(f"The cluster has no worker within {_FIRST} s: start one.") from None
        yield Workers(client)


def _silence() -> None:
    """Keep Dask from logging to standard error: what concerns the user is raised."""
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _lost() -> UsageError:
    return UsageError("The connection to the scheduler is lost: the same command resumes the run.")
