"""File descriptors, of which the system may allow few (`ulimit -n`)."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Final

_OF_A_LOOP: Final = 3
"""One to wait with, and a pair by which other threads wake it."""
_OF_A_PROCESS: Final = 320
"""For standard streams, files, look-ups, and idle connections."""
_MOST_OF_MACOS: Final = 10_240
"""OPEN_MAX, in setrlimit(2) of macOS."""
_OF_A_CONNECTION: Final = 2
"""Two are tried at once where a host has addresses of both families."""


def check_descriptors() -> None:
    """Raise `OSError` if there are too few file descriptors for an event loop.

    They are tried out before the loop is made: one that is only half made prints a traceback when it is collected, and
    so does a coroutine that never runs.
    """
    with contextlib.ExitStack() as descriptors:
        for _ in range(_OF_A_LOOP):
            descriptors.callback(os.close, os.open(os.devnull, os.O_RDONLY))


def allow_descriptors(connections: int) -> int:
    """How many of so many connections at once the system allows; its limit is raised for them as far as it can be."""
    if sys.platform == "win32":
        return connections
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OF_A_PROCESS + _OF_A_CONNECTION * connections
    if soft < wanted and soft != resource.RLIM_INFINITY:
        for limit in (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), _MOST_OF_MACOS):
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
            except (OSError, ValueError):  # macOS allows less than the hard limit that it states
                continue
            soft = limit
            break
    return (
        connections
        if soft == resource.RLIM_INFINITY
        else min(connections, max(1, (soft - _OF_A_PROCESS) // _OF_A_CONNECTION))
    )
