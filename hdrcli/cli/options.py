"""The options of `hdrcli check`, made from the fields of `Settings`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from inspect import Parameter, Signature, signature
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hdrcli.records.errors import UsageError
from hdrcli.settings import Setting, Settings, settings_with_options
from hdrcli.settings.option import STANDARD_INPUT, text_or_file

if TYPE_CHECKING:
    from hdrcli.config.configuration import Configuration

Given = Sequence[str] | bool | None
"""One option as Typer hands it over: its texts, a switch's position, or None if the option was not given."""


def with_options_of_settings(command: Callable[..., int]) -> Callable[..., int]:
    """Give `command`, which takes them as `**given`, a parameter for each option, in the order of the help.

    An option with the name of one of its own parameters is this parameter. Typer takes a command's parameters from its
    signature, in which `inspect` lets a function say its own.
    """
    parameters = signature(command, eval_str=True).parameters.values()
    own = [parameter for parameter in parameters if parameter.kind is not Parameter.VAR_KEYWORD]
    names = {parameter.name for parameter in own}
    others = (_parameter(setting) for setting in settings_with_options() if setting.name not in names)
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
    _check_standard_input(targets, given)
    values, sources = _values(given, environment)
    if configuration is None:
        return Settings(targets=targets, given=_flags(sources), **values), sources
    from hdrcli.config.merging import merged

    settings, sources = merged(configuration, targets, values, sources)
    return replace(settings, given=_flags(sources)), sources


def _check_standard_input(targets: tuple[str, ...], given: Mapping[str, Given]) -> None:
    """Raise `UsageError` if more than one word stands for standard input."""
    readers = ["a target"] * targets.count(STANDARD_INPUT)
    for name, _, _, option in settings_with_options():
        if option.read is text_or_file and given.get(name) == f"@{STANDARD_INPUT}":
            readers.append(option.flags[0])
    if len(readers) > 1:
        raise UsageError(f"Standard input can be read only once: it is named by {' and by '.join(readers)}.")


def _flags(sources: Mapping[str, str]) -> frozenset[str]:
    return frozenset(flag for flag, source in sources.items() if flag == source)


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
