"""The commands that CI systems find in a log, by their observable rules.

GitHub's runner (`ActionCommand`) has two forms. `::name key=value::message` counts at the start of a line, after
whitespace. `##[name key=value]message` counts anywhere in a line. The runner ignores names that it does not know; here
every name counts. GitLab folds a log at `section_start:number:name` and `section_end:number:name`, followed by a CR
and ESC[0K; here also where nothing follows. Azure Pipelines takes `##vso[area.action]` anywhere in a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_LINE_ENDS: Final = re.compile(r"\r\n|\n|\r")
_SECTION: Final = re.compile(r"section_(?:start|end):[0-9]+:[A-Za-z0-9_.-]+")
_AZURE: Final = re.compile(r"##vso\[[^\]]*\]")


def commands(log: str) -> Iterator[str]:
    """The commands in a log, each with its form."""
    for line in _LINE_ENDS.split(log):
        yield from (f"v2 {name}" for name in _second_version(line))
        yield from (f"v1 {name}" for name in _first_version(line))
    yield from (f"azure {match[0]}" for match in _AZURE.finditer(log))
    yield from (f"gitlab {match[0]}" for match in _SECTION.finditer(log))


def _second_version(line: str) -> Iterator[str]:
    text = line.lstrip()
    if not text.startswith("::"):
        return
    end = text.find("::", 2)
    if end >= 0:
        yield text[2:end].partition(" ")[0]


def _first_version(line: str) -> Iterator[str]:
    start = line.find("##[")
    if start < 0:
        return
    end = line.find("]", start)
    if end >= 0:
        yield line[start + 3 : end].partition(" ")[0]
