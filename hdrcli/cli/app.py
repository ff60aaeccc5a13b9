"""The commands, and how they end."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from hdrcli import __version__
from hdrcli.cli.check import check
from hdrcli.cli.config import config
from hdrcli.cli.explain import explain
from hdrcli.cli.help import CheckCommand, ConfigCommand, InitCommand, with_help
from hdrcli.cli.init import init
from hdrcli.cli.rules import rules
from hdrcli.cli.schema import schema
from hdrcli.cli.serve_sample import serve_sample
from hdrcli.cli.streams import complain, tell, write_to_stderr
from hdrcli.cli.usage import is_wrong_usage, sentence
from hdrcli.records.errors import ExitStatus, UsageError

app = typer.Typer(
    name="hdrcli",
    help="Check which response headers a browser lets JavaScript read, and why the others are hidden.",
    invoke_without_command=True,
    context_settings={"help_option_names": []},
    rich_markup_mode=None,  # the plain help starts in half the time
    pretty_exceptions_enable=False,
)

app.command(cls=CheckCommand, short_help="Show which response headers JavaScript can read.")(with_help(check))
app.command(short_help="Explain a rule, a header, a failure or an error message.")(with_help(explain))
app.command(short_help="List all rules.")(with_help(rules))
app.command(cls=ConfigCommand, short_help="Print the settings that hold, and where they are from.")(with_help(config))
app.command(cls=InitCommand, short_help="Write a configuration to begin with.")(with_help(init))
app.command(short_help="Print the JSON Schema of the report, or of the configuration.")(with_help(schema))
app.command("serve-sample", short_help="Serve the sample app.")(with_help(serve_sample))


def run() -> int:
    """Run the command that `sys.argv` names, and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a character still gets the line
    try:
        status = app(prog_name="hdrcli", standalone_mode=False)
    except UsageError as error:
        complain(str(error))
        return ExitStatus.USAGE
    except Exception as error:
        if not is_wrong_usage(error):
            raise
        complain(sentence(error))
        return ExitStatus.USAGE
    return status if isinstance(status, int) else ExitStatus.OK


def _print_version(value: bool) -> None:  # noqa: FBT001 -- Typer's callback
    if value:
        tell(f"hdrcli {__version__}")
        raise typer.Exit


@app.callback()
@with_help
def _main(
    context: typer.Context,
    *,
    version: Annotated[
        bool,
        typer.Option("--version", "-V", callback=_print_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    del version  # its callback has printed it
    if context.invoked_subcommand is None:
        write_to_stderr(f"{context.get_help()}\n")
        raise typer.Exit(ExitStatus.USAGE)
