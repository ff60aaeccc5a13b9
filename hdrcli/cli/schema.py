"""`hdrcli schema`."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Final, Literal

import typer

from hdrcli.cli.streams import tell

Subject = Literal["report", "comparison", "config", "bulk", "stats", "audit"]

_MODULES: Final[dict[Subject, str]] = {
    "report": "hdrcli.reporters.schema",
    "comparison": "hdrcli.reporters.comparisons.json",
    "config": "hdrcli.config.json_schema",
    "bulk": "hdrcli.bulk.schema",
    "stats": "hdrcli.stats.json",
    "audit": "hdrcli.audit.report",
}
"""Each has the function `schema_text`."""


def schema(
    subject: Annotated[
        Subject,
        typer.Argument(
            metavar="[report|comparison|config|bulk|stats|audit]",
            show_default=False,
            help='What "hdrcli check --format json", "hdrcli compare --format json", "hdrcli bulk", '
            '"hdrcli stats --format json" or "hdrcli audit --format json" writes, or the configuration.',
        ),
    ] = "report",
) -> None:
    """Print the JSON Schema of reports, comparisons, results of bulk, statistics, audits, or the configuration."""
    text: str = import_module(_MODULES[subject]).schema_text()
    tell(text.rstrip())
