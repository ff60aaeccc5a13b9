"""Where in the user's files a finding belongs, for formats that cannot do without a file."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

_CONFIGURATION: Final = ("hdrcli.toml", "pyproject.toml")


class Location(NamedTuple):
    """A file, relative to the working directory, with slashes; and a line, from 1."""

    file: str
    line: int


def location() -> Location:
    """The configuration file of the check, as the source of a service on the network is not known.

    Code hosts drop a finding whose location is a URL.
    """
    found = next((name for name in _CONFIGURATION if Path(name).is_file()), _CONFIGURATION[0])
    return Location(found, 1)
