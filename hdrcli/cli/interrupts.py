"""How the program ends when a signal tells it to: Ctrl-C (SIGINT), SIGTERM, SIGHUP.

While modules load there is nothing to clean up, and an exception out of a half-loaded module could be printed by
whoever runs into it: the process exits at once. While a command runs, Ctrl-C is a `KeyboardInterrupt`, which closes
connections, browsers and the sample app on its way; the other two signals do the same. A signal that is ignored, as
under nohup, stays ignored.
"""

from __future__ import annotations

import os
import signal
from types import FrameType

_INTERRUPTED = 130
_OTHERS = ("SIGTERM", "SIGHUP", "SIGBREAK")  # each system has some of them: SIGBREAK is Ctrl-Break on Windows


def exit_at_once() -> None:
    """From here on, Ctrl-C ends the process without a word."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _exit)


def end_in_order() -> None:
    """From here on, Ctrl-C, SIGTERM and SIGHUP raise `KeyboardInterrupt`."""
    if signal.getsignal(signal.SIGINT) is not _exit:
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in _OTHERS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _raise_sigint)


def _exit(number: int, frame: FrameType | None) -> None:
    del number, frame
    os._exit(_INTERRUPTED)


def _raise_sigint(number: int, frame: FrameType | None) -> None:
    """Leave it to the handler of SIGINT, which asyncio and uvicorn set while they run."""
    del number, frame
    signal.raise_signal(signal.SIGINT)
