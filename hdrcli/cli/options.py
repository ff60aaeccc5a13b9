"""The options of `hdrcli check`, made from the fields of `Settings`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from inspect import Parameter, Signature, signature
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from hdrcli.records.errors import UsageError
from hdrcli.settings import Setting, Settings, settings_with_options

if TYPE_CHECKING:
    from hdrcli.config.configuration import Configuration

Given = Sequence[str] | bool | None
"""One option as Typer hands it over: its texts, a switch's position, or None if the option was not given."""


def with_options_of_settings(command: Callable[..., int]) -> Callable[..., int]:
    """Give `command`, which takes them as `**given`, a parameter for each option, in the order of the help.

    An option with the name of one of its own parameters is this parameter. Typer takes a command's parameters from its
    signature, in which `inspect` lets a function say its own.
    """
    return _with_options(command, settings_with_options())


def with_options_of_comparisons(command: Callable[..., int]) -> Callable[..., int]:
    """As `with_options_of_settings`, with the options that mean something for two targets."""
    return _with_options(command, filter(is_for_comparisons, settings_with_options()))


def is_for_comparisons(setting: Setting) -> bool:
    """Whether an option means something for two targets: those of requests do, and few of those of reports."""
    if setting.group in {"Policy", "Output"}:
        return setting.name in _OF_OUTPUT
    return setting.name not in _OF_ONE_TARGET


_OF_OUTPUT: Final = frozenset({"color", "show_secrets", "quiet"})
_OF_ONE_TARGET: Final = frozenset({"launch", "compare", "in_browser", "dry_run"})


def _with_options(command: Callable[..., int], settings: Iterable[Setting]) -> Callable[..., int]:
    parameters = signature(command, eval_str=True).parameters.values()
    own = [parameter for parameter in parameters if parameter.kind is not Parameter.VAR_KEYWORD]
    names = {parameter.name for parameter in own}
    others = (_parameter(setting) for setting in settings if setting.name not in names)
    vars(command)["__signature__"] = Signature([*own, *others])
    return command


def settings_from(
    targets: tuple[str, ...],
    given: Mapping[str, Given],
    environment: Mapping[str, str],
    configuration: Configuration | None = None,
) -> tuple[Settings, dict[str, str]]:
    """The settings, and the source of each one that was given: {"--origin": "HDRCLI_ORIGIN"}.

    A flag takes precedence over an environment variable, and that over the configuration; an empty variable counts as
    unset. Raises `UsageError` for a text that is not a value of its option.
    """
    values, sources = _values(given, environment)
    if configuration is None:
        return Settings(targets=targets, **values), sources
    from hdrcli.config.merging import merged

    return merged(configuration, targets, values, sources)


def _values(given: Mapping[str, Given], environment: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The values of flags and environment variables, by the field, and their sources, by the long flag."""
    values: dict[str, Any] = {}  # each reader makes its field's type: tests/cli/test_options.py
    sources: dict[str, str] = {}
    for name, _, _, option in settings_with_options():
        source = long_flag = option.flags[0]
        value = given.get(name)
        variable = environment.get(option.environment_variable, "")
        try:
            if isinstance(value, bool):
                values[name] = value
            elif texts := [value] if isinstance(value, str) else list(value or ()):
                values[name] = option.read_flags(texts)
            elif variable.strip():
                source = option.environment_variable
                values[name] = option.read_variable(variable)
        except ValueError as error:
            raise UsageError(str(error), option=source) from None
        if name in values:
            sources[long_flag] = source
    return values, sources


def _completing(choices: tuple[str, ...]) -> Callable[[str], list[str]]:
    """What a shell offers for the beginning of a value."""

    def complete(incomplete: str) -> list[str]:
        return [choice for choice in choices if choice.startswith(incomplete)]

    return complete


def _parameter(setting: Setting) -> Parameter:
    option = setting.option
    if option.is_switch:
        (on, *short), (off, *short_off) = option.on, option.off
        flags = [f"{on}/{off}", *short, *(f" /{flag}" for flag in short_off)]
        annotation: object = Annotated[bool | None, typer.Option(*flags)]
    else:
        offered = option.choices or option.offered
        completed = _completing(offered) if offered else None
        kind = list[str] if option.separator else str
        annotation = Annotated[kind | None, typer.Option(*option.flags, autocompletion=completed)]
    return Parameter(setting.name, Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
