"""`hdrcli explain`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from hdrcli.cli.streams import tell
from hdrcli.records.errors import UsageError


def explain(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="TEXT",
            help="A rule's code or name (HDR301), the beginning of codes (HDR3), a header's name, a failure "
            "(allow-origin-missing), a word of the report (safelisted), a message of a browser or a server, headers "
            "as curl or DevTools print them, or a question such as 'works in curl, not in the browser'. With - the "
            "text is read from standard input.",
        ),
    ],
) -> None:
    """Explain a rule, a header, a failure, a term or an error message, and what to do next."""
    from hdrcli import explanations

    text = sys.stdin.read() if what == ["-"] else " ".join(what)
    explanation = explanations.explain(text)
    if explanation is None:
        near = " or ".join(explanations.near(text))
        raise UsageError(
            f'No explanation for "{_shortened(text)}".'
            + (f" Did you mean {near}?" if near else "")
            + ' Give a rule ("hdrcli rules" lists them), a header\'s name, a failure or an error message.'
        )
    tell(explanation)


def _shortened(text: str, length: int = 60) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[:length]}…"
