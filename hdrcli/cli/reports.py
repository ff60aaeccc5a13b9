"""The reports of a check: which ones are written, where, and what happens to one that cannot be."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, NamedTuple, Self, TextIO

from hdrcli.cli.streams import check_writable, complain, opened, opened_whole, writing
from hdrcli.records.errors import UsageError
from hdrcli.settings import Settings

if TYPE_CHECKING:
    from hdrcli.report.events import Event

_STREAMED: Final = frozenset({"jsonl"})
"""Formats whose files are read while the check runs."""
_COMMANDS: Final = "github"
"""Its lines are commands to the runner, which may stand behind any other report on standard output."""


class Planned(NamedTuple):
    """A report to write; `file` is None for standard output. One that `appends` leaves what the file holds.

    `option` names the file, unless it is the environment.
    """

    format: str
    file: Path | None = None
    appends: bool = False
    option: str = "--format"


def planned_reports(settings: Settings, environment: Mapping[str, str]) -> tuple[Planned, ...]:
    """The reports that the settings want, or those that are usual in this environment.

    Raises `UsageError` if two of them go to the same place, or if none of them can be written. Where one can, the
    check is worth its while: see `Reports`.
    """
    output = settings.output
    planned = []
    if settings.export is not None:
        planned.append(Planned(f"export_{settings.export}", _path(output), option="--output"))
        output = None
    for name, file in settings.formats:
        if file is not None or name == _COMMANDS:
            planned.append(Planned(name, _path(file)))
        else:
            planned.append(Planned(name, _path(output), option="--output"))
            output = None
    if not planned:
        planned = [Planned("table", _path(output), option="--output"), *_of_github(environment)]
    elif output is not None:
        raise UsageError("has no report to write: every --format has a file of its own.", option="--output")
    for report in planned:
        if [each.file for each in planned if each.format != _COMMANDS or each.file].count(report.file) > 1:
            place = f'"{report.file}"' if report.file else "standard output"
            raise UsageError(f"two reports go to {place}: write FORMAT=FILE.", option="--format")
    problems = [problem for report in planned if (problem := _problem(report)) is not None]
    if len(problems) == len(planned):
        raise problems[0]
    if settings.quiet:
        planned = [report if report.file else report._replace(file=Path(os.devnull)) for report in planned]
    return tuple(planned)


def _problem(report: Planned) -> UsageError | None:
    """Why a report cannot be written, as far as that is known before the check."""
    try:
        check_writable(report.file, report.option)
    except UsageError as error:
        return error
    return None


def _path(file: str | None) -> Path | None:
    return None if file is None or file == "-" else Path(file)


def _of_github(environment: Mapping[str, str]) -> Iterator[Planned]:
    """Annotations and the job summary: https://docs.github.com/en/actions/reference/workflows-and-actions/variables."""
    if environment.get("GITHUB_ACTIONS") == "true":
        yield Planned(_COMMANDS)
        if summary := environment.get("GITHUB_STEP_SUMMARY"):
            yield Planned("markdown", Path(summary), appends=True, option="GITHUB_STEP_SUMMARY")


class Reports:
    """Writes all reports. One that fails is given up with a line on standard error, and the others go on.

    `standard` is standard output, which may be redirected while an app runs in process.
    """

    def __init__(self, planned: tuple[Planned, ...], settings: Settings, standard: TextIO | None) -> None:
        self._planned = planned
        self._settings = settings
        self._standard = standard
        self._open: list[_Open] = []
        self.has_failed = False

    @property
    def are_over(self) -> bool:
        """Whether no report is left to write."""
        return not self._open

    def __enter__(self) -> Self:
        for planned in self._planned:
            try:
                self._open.append(_Open(planned, self._settings, self._standard))
            except UsageError as error:
                self._give_up(error)
        return self

    def take(self, event: Event) -> None:
        """Hand the next event to every report."""
        for report in list(self._open):
            try:
                report.take(event)
            except UsageError as error:
                self._open.remove(report)
                report.close(error)
                self._give_up(error)

    def __exit__(self, kind: object, error: BaseException | None, trace: TracebackType | None) -> None:
        """End all reports; after an error, files keep what they held."""
        while self._open:
            try:
                self._open.pop(0).close(error)
            except UsageError as failed:
                self._give_up(failed)

    def _give_up(self, error: UsageError) -> None:
        self.has_failed = True
        complain(str(error))


class _Open:
    """A report that is being written."""

    def __init__(self, planned: Planned, settings: Settings, standard: TextIO | None) -> None:
        from hdrcli.reporters import EXPORTS, FORMATS  # with all that reports are made of, which --help does not need

        check_writable(planned.file, planned.option)
        self._file = planned.file
        self._stack = contextlib.ExitStack()
        self._out = self._stack.enter_context(_opened(planned, standard))
        self._reporter = {**FORMATS, **EXPORTS}[planned.format](self._out, settings)

    def take(self, event: Event) -> None:
        """Write what the event adds. Raises `UsageError` where that fails."""
        with writing(self._file, self._out):
            self._reporter(event)

    def close(self, error: BaseException | None) -> None:
        """End the report, or give it up because of an error. Raises `UsageError` where that fails."""
        with contextlib.suppress(UsageError) if error is not None else contextlib.nullcontext():
            self._stack.__exit__(type(error) if error is not None else None, error, None)


def _opened(planned: Planned, standard: TextIO | None) -> contextlib.AbstractContextManager[TextIO]:
    if planned.file is None or planned.format in _STREAMED or planned.appends:
        return opened(planned.file, standard, appends=planned.appends)
    return opened_whole(planned.file)
