"""Where commands write: standard output or a file, and problems to standard error.

A stream that cannot be written is given up at once: its descriptor is pointed at the null device, as the interpreter
flushes all streams once more when it ends, and would report the same failure in its own words and exit status.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from hdrcli.records.errors import UsageError
from hdrcli.text.escaping import printable


def complain(message: str) -> None:
    """Write one line to standard error. It may quote an argument or a server: secrets are redacted."""
    from hdrcli.text.redaction import redact_text  # few starts of the program need it

    write_to_stderr(f"hdrcli: {printable(redact_text(message))}\n")


def write_to_stderr(text: str) -> None:
    """Write `text`. If that fails, only the exit status reports the problem."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        _give_up(sys.stderr)


def check_writable(output: Path | None, option: str) -> None:
    """Find out before the work that its result cannot be written. Raises `UsageError` about the option."""
    if output is None:
        return
    if output.is_dir():
        raise UsageError(f'"{output}" is a directory: name a file.', option=option)
    if not output.parent.is_dir():
        raise UsageError(f'"{output}": there is no directory "{output.parent}". Create it first.', option=option)
    if not os.access(output if output.exists() else output.parent, os.W_OK):
        raise UsageError(f'"{output}" is not writable: choose another file.', option=option)


@contextlib.contextmanager
def opened(
    output: Path | None, standard: TextIO | None, *, appends: bool = False, shown: Path | None = None
) -> Iterator[TextIO]:
    """The file, or else standard output, which is `standard`. Raises `UsageError` where it cannot be written.

    The message names the file as `shown`, if it is a temporary one.
    """
    if output is not None:
        shown = shown or output
        with writing(shown):
            # The same bytes on each system: reports are compared, and lie in repositories.
            file = output.open("a" if appends else "w", encoding="utf-8", newline="\n")
        try:
            yield file
        finally:
            with writing(shown, file):
                file.close()
        return
    if standard is None:
        raise UsageError("Standard output is closed: nothing can be written.")
    yield standard
    with writing(output, standard):
        standard.flush()


@contextlib.contextmanager
def opened_whole(output: Path) -> Iterator[TextIO]:
    """As `opened`, for a file that gets its content when the block has ended, and keeps its own if it fails.

    What is not a regular file, such as a pipe, is written at once.
    """
    if output.exists() and not output.is_file():
        with opened(output, None) as out:
            yield out
        return
    target = output.resolve()
    aside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with opened(aside, None, shown=output) as out:
            yield out
        with writing(output):
            if target.exists():
                shutil.copymode(target, aside)
            aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)


@contextlib.contextmanager
def writing(output: Path | None, out: TextIO | None = None) -> Iterator[None]:
    """A block that opens `output` or writes to `out`, which it was opened as. Raises `UsageError` where that fails.

    A reader that closes the pipe has enough, which is not a failure.
    """
    try:
        yield
    except OSError as error:
        if out is not None and not out.closed:
            _give_up(out)
        if _is_closed_pipe(error):
            return
        if output is None:
            raise UsageError(f"Standard output cannot be written: {error.strerror}.") from None
        raise UsageError(f'"{output}" cannot be written: {error.strerror}.') from None


def _is_closed_pipe(error: OSError) -> bool:
    """Whether the reader has closed the pipe, for which Windows has another error: https://bugs.python.org/issue35754."""
    return isinstance(error, BrokenPipeError) or (sys.platform == "win32" and error.errno == errno.EINVAL)


class OutputClosedError(Exception):
    """Whoever reads the output needs no more of it."""


def write_now(output: Path | None, out: TextIO, text: str) -> None:
    """Write a part of what a command writes while it works, to `out`, which `output` was opened as.

    Raises `UsageError` where that fails, and `OutputClosedError` if the reader has closed the pipe.
    """
    with writing(output, out):
        out.write(text)
        out.flush()
        return
    raise OutputClosedError


def tell(text: str) -> None:
    """Write `text` and a line end to standard output. Raises `UsageError` where that fails."""
    with opened(None, sys.stdout) as out, writing(None, out):
        print(text, file=out)


def _give_up(stream: TextIO) -> None:
    """Discard all that is written to this stream from now on, and what it still holds."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, stream.fileno())
    os.close(null)
