"""Where in the user's files a finding belongs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from hdrcli.reporters.view import listing, shown_text
from hdrcli.rules.finding import Finding

_SHOWN_PLACES: Final = 4
_ROLES: Final = {"cors": "CORS layer", "header": "header", "route": "route"}
_CONFIGURATION: Final = ("hdrcli.toml", "pyproject.toml")


class Location(NamedTuple):
    """A file, relative to the working directory, with slashes; and a line, from 1."""

    file: str
    line: int


def location(finding: Finding | None = None) -> Location:
    """The first place of a finding in the service's source; the check's configuration file where that is not known.

    It is for formats that cannot do without a file. Code hosts drop a finding whose location is a URL, so that a
    service on the network needs a file here.
    """
    if finding is not None and finding.locations:
        place = finding.locations[0]
        return Location(shown_text(place.file).replace("\\", "/"), place.line)
    found = next((name for name in _CONFIGURATION if Path(name).is_file()), _CONFIGURATION[0])
    return Location(found, 1)


def source_places(finding: Finding) -> Iterator[str]:
    """The places in the service's source, those with one role in one line."""
    for role, meaning in _ROLES.items():
        places = [f"{shown_text(each.file)}:{each.line}" for each in finding.locations if each.role == role]
        if places:
            yield f"{listing(places, _SHOWN_PLACES)} ({meaning})"
