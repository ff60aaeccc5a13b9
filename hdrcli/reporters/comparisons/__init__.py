"""The formats of `hdrcli compare`: a comparison in, text out. They decide nothing."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from hdrcli.report.comparison import Comparison
    from hdrcli.settings import Settings
    from hdrcli.settings.output import ComparisonFormat


class Write(Protocol):
    """The function `write` of such a module."""

    def __call__(self, comparison: Comparison, out: TextIO, settings: Settings) -> None:
        """Write the comparison."""
        ...


def writer(name: ComparisonFormat) -> Write:
    """The function that writes a format, whose module is loaded now."""
    write: Write = import_module(f"hdrcli.reporters.comparisons.{name}").write
    return write
