"""Runs a browser in a folder of its own, and ends it with all its children."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_GRACE = 5  # seconds between asking to end and ending


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
