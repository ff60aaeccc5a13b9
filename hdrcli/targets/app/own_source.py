"""The user's own source files, as opposed to libraries: below the current directory, and not installed."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import hdrcli

_HDRCLI: Final = Path(hdrcli.__file__).parent
_INSTALLED: Final = frozenset({"site-packages", "dist-packages", ".venv", "venv", ".tox", ".nox", "node_modules"})
_LONGEST: Final = 300


def own_file(name: str | None) -> str | None:
    """A source file's path relative to the current directory; None if it is not the user's own."""
    here = Path.cwd()
    if not name or (name.startswith(os.sep) and not name.startswith(str(here))):  # most files are those of libraries
        return None
    path = Path(name).absolute()
    if not path.is_relative_to(here) or path.is_relative_to(_HDRCLI) or not path.is_file():
        return None
    relative = path.relative_to(here)
    return None if _INSTALLED.intersection(relative.parts) else relative.as_posix()


def described(error: BaseException) -> str:
    """An exception in one line: type, message, and the innermost place in the user's own source."""
    message = " ".join(str(error).split())[:_LONGEST]
    text = f"{type(error).__name__}: {message}" if message else type(error).__name__
    if isinstance(error, SyntaxError):
        place = own_file(error.filename)
        return f"SyntaxError: {error.msg} ({place or error.filename}, line {error.lineno})"
    if isinstance(error, KeyError) and _innermost(error) == os.environ.__class__.__module__:
        text = f"The environment variable {message} is not set"
    file, line = next(own_lines(error), ("", 0))
    return f"{text} ({file}, line {line})" if file else text


def _innermost(error: BaseException) -> str:
    """The module that raised it, by its name."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return str(frames[-1].f_globals.get("__name__")) if frames else ""


def own_lines(error: BaseException) -> Iterator[tuple[str, int]]:
    """The lines of the user's own source in an exception's traceback, innermost first."""
    frames = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    for name, line in reversed(frames):
        file = own_file(name)
        if file is not None:
            yield file, line
