"""Runs the command line, and turns what is wrong with it into a line and an exit status."""

from __future__ import annotations

import os
import sys

from hdrcli.cli.plain import check_plainly, is_plain
from hdrcli.cli.streams import complain
from hdrcli.records.errors import ExitStatus, UsageError


def run() -> int:
    """Run the command that `sys.argv` names, and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a character still gets the line
    words = sys.argv[1:]
    try:
        if is_plain(words, os.environ):
            return check_plainly(tuple(words[1:]))
        from hdrcli.cli.app import program

        status = program(words)(prog_name="hdrcli", standalone_mode=False)
    except UsageError as error:
        complain(str(error))
        return ExitStatus.USAGE
    except Exception as error:
        from hdrcli.cli.usage import is_wrong_usage, sentence

        if not is_wrong_usage(error):
            raise
        complain(sentence(error))
        return ExitStatus.USAGE
    return status if isinstance(status, int) else ExitStatus.OK
