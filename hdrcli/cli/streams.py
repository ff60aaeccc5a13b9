"""Where commands write: standard output or a file, and problems to standard error."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

import typer

from hdrcli.records.errors import ExitStatus, UsageError
from hdrcli.text.escaping import printable


def complain(message: str) -> None:
    """One line on standard error."""
    typer.echo(f"hdrcli: {printable(message)}", err=True)


def check_writable(output: Path | None) -> None:
    """Find out before the work, not after it, that its result cannot be written. Raises `UsageError`."""
    if output is None:
        return
    if output.is_dir():
        raise UsageError(f"--output {output} is a directory; name a file.")
    if not output.parent.is_dir():
        raise UsageError(f"--output {output}: there is no directory {output.parent}; create it first.")
    if not os.access(output if output.exists() else output.parent, os.W_OK):
        raise UsageError(f"--output {output} may not be written; choose another file.")


@contextlib.contextmanager
def opened(output: Path | None) -> Iterator[TextIO]:
    """The file, or standard output. Raises `UsageError` where it cannot be written."""
    if output is None and sys.stdout is None:
        raise UsageError("Standard output is closed: nothing can be written.")
    try:
        if output is not None:
            with output.open("w", encoding="utf-8") as file:
                yield file
        else:
            yield sys.stdout
            with until_reader_closes():
                sys.stdout.flush()
    except OSError as error:
        if output is not None:
            raise UsageError(f"--output {output}: {error.strerror}; choose another file.") from None
        _write_nowhere()
        raise UsageError(f"Standard output cannot be written: {error.strerror}.") from None


@contextlib.contextmanager
def until_reader_closes() -> Iterator[None]:
    """A block that writes: a reader that has enough and closes the pipe is not a failure."""
    try:
        yield
    except BrokenPipeError:
        _write_nowhere()


def _write_nowhere() -> None:
    """Let what is still buffered, and what the interpreter flushes at its end, go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def emit(write: Callable[[TextIO], None], output: Path | None = None) -> None:
    """Let `write` write to the file, or to standard output. Raises `UsageError` where that fails."""
    with opened(output) as out, until_reader_closes():
        write(out)


def tell(text: str) -> None:
    """`text` and a line end on standard output; where that fails, a complaint and exit status 2."""
    try:
        emit(lambda out: print(text, file=out))
    except UsageError as error:
        complain(str(error))
        raise typer.Exit(ExitStatus.USAGE) from None
