"""Settings from a configuration and from what takes precedence over it: flags, then environment variables.

A service's table takes precedence over the rest of the file. Its headers are added to the page's: of two headers with
one name, that of the flag or the variable stays, or else the service's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hdrcli.config.configuration import Configuration, ServiceTable
from hdrcli.fetch.headers import Header
from hdrcli.settings import NamedService, Settings, settings_with_options

Values = dict[str, Any]  # each reader makes its field's type: tests/config/test_values.py

_FLAGS: Final = {setting.name: setting.option.flags[0] for setting in settings_with_options()}


def merged(
    configuration: Configuration, targets: tuple[str, ...], given: Values, sources: Mapping[str, str]
) -> tuple[Settings, dict[str, str]]:
    """The settings, and their sources by the long flags; `given` are the values that take precedence."""
    from_file = {name: each for name, each in configuration.values.items() if name not in given}
    values: Values = {name: each.value for name, each in from_file.items()} | given
    all_sources = {_FLAGS[name]: each.key for name, each in from_file.items()} | dict(sources)
    settings = Settings(
        targets=targets,
        contract=configuration.contract,
        ignored=configuration.ignored,
        services=tuple(_service(configuration, table, values, given, all_sources) for table in configuration.services),
        secrets=configuration.secrets,
        **values,
    )
    return settings, all_sources


def _service(
    configuration: Configuration, table: ServiceTable, values: Values, given: Values, sources: Mapping[str, str]
) -> NamedService:
    own = {name: each for name, each in table.values.items() if name not in given or name == "headers"}
    its_values = values | {name: each.value for name, each in own.items()}
    headers: tuple[Header, ...] = its_values.get("headers", ()) if "headers" in own else ()
    headers, its_values["headers"] = _headers(headers, values.get("headers", ()), from_outside="headers" in given)
    bound = {name.lower() for name, _ in headers} | ({"authorization"} if own.keys() & {"bearer", "user"} else set())
    return NamedService(
        name=table.name,
        settings=Settings(
            targets=table.urls,
            contract=configuration.contract,
            ignored=configuration.ignored,
            secrets=configuration.secrets,
            **its_values,
        ),
        bound=frozenset(bound),
        sources=tuple((dict(sources) | {_FLAGS[name]: each.key for name, each in own.items()}).items()),
        problem=table.problem,
    )


def _headers(
    own: tuple[Header, ...], others: tuple[Header, ...], *, from_outside: bool
) -> tuple[tuple[Header, ...], tuple[Header, ...]]:
    """The service's own headers that are sent, and all that are sent."""
    if from_outside:
        replaced = {name.lower() for name, _ in others}
        own = tuple(header for header in own if header[0].lower() not in replaced)
    names = {name.lower() for name, _ in own}
    return own, (*(header for header in others if header[0].lower() not in names), *own)
