"""`hdrcli schema`."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from hdrcli.cli.streams import tell

Subject = Literal["report", "comparison", "config", "bulk", "stats", "audit"]


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
    """Print a JSON Schema: of reports, of comparisons, of lines of bulk, of stats, of audits, or of the configuration."""
    if subject == "config":
        from hdrcli.config.json_schema import schema_text as config_schema_text

        tell(config_schema_text())
        return
    if subject == "bulk":
        from hdrcli.bulk.schema import schema_text as bulk_schema_text

        tell(bulk_schema_text().rstrip())
        return
    if subject == "stats":
        from hdrcli.stats.json import schema_text as stats_schema_text

        tell(stats_schema_text().rstrip())
        return
    if subject == "audit":
        from hdrcli.audit.report import schema_text as audit_schema_text

        tell(audit_schema_text().rstrip())
        return
    if subject == "comparison":
        from hdrcli.reporters.comparisons.json import schema_text as comparison_schema_text

        tell(comparison_schema_text().rstrip())
        return
    from hdrcli.reporters.schema import schema_text

    tell(schema_text().rstrip())
