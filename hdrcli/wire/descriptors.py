"""File descriptors, of which the system may allow few (`ulimit -n`)."""

from __future__ import annotations

import contextlib
import os
from typing import Final

_OF_A_LOOP: Final = 3
"""One to wait with, and a pair by which other threads wake it."""


def check_descriptors() -> None:
    """Raise `OSError` if there are too few file descriptors for an event loop.

    They are tried out before the loop is made: one that is only half made prints a traceback when it is collected, and
    so does a coroutine that never runs.
    """
    with contextlib.ExitStack() as descriptors:
        for _ in range(_OF_A_LOOP):
            descriptors.callback(os.close, os.open(os.devnull, os.O_RDONLY))
