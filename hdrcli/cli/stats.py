"""`hdrcli stats`."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Final

import typer

from hdrcli.cli.help_of_few import SETTINGS_OF_STATS
from hdrcli.cli.interrupts import end_in_order
from hdrcli.cli.options import with_settings
from hdrcli.cli.reports import Planned, planned_reports
from hdrcli.cli.streams import check_writable, complain, opened, opened_whole, writing
from hdrcli.config.given import Given, settings_from
from hdrcli.records.errors import ExitStatus, UsageError
from hdrcli.settings import Settings
from hdrcli.settings.option import file_name
from hdrcli.settings.output import ReportFormat
from hdrcli.structs import replace

if TYPE_CHECKING:
    from hdrcli.stats.reading import Reader
    from hdrcli.stats.statistics import Statistics
    from hdrcli.stats.view import View

_FORMATS: Final = ("table", "json", "html")
"""Each is a module of `hdrcli.stats`."""


@with_settings(SETTINGS_OF_STATS)
def stats(
    results: Annotated[list[str], typer.Argument(metavar="RESULTS...")],
    *,
    formats: Annotated[list[str] | None, typer.Option("--format", metavar="FORMAT[=FILE]")] = None,
    output: Annotated[str | None, typer.Option("--output", "-o", metavar="FILE")] = None,
    top: Annotated[int, typer.Option("--top", min=1, max=10_000, metavar="N")] = 20,
    **given: Given,
) -> int:
    """Show statistics of the results of hdrcli bulk: findings, stacks, readable and hidden headers."""
    settings, _ = settings_from((), given, os.environ, names=SETTINGS_OF_STATS)
    settings = replace(settings, formats=tuple(map(_format, formats or ())), output=output)
    planned = planned_reports(settings, {})
    for report in planned:
        check_writable(report.file, report.option)
    end_in_order()
    from hdrcli.stats.view import View

    statistics, reader = _counted(results)
    view = View(statistics=statistics, reader=reader, top=top)
    for note in reader.notes():
        complain(note)
    for report in planned:
        _write(report, view, settings)
    return ExitStatus.OK


def _format(text: str) -> ReportFormat:
    name, separator, file = text.partition("=")
    if name not in _FORMATS:
        raise UsageError(f'"{name}" is not one of {", ".join(_FORMATS)}.', option="--format")
    try:
        return ReportFormat(name, file_name(file) if separator else None)
    except ValueError as error:
        raise UsageError(str(error), option="--format") from None


def _counted(names: Sequence[str]) -> tuple[Statistics, Reader]:
    """Raises `UsageError` for a file that cannot be read, and if there are no results."""
    from hdrcli.bulk.counts import by_outcome
    from hdrcli.cli.progress import status_line
    from hdrcli.stats.reading import Reader
    from hdrcli.stats.statistics import Statistics

    statistics, reader = Statistics(), Reader()
    with status_line() as line:
        for name in names:
            with _opened(name) as source:
                for row in reader.rows(source, name):
                    statistics.add(row)
                    line.show(lambda: by_outcome(statistics.outcomes))
    if not statistics.targets:
        reason = next(reader.notes(), "the input is empty")
        raise UsageError(f"There are no results of hdrcli bulk: {reason}.")
    return statistics, reader


@contextlib.contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    try:
        with open(0, "rb", closefd=False) if name == "-" else Path(name).open("rb") as file:
            yield file
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "its name is not that of a file"
        raise UsageError(f'"{name}" cannot be read: {reason}. Give the output of hdrcli bulk, or -.') from None


def _write(report: Planned, view: View, settings: Settings) -> None:
    from hdrcli.stats import json, page, table

    write = {"table": table.write, "json": json.write, "html": page.write}[report.format]
    opening = opened(None, sys.stdout) if report.file is None else opened_whole(report.file)
    with opening as out, writing(report.file, out):
        write(view, out, settings)
