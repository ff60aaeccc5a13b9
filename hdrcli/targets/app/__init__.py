"""An app in process: `package.module:app`, a function that makes it, a Python file, or the project's app (`.`).

No port is opened: requests are calls of the app, in a thread of its own. Programs may also give the app itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hdrcli.planning.routes import check_settings
from hdrcli.records.errors import UsageError
from hdrcli.settings import Settings
from hdrcli.targets.scope import check_scope

if TYPE_CHECKING:
    from hdrcli.targets.app.hosting import Host
    from hdrcli.targets.app.target import AppTarget

State = Mapping[str, Any]
"""What a lifespan has stored for requests."""

NAME: Final = "an app (package.module:app, main.py, or . for the project's app)"

_PROJECT: Final = "."
_dotted = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_app_name = re.compile(rf"(?!https?:)({_dotted}):({_dotted})(?:\(\))?").fullmatch


def names_app(text: str) -> bool:
    """Whether a word is of this kind."""
    return text == _PROJECT or _app_name(text) is not None or (text.endswith(".py") and Path(text).is_file())


def read(text: str, settings: Settings) -> AppTarget | None:
    """The app that this word names; None if it is not of this form.

    Raises `UsageError` for settings that need a server, and if there is no app here.
    """
    if not names_app(text):
        return None
    check_scope("app", settings)
    _refuse(settings)
    from hdrcli.targets.app.discovery import app_called, app_of_file, app_of_project
    from hdrcli.targets.app.target import AppTarget

    if text == _PROJECT:
        return AppTarget(app_of_project(), settings)
    name = _app_name(text)
    return AppTarget(app_of_file(Path(text)) if name is None else app_called(name[1], name[2]), settings)


def target_of(
    app: object, settings: Settings, *, make_host: Callable[[], Host] | None = None, state: State | None = None
) -> AppTarget:
    """An ASGI or WSGI app as a target. It runs in a thread of its own, or where `make_host` says.

    `state` is that of a lifespan that somebody else runs; without one, the app's lifespan is run. Raises `UsageError`
    for an object that is not an app, and for settings that cannot be carried out.
    """
    check_settings(settings)
    _refuse(settings)
    from hdrcli.targets.app.hosting import AppThread
    from hdrcli.targets.app.loading import loaded
    from hdrcli.targets.app.target import AppTarget

    name = getattr(app, "__name__", type(app).__name__)
    return AppTarget(loaded(app, name), settings, make_host or AppThread, state)


def _refuse(settings: Settings) -> None:
    """Raise `UsageError` for settings that need a server."""
    for is_given, option in (
        (settings.in_browser, "--in-browser"),
        (settings.compare is not None, "--compare"),
        (settings.http2 is True, "--http2"),
    ):
        if is_given:
            raise UsageError("needs a server on the network, not an app in process.", option=option)
