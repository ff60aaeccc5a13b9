"""`hdrcli explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from hdrcli.cli.streams import tell
from hdrcli.records.errors import UsageError


def explain(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="WHAT",
            help="A rule's code or name, the beginning of several codes (HDR3), a header's name, a failure such as "
            "allow-origin-missing, a browser's error message, or a question such as 'works in curl, not in the "
            "browser'.",
        ),
    ],
) -> None:
    """Explain a rule, a header, a failure or a browser's error message, and what to do about it."""
    from hdrcli import explanations

    text = " ".join(what)
    explanation = explanations.explain(text)
    if explanation is None:
        near = " or ".join(explanations.near(text))
        raise UsageError(
            f'No explanation for "{text}": give a rule ("hdrcli rules" lists them), a header\'s name, a failure such '
            "as allow-origin-missing, or a browser's error message." + (f" Did you mean {near}?" if near else "")
        )
    tell(explanation)
