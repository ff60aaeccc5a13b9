"""The help of `hdrcli check`: its options by group, then examples and exit statuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import wraps
from inspect import Parameter, Signature, signature
from itertools import groupby
from typing import Annotated, ClassVar, Final, ParamSpec, Protocol, TypeVar, cast

import typer
from typer.core import TyperCommand

from hdrcli.cli.configured import HELP
from hdrcli.cli.options import is_for_comparisons
from hdrcli.cli.streams import tell
from hdrcli.settings import Setting, settings_with_options

P = ParamSpec("P")
R = TypeVar("R")

_HELP: Final = ("-h, --help", "Print this help.")
_ALL_OPTIONS: Final = 'All other options are those of hdrcli check: see "hdrcli check --help".'
_TARGET: Final = (
    ("URL", "A URL to check, with or without http://. Without a path: all routes of its OpenAPI document."),
    ("APP", "An ASGI or WSGI app to check in process: package.module:app, a Python file, or . for the project's app."),
    ("NAME", "A service of the configuration."),
    ("@FILE", "A file with a request on each line: URL or METHOD URL."),
    ("'curl ...'", "The request of a curl command, which is parsed and never run. The command may also be in a file."),
    (
        "FILE",
        (
            "A recording, judged without sending anything: a HAR of DevTools, the output of curl -i or curl -v, or a "
            "JSON report with --exchanges."
        ),
    ),
    ("-", "Standard input: requests as in @FILE, a curl command, or a recording."),
)
_ACTIONS: Final = (
    ("--diff", "Print the changes to the app's source that make headers readable, instead of a report."),
    ("--fix", "Add the headers that the app sends to its expose list, if the list is a literal in its source."),
    (
        "--unsafe-fixes",
        (
            "With --diff or --fix: also allow the page of --origin, its credentials, methods and request headers, and "
            "move the CORS layer around other middleware."
        ),
    ),
    ("--watch", "Check the app or the --launch command again whenever its source changes, until Ctrl-C."),
    ("--sample", "Start the bundled sample app and check its routes."),
    _HELP,
)
_EXAMPLES: Final = (
    "hdrcli check .",
    "hdrcli check http://localhost:8000",
    "hdrcli check http://localhost:8000/items",
    "hdrcli check http://localhost:8000 -H 'Authorization: Bearer TOKEN'",
    "hdrcli check https://api.example/items --origin https://app.example",
    "hdrcli check https://api.example/me --cookie sid=1 --browser safari,firefox",
    "hdrcli check https://api.example/items --json '{}' --bearer \"$TOKEN\"",
    "hdrcli check https://api.example/items -X PUT -H 'X-Trace: 1' -d @item.txt",
    "hdrcli check https://api.example/items --expect-readable X-Total-Count",
    "hdrcli check https://api.example/items --format json --output report.json",
    "hdrcli check http://localhost:8000/mcp --profile mcp --origin https://app.example",
    "hdrcli check recording.har",
)
_TWO_TARGETS: Final = (
    "A and B are targets of the same kinds as for hdrcli check: a URL, an app, a service of the configuration, a "
    "recording, or a saved report. Routes are matched by method, path and query. Options apply to both targets. Put "
    "headers that only one target may get into its service in the configuration."
)
_OF_COMPARE: Final = (
    ("--ignore-header NAME", "Do not compare this header. 'X-*' stands for all headers with such names. Repeatable."),
    ("--format [table|json|markdown]", "The format of the report. Default: table."),
    ("-o, --output FILE", "Write the report to this file; - is standard output."),
)
_COMPARISONS: Final = (
    "hdrcli compare https://staging.example https://api.example --origin https://app.example",
    "hdrcli compare staging production",
    "hdrcli compare before.json http://localhost:8000",
    "hdrcli compare before.json after.json --ignore-header server",
)
_ENVIRONMENT: Final = (
    "Every option has an environment variable, which a flag overrides: HDRCLI_FAIL_ON is --fail-on. Switches are 1 or "
    "0. Separate several headers or cookies by line breaks, and the values of other repeatable options by commas, "
    "which flags accept, too."
)
EXIT_STATUSES: Final = (
    ("0", "Nothing failed."),
    (
        "1",
        (
            "A finding, an expectation, a blocked response with --fail-on-blocked, a single route without a response, "
            "the time limit of --max-time, or a real browser that differs from its simulation."
        ),
    ),
    ("2", "Wrong usage, nothing was verified, or the report could not be written."),
    ("3", "A named service gave no response at all."),
    ("70", "A bug of hdrcli."),
    ("130", "Interrupted."),
)
COMPARISON_STATUSES: Final = (
    ("0", "No difference."),
    ("1", "A difference, a route without a response on both sides, or the time limit of --max-time."),
    ("2", "Wrong usage, nothing was compared, or the report could not be written."),
    ("3", "A named service gave no response at all."),
)
PRECEDENCE: Final = (
    "If several apply, wrong usage and a report that could not be written take precedence over 3, 3 over 1, and 1 over "
    "the 2 of a run that verified nothing."
)


def with_help(command: Callable[P, R]) -> Callable[P, R]:
    """Give `command` the option --help.

    Typer's own writes to standard output by itself: ours goes the way of all output, and so reports a full disk.
    """

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        kwargs.pop(_HELP_OPTION.name)
        return command(*args, **kwargs)

    parameters = signature(command, eval_str=True).parameters.values()
    vars(run)["__signature__"] = Signature([*parameters, _HELP_OPTION])
    return run


def _print_help(context: typer.Context, value: bool) -> None:  # noqa: FBT001 -- Typer's callback
    if value:
        tell(context.get_help())
        raise typer.Exit


_HELP_OPTION: Final = Parameter(
    "show_help",
    Parameter.KEYWORD_ONLY,
    default=False,
    annotation=Annotated[
        bool,
        typer.Option("-h", "--help", is_eager=True, callback=_print_help, help="Print this help."),
    ],
)


class _Formatter(Protocol):
    """The part of Typer's formatter that is used here."""

    def section(self, name: str) -> AbstractContextManager[None]: ...
    def write_dl(self, rows: Sequence[tuple[str, str]]) -> None: ...
    def write_text(self, text: str) -> None: ...


