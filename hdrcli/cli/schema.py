"""`hdrcli schema`."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from hdrcli.cli.streams import tell

Subject = Literal["report", "config"]


def schema(
    subject: Annotated[
        Subject,
        typer.Argument(
            metavar="[report|config]",
            show_default=False,
            help='The reports that "hdrcli check --format json" writes, or the configuration file.',
        ),
    ] = "report",
) -> None:
    """Print a JSON Schema: of the reports, or of the configuration file."""
    if subject == "config":
        from hdrcli.config.json_schema import schema_text as config_schema_text

        tell(config_schema_text())
        return
    from hdrcli.reporters.schema import schema_text

    tell(schema_text().rstrip())
