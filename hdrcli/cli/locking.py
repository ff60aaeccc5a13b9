"""A file that one process at a time writes to."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from pathlib import Path
from typing import Final, TextIO

from hdrcli.records.errors import UsageError

_BEYOND: Final = 2**62
"""Where Windows locks a byte: it keeps others from reading what is locked, so none that a file has."""


def lock(file: TextIO, path: Path, option: str) -> None:
    """Lock a file until it is closed, or the process ends. Raises `UsageError` if another process has locked it.

    What is not a regular file, such as a pipe, is not locked. Nor is a file of a file system that has no locks.
    """
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return
    try:
        _lock(file.fileno())
    except (BlockingIOError, PermissionError):
        raise UsageError(
            f'"{path}" is being written by another run: wait until it ends, or choose another file.', option=option
        ) from None
    except OSError:
        return


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, _BEYOND, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        finally:
            with contextlib.suppress(OSError):
                os.lseek(descriptor, 0, os.SEEK_END)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
