"""One line on a terminal that says what a run is doing, once it takes longer than a moment."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import Final

from hdrcli.report.events import Event, RequestSent, RouteChecked, ServiceChecked, ServiceStarted
from hdrcli.reporters.view import shown_url
from hdrcli.text.escaping import printable

_QUIET: Final = 1.0
"""Seconds without a line: most checks are done by then."""

_INTERVAL: Final = 0.5
"""Seconds between two texts of a status line."""

_CLEAR: Final = "\r\x1b[K"


class Progress:
    """Takes events and requests, inside an event loop. This one shows nothing."""

    def sending(self, request: RequestSent) -> None:
        """Show that this request is about to be sent."""

    def take(self, event: Event) -> None:
        """Take note of an event, and clear the line: a report may be written now."""


@contextlib.contextmanager
def progress(*, shown: bool) -> Iterator[Progress]:
    """The progress of a check; its line is gone when the block ends.

    Nothing is written if it is not to be shown, or where standard error is not a terminal, or one that cannot clear a
    line.
    """
    if not shown or not _can_clear_lines():
        yield Progress()
        return
    line = _Line(time.monotonic() + _QUIET)
    try:
        yield line
    finally:
        line.end()


@contextlib.contextmanager
def status_line() -> Iterator[Callable[[Callable[[], str]], None]]:
    """A function that shows a text, at most twice a second, on a terminal; the line is gone when the block ends."""
    if not _can_clear_lines():
        yield lambda _: None
        return
    next_time = time.monotonic() + _QUIET

    def show(text: Callable[[], str]) -> None:
        nonlocal next_time
        if time.monotonic() >= next_time:
            next_time = time.monotonic() + _INTERVAL
            _write_line(text())

    try:
        yield show
    finally:
        _write_line("")


def _can_clear_lines() -> bool:
    return sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def _write_line(text: str) -> None:
    """Write a text in place of the line, as far as the terminal is wide."""
    with contextlib.suppress(OSError):  # a terminal that was closed
        width = os.get_terminal_size(sys.stderr.fileno()).columns or 80
        shown = printable(f"hdrcli: {text} ...")[: width - 1] if text else ""
        sys.stderr.write(_CLEAR + shown)
        sys.stderr.flush()


class _Line(Progress):
    def __init__(self, beginning: float) -> None:
        self._beginning = beginning
        self._is_shown = False
        self._text = ""
        self._routes: int | None = None
        self._checked = 0
        self._next: asyncio.TimerHandle | None = None

    def sending(self, request: RequestSent) -> None:
        if self._routes is not None and self._routes > 1:
            self._text = f"checked {self._checked} of {self._routes} routes of {request.service}"
        else:
            self._text = f"{request.method} {shown_url(request.url)}, request {request.number}"
        self._schedule()

    def take(self, event: Event) -> None:
        match event:
            case ServiceStarted():
                self._routes, self._checked = event.routes, 0
            case RouteChecked():
                self._checked += 1
            case ServiceChecked():
                self._cancel()
            case _:
                pass
        self._clear()

    def end(self) -> None:
        self._cancel()
        self._clear()

    def _schedule(self) -> None:
        """Show the latest text soon: one timer at a time, however many requests are sent."""
        if self._next is None:
            delay = max(0.0, self._beginning - time.monotonic())
            self._next = asyncio.get_running_loop().call_later(delay, self._show)

    def _cancel(self) -> None:
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _clear(self) -> None:
        if self._is_shown:
            _write_line("")
            self._is_shown = False

    def _show(self) -> None:
        self._next = None
        _write_line(self._text)
        self._is_shown = True
