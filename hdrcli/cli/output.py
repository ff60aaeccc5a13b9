"""How commands write a text that is ready."""

from __future__ import annotations

import typer

from hdrcli.cli.streams import complain, emit
from hdrcli.model import ExitStatus, UsageError


def tell(text: str) -> None:
    """`text` and a line end on standard output."""
    try:
        emit(lambda out: print(text, file=out))
    except UsageError as error:
        complain(str(error))
        raise typer.Exit(ExitStatus.USAGE) from None
