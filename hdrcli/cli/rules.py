"""`hdrcli rules`."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from hdrcli.cli.streams import tell


def rules(
    *,
    output_format: Annotated[
        Literal["table", "json"], typer.Option("--format", help="The format of the list.")
    ] = "table",
) -> None:
    """List the rules behind the findings: code, name, severity, and the fault in one sentence."""
    from hdrcli.explanations.listing import rules_as_json, rules_as_table

    tell(rules_as_json() if output_format == "json" else rules_as_table())
