"""How every command says what went wrong."""

from __future__ import annotations

import typer

from hdrcli.escaping import printable


def complain(message: str) -> None:
    """One line on standard error."""
    typer.echo(f"hdrcli: {printable(message)}", err=True)
