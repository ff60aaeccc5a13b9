"""The commands, as Typer has them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Annotated, Final, NamedTuple

import typer

from hdrcli import __version__
from hdrcli.cli.help import CheckCommand, Command, CompareCommand, ConfigCommand, InitCommand, with_help
from hdrcli.cli.help_of_few import AuditCommand, BulkCommand, ProxyCommand, StatsCommand
from hdrcli.cli.streams import tell, write_to_stderr
from hdrcli.records.errors import ExitStatus


class _Command(NamedTuple):
    """A command is the function of its name in the module of its name."""

    short_help: str
    cls: type[Command] = Command


_COMMANDS: Final = {
    "check": _Command("Show which response headers JavaScript can read.", CheckCommand),
    "compare": _Command("Compare what pages get from two targets.", CompareCommand),
    "bulk": _Command("Check a list of URLs of any length, and write a line of JSON for each URL.", BulkCommand),
    "merge": _Command("Combine the results of a cluster in one file."),
    "stats": _Command("Show statistics of the results of hdrcli bulk.", StatsCommand),
    "audit": _Command("Find out which other origins can read the responses of a service.", AuditCommand),
    "proxy": _Command("Forward the requests of a front end, and show what it can read.", ProxyCommand),
    "explain": _Command("Explain a rule, a header, a failure or an error message."),
    "rules": _Command("List all rules."),
    "profiles": _Command("List the clients that hdrcli check --profile knows, or show one."),
    "config": _Command("Print the settings in effect, and where each one comes from.", ConfigCommand),
    "init": _Command("Create a configuration file.", InitCommand),
    "schema": _Command("Print the JSON Schema of reports or of the configuration."),
    "serve-sample": _Command("Serve the sample app, and a page that calls it in your browser."),
    "lab": _Command("Serve a page that calls your API in your browser."),
}


def program(words: Sequence[str]) -> typer.Typer:
    """The program for this command line: with the command that it names, or else with all of them.

    A command is loaded and made only if it may be needed: three of them have all options of a check.
    """
    app = typer.Typer(
        name="hdrcli",
        help="Check which response headers a browser lets JavaScript read, and why the others are hidden.",
        invoke_without_command=True,
        context_settings={"help_option_names": []},
        rich_markup_mode=None,  # the plain help starts in half the time
        pretty_exceptions_enable=False,
    )
    app.callback()(with_help(_main))
    named = [word for word in words[:1] if word in _COMMANDS]
    for name in named or _COMMANDS:
        function = name.replace("-", "_")
        run_command: Callable[..., int] = getattr(import_module(f"hdrcli.cli.{function}"), function)
        command = _COMMANDS[name]
        app.command(name, cls=command.cls, short_help=command.short_help)(with_help(run_command))
    return app


def _print_version(value: bool) -> None:  # noqa: FBT001 -- Typer's callback
    if value:
        tell(f"hdrcli {__version__}")
        raise typer.Exit


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
