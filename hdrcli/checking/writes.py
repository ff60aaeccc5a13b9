"""Requests that may change something are sent once."""

from __future__ import annotations

from collections.abc import Callable

from hdrcli.fetch import (
    HTTPRequest,
)
from hdrcli.fetch.safelist import SAFE_METHODS
from hdrcli.settings import Settings


class WriteGuard:
    """Lets one fetch of a route send a request that may change something, unless the settings say otherwise.

    With the setting `preflight_only`, no fetch sends it; a route that is `preflight_only` sends no request but
    preflights.
    """

    def __init__(self, settings: Settings, *, preflight_only: bool) -> None:
        self._settings = settings
        self._preflight_only = preflight_only
        self._is_sent = False

    def for_fetch(self) -> Callable[[HTTPRequest], bool]:
        """Whether to hold a request of the next fetch; the fetch that sends the write may follow redirects with it."""
        settings, is_writer = self._settings, False

        def holds(request: HTTPRequest) -> bool:
            nonlocal is_writer
            if settings.dry_run:
                return True
            if request.purpose == "preflight":
                return False
            if self._preflight_only:
                return True
            if not writes(request.method):
                return False
            if settings.preflight_only:
                return True
            if settings.repeat_writes or is_writer:
                return False
            is_writer, self._is_sent = not self._is_sent, True
            return not is_writer

        return holds


def writes(method: str) -> bool:
    """Whether a method may change something: https://www.rfc-editor.org/rfc/rfc9110.html#name-safe-methods."""
    return method not in SAFE_METHODS and method != "OPTIONS"
