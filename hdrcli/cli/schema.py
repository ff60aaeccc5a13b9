"""`hdrcli schema`."""

from __future__ import annotations

from hdrcli.cli.streams import tell


def schema() -> int:
    """Print the JSON Schema of the reports that "hdrcli check --format json" writes."""
    from importlib.resources import files

    tell((files("hdrcli.reporters") / "report.schema.json").read_text("utf-8").rstrip())
    return 0
