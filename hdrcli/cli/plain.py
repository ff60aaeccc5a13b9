"""`hdrcli check TARGET...` without options, which runs without a parser of options.

This is how most checks are started, and importing Typer takes a fifth of the time of one. What such a check shares with
one that has options is here, too.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from hdrcli.cli.interrupts import end_in_order
from hdrcli.cli.reports import Planned, planned_reports
from hdrcli.config.given import settings_of_project
from hdrcli.records.errors import ExitStatus, UsageError
from hdrcli.settings import Settings, is_debugging
from hdrcli.structs import replace

if TYPE_CHECKING:
    from hdrcli.report.events import Event

_READ_BY_TYPER: Final = frozenset({"HDRCLI_CONFIG", "HDRCLI_NO_CONFIG", "_HDRCLI_COMPLETE"})
"""Environment variables."""


class RunCheck(Protocol):
    """`hdrcli.cli.running.run_check`, which is loaded late."""

    def __call__(
        self, settings: Settings, planned: tuple[Planned, ...], consumer: Callable[[Event], None] = ...
    ) -> ExitStatus: ...


def is_plain(words: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Whether the command line is `check` and its targets, so that nothing has to be parsed."""
    return (
        words[:1] == ["check"]
        and len(words) > 1
        and not any(word.startswith("-") for word in words)
        and _READ_BY_TYPER.isdisjoint(environment)
        and os.name != "nt"  # there, Typer expands patterns of file names
    )


def check_plainly(targets: tuple[str, ...]) -> int:
    """Run such a check. Raises `UsageError` as `hdrcli.cli.check` does."""
    settings, sources = settings_of_project(targets, os.environ)
    with naming_sources(sources):
        settings, reports = planned_check(settings)
        return load_check()(settings, reports)


@contextlib.contextmanager
def naming_sources(sources: Mapping[str, str]) -> Iterator[None]:
    """A block in which a `UsageError` about an option names the source of its value, such as a variable."""
    try:
        yield
    except UsageError as error:
        raise UsageError(error.message, option=sources.get(error.option, error.option)) from None


def planned_check(settings: Settings) -> tuple[Settings, tuple[Planned, ...]]:
    """The settings of a check that can be carried out, and its reports. Raises `UsageError`."""
    if settings.quiet and settings.verbose:
        raise UsageError("contradicts --verbose: omit one.", option="--quiet")
    if settings.quiet and settings.export is not None:
        raise UsageError("would suppress what --export prints: omit one.", option="--quiet")
    to_stdout = next((name for name, file in settings.formats if file is None), None)
    if settings.export is not None and (to_stdout is not None or settings.verbose):
        other = "--verbose" if settings.verbose else f"--format {to_stdout}"
        raise UsageError(f"is printed instead of a report: omit {other}.", option="--export")
    settings = replace(settings, verbose=settings.verbose or is_debugging())
    return settings, planned_reports(settings, os.environ)


def load_check() -> RunCheck:
    """Load all that a check needs; from here on there is something to clean up when a signal comes."""
    from hdrcli.cli.running import run_check

    end_in_order()
    return run_check
