"""Reads files that the user names, and standard input: within bounds, as bytes or as text."""

from __future__ import annotations

import codecs
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from hdrcli.records.errors import UsageError
from hdrcli.text.escaping import printable

STANDARD_INPUT: Final = "standard input"

_BOMS: Final = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
"""Windows PowerShell writes UTF-16."""


def file_named(text: str) -> Path | None:
    """The file that a word names, if it exists; a pipe such as /dev/fd/63 counts as one."""
    path = Path(text)
    try:
        return path if path.exists() and not path.is_dir() else None
    except (OSError, ValueError):  # too long to be a name; a NUL in it
        return None


def shown_name(path: Path | None) -> str:
    """What messages and reports call a file; None is standard input."""
    return STANDARD_INPUT if path is None else printable(str(path))


def read_bytes(path: Path | None, limit: int) -> bytes:
    """The contents of a file, or of standard input if it is None.

    Raises `UsageError` if it cannot be read, or has more bytes than `limit`.
    """
    name = shown_name(path)
    try:
        with _interruptible(), os.fdopen(0, "rb", closefd=False) if path is None else path.open("rb") as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"{name} cannot be read: {reason}.") from None
    if len(data) > limit:
        raise UsageError(f"{name} is larger than {limit // 2**20} MiB, the most that is read.")
    return data


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C end the block, which may wait for a terminal or a pipe: asyncio's handler waits for the event loop."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def text_of(data: bytes, name: str) -> str:
    """The text that the contents of a file are; raises `UsageError` if they are binary."""
    encoding = next((encoding for bom, encoding in _BOMS.items() if data.startswith(bom)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{name} line {line} is not text in UTF-8.") from None
    if "\0" in text:
        raise UsageError(f"{name} line {text.count(chr(10), 0, text.index(chr(0))) + 1} is binary: it contains a NUL.")
    return text
