"""Runs the program's entry point in this process: ten times as fast as a process of its own.

Theory of operation: the file descriptors 0, 1 and 2 are replaced, so that everything is captured that the program or a
library of it writes, and so are `sys.argv`, the environment and the folder. All of it, the signal handlers and the
garbage collector's state, which the program changes for a process that ends soon, is put back afterwards.
"""

from __future__ import annotations

import fcntl
import gc
import io
import os
import signal
import struct
import sys
import termios
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, chdir, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, Final
from unittest.mock import patch

from hdrcli.__main__ import main

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(
    arguments: Sequence[str], environment: Mapping[str, str], folder: Path | None, given: bytes = b""
) -> tuple[int, bytes, bytes]:
    """The exit status, and what was written to standard output and standard error. Standard input is `given`."""
    with TemporaryFile() as out, TemporaryFile() as err, TemporaryFile() as source:
        source.write(given)
        source.seek(0)
        with _signals_and_garbage(), _streams(source, out, err), _process_state(arguments, environment, folder):
            status = main()
        return status, _contents(out), _contents(err)


def run_in_terminal(arguments: Sequence[str], environment: Mapping[str, str], columns: int) -> tuple[int, bytes]:
    """The exit status, and what a terminal of this width got of standard output and standard error."""
    ours, its = os.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with ThreadPoolExecutor(1) as reader, os.fdopen(ours, "rb", buffering=0) as terminal:
        written = reader.submit(_until_closed, terminal)
        with (
            os.fdopen(its, "wb", buffering=0) as stream,
            _signals_and_garbage(),
            open(os.devnull, "rb") as nothing,  # noqa: PTH123 -- not a path of ours
            _streams(nothing, stream, stream),
            _process_state(arguments, environment, None),
        ):
            status = main()
        return status, written.result()


@contextmanager
def _process_state(arguments: Sequence[str], environment: Mapping[str, str], folder: Path | None) -> Iterator[None]:
    with (
        patch.object(sys, "argv", ["hdrcli", *arguments]),
        patch.dict(os.environ, environment, clear=True),
        chdir(folder or Path.cwd()),
    ):
        yield


@contextmanager
def _streams(source: BinaryIO, out: BinaryIO | io.RawIOBase, err: BinaryIO | io.RawIOBase) -> Iterator[None]:
    """Replace the descriptors of the three standard streams, and the two that are written to."""
    with ExitStack() as stack:
        for descriptor, file in enumerate((source, out, err)):
            stack.enter_context(_replaced(descriptor, file.fileno()))
        for name, descriptor in (("stdout", 1), ("stderr", 2)):
            raw = io.FileIO(descriptor, "w", closefd=False)
            by_line = descriptor == 2 or raw.isatty()  # as the interpreter has it
            stream = stack.enter_context(io.TextIOWrapper(io.BufferedWriter(raw), "utf-8", line_buffering=by_line))
            stack.enter_context(patch.object(sys, name, stream))
        yield


@contextmanager
def _replaced(descriptor: int, by: int) -> Iterator[None]:
    kept = os.dup(descriptor)
    os.dup2(by, descriptor)
    try:
        yield
    finally:
        os.dup2(kept, descriptor)
        os.close(kept)


@contextmanager
def _signals_and_garbage() -> Iterator[None]:
    handlers = {number: signal.getsignal(number) for number in _SIGNALS}
    threshold = gc.get_threshold()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*threshold)
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _contents(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


def _until_closed(terminal: BinaryIO) -> bytes:
    """All that is written to a terminal until its other end is closed."""
    written = b""
    with suppress(OSError):  # Linux reports the end as an error
        while chunk := terminal.read(65536):
            written += chunk
    return written
