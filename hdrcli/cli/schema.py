"""`hdrcli schema`."""

from __future__ import annotations

from hdrcli.cli.streams import tell


def schema() -> None:
    """Print the JSON Schema of the reports that "hdrcli check --format json" writes."""
    from hdrcli.reporters.schema import schema_text

    tell(schema_text().rstrip())
