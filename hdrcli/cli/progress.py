"""One line on a terminal that says what a run is doing, once it takes longer than a moment."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Final, TypeVar

from hdrcli.report.events import Event, RequestSent, RouteChecked, ServiceChecked, ServiceStarted
from hdrcli.reporters.view import shown_url
from hdrcli.text.escaping import printable

T = TypeVar("T")

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


class StatusLine:
    """A line whose text is made when it is shown: at most twice a second, and nowhere but on a terminal."""

    def __init__(self, *, is_shown: bool) -> None:
        self.is_shown = is_shown
        self._next_time = time.monotonic() + _QUIET
        self._is_there = False

    def show(self, text: Callable[[], str]) -> None:
        """Show this text, unless another one was shown a moment ago."""
        if self.is_shown and time.monotonic() >= self._next_time:
            self._next_time = time.monotonic() + _INTERVAL
            _write_line(text())
            self._is_there = True

    def clear(self) -> None:
        """Make room for a line of output."""
        if self._is_there:
            _write_line("")
            self._is_there = False

    async def during(self, work: Awaitable[T], text: Callable[[], str]) -> T:
        """Show the text of each moment until the work ends; what it comes to."""
        if not self.is_shown:
            return await work
        showing = asyncio.create_task(self._go_on_showing(text))
        try:
            return await work
        finally:
            showing.cancel()

    async def _go_on_showing(self, text: Callable[[], str]) -> None:
        while True:
            self.show(text)
            await asyncio.sleep(_INTERVAL)


@contextlib.contextmanager
def status_line() -> Iterator[StatusLine]:
    """A status line that is gone when the block ends."""
    line = StatusLine(is_shown=_can_clear_lines())
    try:
        yield line
    finally:
        line.clear()


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
