"""The command line: argv in, exit status out. It formats nothing and inspects nothing."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from hdrcli import __version__
from hdrcli.cli.check import check
from hdrcli.cli.explain import explain
from hdrcli.cli.help import CheckCommand
from hdrcli.cli.rules import rules
from hdrcli.cli.serve_sample import serve_sample
from hdrcli.records.errors import ExitStatus

app = typer.Typer(
    name="hdrcli",
    help="Which response headers can a browser's JavaScript read, and why not the others?",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # the plain help starts in half the time
    pretty_exceptions_enable=False,
)

app.command(cls=CheckCommand, short_help="Show which response headers JavaScript can read.")(check)
app.command(short_help="Explain a rule, a header, a failure or an error message.")(explain)
app.command(short_help="List all rules.")(rules)
app.command("serve-sample", short_help="Serve the sample app.")(serve_sample)


def run() -> int:
    """Run the command that `sys.argv` names, and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a character still gets the line
    try:
        app(prog_name="hdrcli")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else ExitStatus.OK
    return ExitStatus.OK


def _print_version(value: bool) -> None:  # noqa: FBT001 -- Typer's callback
    if value:
        typer.echo(f"hdrcli {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    del version  # its callback has answered
