"""Settings from flags, environment variables and the configuration, which take precedence in this order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hdrcli.config import finding
from hdrcli.records.errors import UsageError
from hdrcli.settings import Settings, settings_with_options
from hdrcli.settings.option import STANDARD_INPUT, switch, text_or_file
from hdrcli.structs import replace

if TYPE_CHECKING:
    from hdrcli.config.configuration import Configuration

Given = Sequence[str] | bool | None
"""One option as Typer hands it over: its texts, a switch's position, or None if the option was not given."""


def configuration(
    config: str | None, environment: Mapping[str, str], *, no_config: bool = False
) -> Configuration | None:
    """The configuration in the file of `--config`, or the project's, if there is one.

    Raises `UsageError` for one that cannot be read.
    """
    if no_config:
        if config is not None:
            raise UsageError("contradicts --no-config: omit one.", option="--config")
        return None
    document = finding.find(Path.cwd()) if config is None else finding.read(config)
    if document is None:
        return None
    from hdrcli.config.configuration import read_configuration

    return read_configuration(document, environment)


def settings_of_project(targets: tuple[str, ...], environment: Mapping[str, str]) -> tuple[Settings, dict[str, str]]:
    """As `settings_from`, without flags: the file may be named by a variable, or switched off by one."""
    no_config = environment.get("HDRCLI_NO_CONFIG", "").strip()
    try:
        without = bool(no_config) and switch(no_config)
    except ValueError as error:
        raise UsageError(str(error), option="HDRCLI_NO_CONFIG") from None
    project = configuration(environment.get("HDRCLI_CONFIG") or None, environment, no_config=without)
    return settings_from(targets, {}, environment, project)


def settings_from(
    targets: tuple[str, ...],
    given: Mapping[str, Given],
    environment: Mapping[str, str],
    configuration: Configuration | None = None,
    names: Collection[str] | None = None,
) -> tuple[Settings, dict[str, str]]:
    """The settings, and the source of each one that was given: {"--origin": "HDRCLI_ORIGIN"}.

    A flag takes precedence over an environment variable, and that over the configuration; an empty variable counts as
    unset. Of a command with few options, `names` are the settings whose variables count. Raises `UsageError` for a
    text that is not a value of its option.
    """
    _check_standard_input(targets, given)
    values, sources = _values(given, environment, names)
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


def _values(
    given: Mapping[str, Given], environment: Mapping[str, str], names: Collection[str] | None
) -> tuple[dict[str, Any], dict[str, str]]:
    """The values of flags and environment variables, by the field, and their sources, by the long flag."""
    values: dict[str, Any] = {}  # each reader makes its field's type: tests/cli/test_options.py
    sources: dict[str, str] = {}
    for name, _, _, option in settings_with_options():
        if names is not None and name not in names:
            continue
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
