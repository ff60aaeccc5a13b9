"""Reporters: events in, text out. They never decide anything.

A format is one module of this room with a function `reporter(out, settings)`, and its name in `Format` of
`hdrcli.settings.output`. The reporter is called with each event of a run in order. A format that is written when the
run has ended is made by `whole`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final, TextIO, get_args

from hdrcli.report.events import Event
from hdrcli.report.report import Collector, Report
from hdrcli.settings import Settings
from hdrcli.settings.output import Export, Format

Reporter = Callable[[Event], None]
Factory = Callable[[TextIO, Settings], Reporter]


def whole(write: Callable[[Report, TextIO, Settings], None]) -> Factory:
    """The factory of a format that is written when the run has ended."""

    def factory(out: TextIO, settings: Settings) -> Reporter:
        collector = Collector()

        def reporter(event: Event) -> None:
            collector(event)
            if collector.report is not None:
                write(collector.report, out, settings)

        return reporter

    return factory


def _module(name: str) -> Factory:
    """The factory in the module of this name, which is loaded when a report of its format is wanted."""

    def factory(out: TextIO, settings: Settings) -> Reporter:
        its_factory: Factory = import_module(f"hdrcli.reporters.{name}").reporter
        return its_factory(out, settings)

    return factory


FORMATS: Final[Mapping[str, Factory]] = {name: _module(name) for name in get_args(Format)}
"""Format -> its factory. The name is the value of `--format`."""

EXPORTS: Final[Mapping[str, Factory]] = {f"export_{name}": _module(f"export_{name}") for name in get_args(Export)}
"""Factories of what `--export` writes instead of a report, by the names of their modules."""
