"""The JSON Schema of reports, as it is in the package."""

from __future__ import annotations

from importlib.resources import files


def schema_text() -> str:
    """The schema of `--format json`, and of each line of `--format jsonl`: draft 2020-12."""
    return files("hdrcli.reporters").joinpath("report.schema.json").read_text("utf-8")
