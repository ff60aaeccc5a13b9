"""Runs a browser in a folder of its own, and ends it with all its children."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_GRACE = 5  # seconds between asking to end and ending
_PATIENCE = 60  # seconds for what a console says, which may come later than what the page gets


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A line of a browser's console: what the browser calls it (or nothing), its text, and the URL it is about."""

    name: str
    text: str
    url: str


@dataclass(slots=True, kw_only=True)
class Console:
    """What the console has said so far; written by one thread, awaited by another."""

    lines: list[Said] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def say(self, *lines: Said) -> None:
        with self._news:
            self.lines += lines
            self._news.notify_all()

    def wait_for(self, host: str) -> None:
        """Until there is a line about a URL of this host."""
        with self._news:
            if not self._news.wait_for(lambda: any(host in line.url + line.text for line in self.lines), _PATIENCE):
                raise TimeoutError(f"the console says nothing of {host}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A browser that runs."""

    process: subprocess.Popen[bytes]
    console: Console


@contextmanager
def new_folder(browser: str) -> Iterator[Path]:
    """An empty folder for the profile and the home of one run."""
    with tempfile.TemporaryDirectory(prefix=f"hdrcli-{browser}-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextmanager
def started(
    command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None, inherited: Sequence[int] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    """The program, at home in `folder`: crash reports, caches and key stores stay there."""
    with (folder / "stderr").open("w+b") as stderr:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            env={**os.environ, "HOME": str(folder), **(environment or {})},
            pass_fds=inherited,
            start_new_session=True,
        )
        try:
            yield process
        except Exception as error:
            stderr.seek(0)
            error.add_note(f"stderr of {command[0]}:\n{stderr.read()[-4000:].decode(errors='replace')}")
            raise
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program with all its children: they are one process group."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
