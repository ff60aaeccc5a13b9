"""Find the executable of an installed browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable

from hdrcli.records.errors import UsageError


def find(names: Iterable[str], variable: str) -> str | None:
    """The path of the executable that the environment variable names, or else of the first name that exists.

    Raises `UsageError` if the variable names a file that is not executable.
    """
    named = os.environ.get(variable)
    if named and shutil.which(named) is None:
        raise UsageError(f'{variable} is "{named}", which is not an executable: give the path of a browser.')
    return next(filter(None, map(shutil.which, (named,) if named else names)), None)
