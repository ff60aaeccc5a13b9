"""The exit statuses of the program, and the error that wrong usage raises."""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """The exit statuses; README.md has a table."""

    OK = 0
    FAILED = 1
    USAGE = 2
    UNREACHABLE = 3
    BUG = 70
    INTERRUPTED = 130


class UsageError(Exception):
    """The request cannot be met as it was made: the message names the input, without secrets, and the way out.

    `option` is the long flag of the option at fault, if it is one; the sentence begins with it. A front end that knows
    where the option's value came from may put that in its place: `HDRCLI_ORIGIN "x" is not an origin: ...`.
    """

    def __init__(self, message: str, *, option: str = "") -> None:
        from hdrcli.text.redaction import redact_text  # few starts of the program need it

        self.message = redact_text(message)
        super().__init__(f"{option} {self.message}".lstrip())
        self.option = option
