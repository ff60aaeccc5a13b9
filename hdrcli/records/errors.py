"""The exit statuses of the program, and the error that wrong usage raises."""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """What a shell is told; see the table in README.md."""

    OK = 0
    FAILED = 1
    USAGE = 2
    UNREACHABLE = 3
    BUG = 70
    INTERRUPTED = 130


class UsageError(Exception):
    """What was asked for cannot be done as it was asked: the message names the input and the way out."""