class Command(TyperCommand):
    """A command whose usage line has the arguments that are needed without braces, as that of other programs."""

    def collect_usage_pieces(self, ctx: object) -> list[str]:
        """The parts of the usage line behind the command's name."""
        return [piece.strip("{}") for piece in super().collect_usage_pieces(cast("typer.Context", ctx))]


class CheckCommand(Command):
    """A command whose help has a heading for each group of settings."""

    def format_options(self, ctx: object, formatter: _Formatter) -> None:
        """Write all that stands below the usage line and the description."""
        del ctx  # needed by formatters of single options only
        with formatter.section("Target"):
            formatter.write_dl(_TARGET)
        with formatter.section("Actions"):
            formatter.write_dl(_ACTIONS)
        with formatter.section("Configuration"):
            formatter.write_dl(HELP)
        for group, settings in groupby(settings_with_options(), lambda setting: setting.group):
            with formatter.section(group):
                formatter.write_dl([(_flags(setting), _help(setting)) for setting in settings])
        with formatter.section("Examples"):
            formatter.write_dl([(example, "") for example in _EXAMPLES])
        with formatter.section("Environment"):
            formatter.write_text(_ENVIRONMENT)
        with formatter.section("Exit status"):
            formatter.write_dl(EXIT_STATUSES)
            formatter.write_text(PRECEDENCE)


class FewSettingsCommand(Command):
    """A command that takes few of the settings: `names`, of which some have a help of their own."""

    heading: ClassVar[str]
    rows: ClassVar[Sequence[tuple[str, str]]]
    names: ClassVar[frozenset[str]]
    helps: ClassVar[Mapping[str, str]]
    examples: ClassVar[Sequence[str]]
    statuses: ClassVar[Sequence[tuple[str, str]]]

    def format_options(self, ctx: object, formatter: _Formatter) -> None:
        """Write all that stands below the usage line and the description."""
        del ctx
        with formatter.section(self.heading):
            formatter.write_dl([*self.rows, _HELP])
        wanted = (setting for setting in settings_with_options() if setting.name in self.names)
        for group, settings in groupby(wanted, lambda setting: setting.group):
            with formatter.section(group):
                formatter.write_dl(
                    [(_flags(setting), self.helps.get(setting.name) or _help(setting)) for setting in settings]
                )
        with formatter.section("Examples"):
            formatter.write_dl([(example, "") for example in self.examples])
        with formatter.section("Exit status"):
            formatter.write_dl(self.statuses)


class CompareCommand(Command):
    """A command that takes options of `check` besides its own."""

    def format_options(self, ctx: object, formatter: _Formatter) -> None:
        """Write its own options, which others it takes, and examples."""
        del ctx
        with formatter.section("Targets"):
            formatter.write_text(_TWO_TARGETS)
        with formatter.section("Options"):
            formatter.write_dl([*_OF_COMPARE, *HELP, _HELP])
        with formatter.section("Options of hdrcli check, for both targets"):
            settings = filter(is_for_comparisons, settings_with_options())
            formatter.write_text(", ".join(_long_flag(setting) for setting in settings))
        with formatter.section("Examples"):
            formatter.write_dl([(example, "") for example in _COMPARISONS])
        with formatter.section("Exit status"):
            formatter.write_dl(COMPARISON_STATUSES)


class ConfigCommand(Command):
    """A command that takes the options of `check` besides its own."""

    def format_options(self, ctx: object, formatter: _Formatter) -> None:
        """Write its own options, and where the others are."""
        del ctx
        with formatter.section("Options"):
            formatter.write_dl([("--format [toml|json]", "The format. Default: toml."), *HELP, _HELP])
            formatter.write_text(_ALL_OPTIONS)


class InitCommand(Command):
    """As `ConfigCommand`."""

    def format_options(self, ctx: object, formatter: _Formatter) -> None:
        """Write its own options, and where the others are."""
        del ctx
        with formatter.section("Options"):
            formatter.write_dl([("-o, --output FILE", "The file, which must not exist. Default: hdrcli.toml."), _HELP])
            formatter.write_text(_ALL_OPTIONS)


def _long_flag(setting: Setting) -> str:
    """`--method`; of a switch, the flag that changes its default, or both if the default is neither."""
    option = setting.option
    if option.is_switch and setting.default is None:
        return f"{option.on[0]}, {option.off[0]}"
    return _changing_flags(setting)[0]


def _changing_flags(setting: Setting) -> Sequence[str]:
    """The flags that change the default, the long one first: --no-probe, not --probe."""
    option = setting.option
    if option.is_switch:
        return option.off if setting.default is True else option.on
    return option.flags


def _flags(setting: Setting) -> str:
    """`-X, --method METHOD`; of a switch, the flags that change its default, or both if the default is neither."""
    option = setting.option
    if option.is_switch and setting.default is None:
        return _long_flag(setting)
    long, *others = _changing_flags(setting)
    return f"{', '.join([*others, long])} {option.metavar}".rstrip()


def _help(setting: Setting) -> str:
    option, default = setting.option, setting.default
    repeatable = " Repeatable." if option.separator else ""
    has_plain_default = not option.is_switch and default not in {None, ()} and "Default: " not in option.help
    return f"{option.help}{repeatable}" + (f" [default: {default}]" if has_plain_default else "")
