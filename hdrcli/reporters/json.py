"""The report as one JSON document: laid out down to the members of a route, with one line for each header."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TextIO

from hdrcli.report.report import Report
from hdrcli.reporters import whole
from hdrcli.reporters.json_exchanges import JSON
from hdrcli.reporters.json_values import run_value, service_with_routes
from hdrcli.settings import Settings
from hdrcli.text.json_text import json_text

_INDENT: Final = "  "
_DEPTH: Final = 6
"""Levels that are laid out. What is deeper is one line: `json_text` writes that at once, and readers see it at once."""


def as_json(report: Report, settings: Settings) -> JSON:
    """The report as the values that `json` writes."""
    services = [service_with_routes(service, settings) for service in report.services]
    return run_value(report.totals, settings) | {"services": services}


def _write(report: Report, out: TextIO, settings: Settings) -> None:
    write_json(as_json(report, settings), out)


def write_json(value: object, out: TextIO) -> None:
    """Write a document."""
    out.writelines(_laid_out(value, 0))
    out.write("\n")


def _laid_out(value: object, depth: int) -> Iterator[str]:
    if depth == _DEPTH or not value or not isinstance(value, dict | list):
        yield json_text(value)
        return
    begin, end = "{}" if isinstance(value, dict) else "[]"
    separator = begin
    for item in value:
        yield f"{separator}\n{_INDENT * (depth + 1)}"
        if isinstance(value, dict):
            yield f"{json_text(item)}: "
            yield from _laid_out(value[item], depth + 1)
        else:
            yield from _laid_out(item, depth + 1)
        separator = ","
    yield f"\n{_INDENT * depth}{end}"


reporter = whole(_write)
