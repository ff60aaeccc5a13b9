"""One line on a terminal that says what is waited for, once that takes longer than a moment."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator

from hdrcli.text.escaping import printable

_PATIENCE = 1.0
"""Seconds without a word: most checks are done by then."""

_CLEAR = "\r\x1b[K"


@contextlib.contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """What takes each step's name, inside an event loop; the line is gone when the block ends.

    Nothing is written where standard error is no terminal, or one that cannot take back what it shows.
    """
    if sys.stderr is None or not sys.stderr.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        yield lambda _: None
        return
    line = _Line(time.monotonic() + _PATIENCE)
    try:
        yield line.tell
    finally:
        line.end()


class _Line:
    def __init__(self, beginning: float) -> None:
        self._beginning = beginning
        self._is_shown = False
        self._next: asyncio.TimerHandle | None = None

    def tell(self, step: str) -> None:
        self._cancel()
        delay = max(0.0, self._beginning - time.monotonic())
        self._next = asyncio.get_running_loop().call_later(delay, self._show, f"hdrcli: {step} ...")

    def end(self) -> None:
        self._cancel()
        if self._is_shown:
            self._write("")

    def _cancel(self) -> None:
        if self._next is not None:
            self._next.cancel()

    def _show(self, text: str) -> None:
        width = os.get_terminal_size(sys.stderr.fileno()).columns or 80
        self._write(printable(text)[: width - 1])
        self._is_shown = True

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError):  # a terminal that was closed
            sys.stderr.write(_CLEAR + text)
            sys.stderr.flush()
