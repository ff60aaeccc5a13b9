"""`hdrcli explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from hdrcli.cli.streams import complain, tell
from hdrcli.records.errors import ExitStatus


def explain(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="WHAT",
            help="A rule's code or name, or the beginning of codes (HDR3), a header's name, a failure such as "
            "allow-origin-missing, the text of a browser's error, or what you wonder about, such as 'works in curl, "
            "not in the browser'.",
        ),
    ],
) -> None:
    """Tell what a rule, a header, a failure or a browser's error message is about, and what to do."""
    from hdrcli import explanations

    text = " ".join(what)
    explanation = explanations.explain(text)
    if explanation is None:
        near = ", ".join(explanations.near(text))
        complain(
            f'"{text}" is nothing that can be explained: give a rule ("hdrcli rules" lists them), a header\'s name, a '
            "failure such as allow-origin-missing, or a browser's error text." + (f" Near: {near}." if near else ""),
        )
        raise typer.Exit(ExitStatus.USAGE)
    tell(explanation)
