"""`hdrcli schema`."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from hdrcli.cli.streams import tell

Subject = Literal["report", "config", "bulk"]


def schema(
    subject: Annotated[
        Subject,
        typer.Argument(
            metavar="[report|config|bulk]",
            show_default=False,
            help='The reports that "hdrcli check --format json" writes, the configuration file, or the lines of '
            '"hdrcli bulk".',
        ),
    ] = "report",
) -> None:
    """Print a JSON Schema: of the reports, of the configuration file, or of the lines of bulk."""
    if subject == "config":
        from hdrcli.config.json_schema import schema_text as config_schema_text

        tell(config_schema_text())
        return
    if subject == "bulk":
        from hdrcli.bulk.schema import schema_text as bulk_schema_text

        tell(bulk_schema_text().rstrip())
        return
    from hdrcli.reporters.schema import schema_text

    tell(schema_text().rstrip())
