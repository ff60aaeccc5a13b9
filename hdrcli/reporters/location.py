"""Where in the user's files a finding belongs."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from hdrcli.records.location import Location
from hdrcli.reporters.view import listing, shown_text
from hdrcli.rules.finding import Finding

_SHOWN_PLACES: Final = 3
_ROLES: Final = {
    "exception": "exception",
    "cors": "CORS layer",
    "outside": "outside of the CORS layer",
    "header": "header",
    "route": "route",
}
_CONFIGURATION: Final = ("hdrcli.toml", "pyproject.toml")


class FileLine(NamedTuple):
    """A file, relative to the working directory, with slashes; and a line, from 1."""

    file: str
    line: int


def source_line(finding: Finding) -> FileLine | None:
    """The first place of a finding in the service's source, which is where its fix belongs, if the source is known."""
    return next((FileLine(shown_text(each.file), each.line) for each in finding.locations), None)


def file_line(finding: Finding | None = None) -> FileLine:
    """The place of a finding in the source; without one, the configuration file of the check.

    For formats that cannot do without a file: code hosts drop a finding whose location is a URL.
    """
    found = None if finding is None else source_line(finding)
    return found or FileLine(next((name for name in _CONFIGURATION if Path(name).is_file()), _CONFIGURATION[0]), 1)


def _shown(place: Location) -> str:
    detail = f" {place.detail}" if place.detail else ""
    return f"{shown_text(place.file)}:{place.line}{shown_text(detail)}"


def source_places(finding: Finding, shown: Collection[str] = tuple(_ROLES), of_layer: str = "") -> Iterator[str]:
    """The places in the service's source that have these roles, a line for each; `of_layer` is added to a CORS layer's.

    A header's place is within its route's.
    """
    roles = {each.role for each in finding.locations}
    for role, meaning in _ROLES.items():
        if role not in shown:
            continue
        places = [_shown(each) for each in finding.locations if each.role == role]
        if places and not (role == "route" and "header" in roles):
            yield f"{listing(places, _SHOWN_PLACES)} ({meaning}{of_layer if role == 'cors' else ''})"
