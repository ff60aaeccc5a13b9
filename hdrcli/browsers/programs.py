"""Where the browsers are."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable

from hdrcli.records.errors import UsageError


def find(names: Iterable[str], variable: str) -> str | None:
    """The path of the first program that there is, or of the one that the environment variable names.

    Raises `UsageError` where it names none.
    """
    named = os.environ.get(variable)
    if named and shutil.which(named) is None:
        raise UsageError(f'{variable} names "{named}", where there is no program: give the path of a browser.')
    return next(filter(None, map(shutil.which, (named,) if named else names)), None)
