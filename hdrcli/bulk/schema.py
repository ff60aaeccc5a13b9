"""The JSON Schema of results, as it is in the package."""

from __future__ import annotations

from importlib.resources import files


def schema_text() -> str:
    """The schema of each line: draft 2020-12."""
    return files("hdrcli.bulk").joinpath("result.schema.json").read_text("utf-8")
