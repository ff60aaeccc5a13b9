"""What an app raises for requests, and where in the user's own source: servers write it to their log.

An ASGI or WSGI app hands its exceptions to the server. Flask and Django make a response of them instead, and send
a signal: https://flask.palletsprojects.com/en/stable/signals/, https://docs.djangoproject.com/en/stable/ref/signals/
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Final

from hdrcli.records.location import Location, Raised
from hdrcli.targets.app.own_source import own_lines

Note = Callable[[BaseException], None]

_WITH_SIGNALS: Final = ("flask.signals", "django.core.signals")
_SIGNAL: Final = "got_request_exception"

_note_of_request: ContextVar[Note | None] = ContextVar("hdrcli_note", default=None)


class Exceptions:
    """The first exception of each request, by its method and URL."""

    def __init__(self) -> None:
        self._raised: dict[tuple[str, str], Raised] = {}

    def of(self, method: str, url: str) -> Raised | None:
        """The exception of a request, if it raised one."""
        return self._raised.get((method, url))

    @contextlib.contextmanager
    def noting(self, method: str, url: str) -> Iterator[Note]:
        """Take the exceptions of a request that is made within the block, in its context."""

        def note(error: BaseException) -> None:
            self._raised.setdefault((method, url), _described(error))

        token = _note_of_request.set(note)
        try:
            yield note
        finally:
            _note_of_request.reset(token)


@contextlib.contextmanager
def listening() -> Iterator[None]:
    """Take the exceptions of which the app's framework makes responses, within the block."""
    modules = (sys.modules.get(name) for name in _WITH_SIGNALS)
    signals = [getattr(module, _SIGNAL) for module in modules if hasattr(module, _SIGNAL)]
    for signal in signals:
        signal.connect(_on_signal)
    try:
        yield
    finally:
        for signal in signals:
            signal.disconnect(_on_signal)


def _on_signal(sender: object = None, **sent: object) -> None:
    """The receiver: Flask sends the exception, Django while it handles it."""
    del sender
    error = sent.get("exception") or sys.exc_info()[1]
    note = _note_of_request.get()
    if note is not None and isinstance(error, BaseException):
        note(error)


def _described(error: BaseException) -> Raised:
    """The type, without the message, which may have secrets; the innermost place in the user's own source."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    kind = type(error).__name__
    file, line = next(own_lines(error), ("", 0))
    return Raised(kind=kind, location=Location(file=file, line=line, role="exception", detail=kind) if file else None)
