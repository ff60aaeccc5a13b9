"""`hdrcli schema`."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from hdrcli.cli.streams import tell

Subject = Literal["report", "comparison", "config"]


def schema(
    subject: Annotated[
        Subject,
        typer.Argument(
            metavar="[report|comparison|config]",
            show_default=False,
            help='What "hdrcli check --format json" or "hdrcli compare --format json" writes, or the configuration.',
        ),
    ] = "report",
) -> None:
    """Print a JSON Schema: of reports, of comparisons, or of the configuration file."""
    if subject == "config":
        from hdrcli.config.json_schema import schema_text as config_schema_text

        tell(config_schema_text())
        return
    if subject == "comparison":
        from hdrcli.reporters.comparisons.json import schema_text as comparison_schema_text

        tell(comparison_schema_text().rstrip())
        return
    from hdrcli.reporters.schema import schema_text

    tell(schema_text().rstrip())
