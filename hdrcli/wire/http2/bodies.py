"""The bodies of HTTP/2 requests, which are sent as far as the server's windows let through, sans I/O.

Source: https://www.rfc-editor.org/rfc/rfc9113.html#section-6.9
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hyperframe.frame import DataFrame

from hdrcli.wire.http2.stream import WINDOW

_MAX_WINDOW: Final = 2**31 - 1


class RequestBodies:
    """What is still to be sent on each stream; frames have up to `max_frame_size` bytes of data."""

    def __init__(self, max_frame_size: int) -> None:
        self._max_frame_size = max_frame_size
        self._initial_window = WINDOW
        self._windows: dict[int, int] = {0: WINDOW}
        self._unsent: dict[int, bytearray] = {}

    def add(self, stream: int, body: bytes | None) -> None:
        """Open the window of a new stream, and take its body, if it has one."""
        self._windows[stream] = self._initial_window
        if body:
            self._unsent[stream] = bytearray(body)

    def forget(self, stream: int) -> bool:
        """Give up a stream; True if something was still to be sent."""
        self._windows.pop(stream, None)
        return self._unsent.pop(stream, None) is not None

    def widen(self, stream: int, increment: int) -> None:
        """The server can take more: on a stream, or, for 0, on the connection."""
        if stream in self._windows:
            self._windows[stream] = min(self._windows[stream] + increment, _MAX_WINDOW)

    def set_initial_window(self, size: int) -> None:
        """The setting changes the windows of open streams, too, but not the connection's."""
        for stream in self._windows.keys() - {0}:
            self._windows[stream] += size - self._initial_window
        self._initial_window = size

    def take(self) -> Iterator[DataFrame]:
        """The frames that the windows let through."""
        for stream, unsent in list(self._unsent.items()):
            while unsent:
                size = min(self._windows[0], self._windows[stream], self._max_frame_size, len(unsent))
                if size <= 0:
                    break
                data = bytes(unsent[:size])
                del unsent[:size]
                for window in (0, stream):
                    self._windows[window] -= size
                yield DataFrame(stream, data, flags=[] if unsent else ["END_STREAM"])
            if not unsent:
                del self._unsent[stream]
