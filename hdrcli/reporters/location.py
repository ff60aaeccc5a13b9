"""Where in the user's files a finding belongs, for formats that show findings next to the source."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from hdrcli.reporters.view import shown_text
from hdrcli.rules.finding import Finding

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
