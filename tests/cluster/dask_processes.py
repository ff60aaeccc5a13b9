"""A Dask cluster of real processes on loopback, as somebody starts it by hand."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.cli.program import environment, importing_first, without_coverage
from tests.serving.loopback import DEADLINE

_DASK: Final = (sys.executable, "-m", "dask")


@dataclass(slots=True)
class Cluster:
    """A scheduler and its workers; `log` has what they print."""

    scheduler: subprocess.Popen[bytes]
    address: str
    folder: Path
    stack: ExitStack
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_worker(self) -> None:
        """Start a worker with one thread."""
        options = ("--nthreads=1", "--no-nanny", "--no-dashboard", "--host=127.0.0.1")
        started = _started(("worker", self.address, *options), self.folder, f"worker{len(self.workers)}")
        self.workers.append(self.stack.enter_context(started))

    def log(self) -> str:
        return "".join(path.read_text() for path in self.folder.glob("*.log"))


@contextmanager
def running(folder: Path, workers: int) -> Iterator[Cluster]:
    """A cluster with so many workers, which may take a moment to arrive."""
    file = folder / "scheduler.json"
    options = ("--host=127.0.0.1", "--port=0", "--no-dashboard", f"--scheduler-file={file}")
    with ExitStack() as stack:
        scheduler = stack.enter_context(_started(("scheduler", *options), folder, "scheduler"))
        cluster = Cluster(scheduler, _address(file, scheduler), folder, stack)
        for _ in range(workers):
            cluster.start_worker()
        yield cluster


@contextmanager
def _started(arguments: tuple[str, ...], folder: Path, name: str) -> Iterator[subprocess.Popen[bytes]]:
    with (
        (folder / f"{name}.log").open("wb") as log,
        subprocess.Popen(
            [*_DASK, *arguments],
            cwd=folder,
            env=without_coverage(environment(importing_first(Path(__file__).parents[2]))),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        ) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


def _address(file: Path, scheduler: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end and scheduler.poll() is None:
        if file.exists() and file.read_text():
            return str(json.loads(file.read_text())["address"])
        time.sleep(0.05)
    raise AssertionError("the scheduler does not start")
