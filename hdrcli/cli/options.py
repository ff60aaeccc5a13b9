"""The options of `hdrcli check`, made from the fields of `Settings`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from inspect import Parameter, Signature, signature
from typing import Annotated, Final

import typer

from hdrcli import __version__
from hdrcli.settings import Setting, settings_with_options

IDENTIFIED: Final = (("User-Agent", f"hdrcli/{__version__}"),)
"""The setting `send` of commands that may be used on services of strangers."""


def with_options_of_settings(command: Callable[..., int]) -> Callable[..., int]:
    """Give `command`, which takes them as `**given`, a parameter for each option, in the order of the help.

    An option with the name of one of its own parameters is this parameter. Typer takes a command's parameters from its
    signature, in which `inspect` lets a function say its own.
    """
    return with_settings(setting.name for setting in settings_with_options())(command)


def with_options_of_comparisons(command: Callable[..., int]) -> Callable[..., int]:
    """As `with_options_of_settings`, with the options that mean something for two targets."""
    return with_settings(setting.name for setting in filter(is_for_comparisons, settings_with_options()))(command)


def is_for_comparisons(setting: Setting) -> bool:
    """Whether an option means something for two targets: those of requests do, and few of those of reports."""
    if setting.group in {"Policy", "Output"}:
        return setting.name in _OF_OUTPUT
    return setting.name not in _OF_ONE_TARGET


_OF_OUTPUT: Final = frozenset({"color", "show_secrets", "quiet"})
_OF_ONE_TARGET: Final = frozenset({"launch", "compare", "in_browser", "dry_run"})


def with_settings(names: Iterable[str]) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """As `with_options_of_settings`, for a command that takes only these settings."""
    wanted = frozenset(names)
    return lambda command: _with_parameters(command, wanted)


def _with_parameters(command: Callable[..., int], wanted: frozenset[str]) -> Callable[..., int]:
    parameters = signature(command, eval_str=True).parameters.values()
    own = [parameter for parameter in parameters if parameter.kind is not Parameter.VAR_KEYWORD]
    wanted -= {parameter.name for parameter in own}
    others = (_parameter(setting) for setting in settings_with_options() if setting.name in wanted)
    vars(command)["__signature__"] = Signature([*own, *others])
    return command


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
