"""The configuration of a file: values of options, services, expectations and accepted findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from hdrcli.config.contract import read_ignored, read_routes
from hdrcli.config.document import Document, Table, type_name
from hdrcli.config.values import Reader
from hdrcli.config.variables import UnsetVariableError, expand
from hdrcli.settings import Setting, settings_with_options
from hdrcli.settings.contract import Expectation, Ignored
from hdrcli.structs import Record

TABLES: Final = ("services", "routes", "ignore")
"""The keys that are not options. The option --ignore is [[ignore]] here, where each finding has its reason."""

OWN_SERVICE_KEYS: Final = ("url", "paths")
_GROUPS_OF_A_SERVICE: Final = frozenset({"Page", "Routes", "Network"})
_NOT_OF_A_SERVICE: Final = frozenset({"base-url", "browser", "dry-run", "in-browser", "max-time"})
"""Options of these groups that are about the run, or about apps."""
_SCHEMES: Final = ("http://", "https://")


class Given(Record, frozen=True, kw_only=True):
    """A value of the file; `key` names it and its line: "hdrcli.toml:3 origin"."""

    value: object
    key: str


class ServiceTable(Record, frozen=True, kw_only=True):
    """A service: its URLs, and its values of options by the field of `Settings`; `problem` says why it has none."""

    name: str
    place: str
    urls: tuple[str, ...] = ()
    values: Mapping[str, Given]
    problem: str = ""


class Configuration(Record, frozen=True, kw_only=True):
    """What a file says. `values` are those of options by the field of `Settings`.

    `secrets` are the values of the environment variables in headers and cookies.
    """

    document: Document
    values: Mapping[str, Given]
    services: tuple[ServiceTable, ...]
    contract: tuple[Expectation, ...]
    ignored: tuple[Ignored, ...]
    secrets: tuple[str, ...]


def options_of_file() -> dict[str, Setting]:
    """The options that a file may have, by their keys."""
    return {
        setting.option.key: setting
        for setting in settings_with_options()
        if setting.option.in_file == "anywhere" and setting.option.key not in TABLES
    }


def options_of_service() -> dict[str, Setting]:
    """The options that a service may have, by their keys: about the page, its routes, its network and its stack."""
    return {
        setting.option.key: setting
        for setting in settings_with_options()
        if setting.group in _GROUPS_OF_A_SERVICE or setting.name == "stack"
        if setting.option.in_file != "nowhere" and setting.option.key not in _NOT_OF_A_SERVICE
    }


def read_configuration(document: Document, environment: Mapping[str, str]) -> Configuration:
    """The configuration of a file; raises `UsageError` for all that is not one, with its line.

    An unset variable in a service's table is a problem of that service only.
    """
    secrets: dict[str, None] = {}
    reader = Reader(document, environment, secrets)
    options = options_of_file()
    _explain_refused(document)
    document.refuse_unknown(document.table, (*options, *TABLES))
    try:
        values = _values(reader, document.table, options)
    except UnsetVariableError as error:
        raise document.error(str(error)) from None
    table = document.table
    return Configuration(
        document=document,
        values=values,
        services=tuple(_services(reader, table.get("services", {}))),
        contract=tuple(read_routes(document, table.get("routes", {}))),
        ignored=tuple(read_ignored(document, table.get("ignore", []))),
        secrets=tuple(secrets),
    )


def _explain_refused(document: Document) -> None:
    """Raise `UsageError` for an option that a file cannot have, or only for a service."""
    for setting in settings_with_options():
        option = setting.option
        if option.key not in document.table or option.in_file == "anywhere":
            continue
        if option.in_file == "service":
            where = document.title("services", "NAME")
            raise document.error(f'"{option.key}" is only for a service that is named: move it to {where}.', option.key)
        raise document.error(f'"{option.key}" is not for files: use {option.flags[0]}.', option.key)


def _values(reader: Reader, table: Table, options: Mapping[str, Setting], *keys: str) -> dict[str, Given]:
    document = reader.document
    values = {}
    for key, value in table.items():
        if key not in options:
            continue
        place = (*keys, key)
        try:
            read = reader.read(options[key].option, value, *place)
        except UnsetVariableError as error:
            raise UnsetVariableError(f"{key}: {error}") from None
        values[options[key].name] = Given(value=read, key=f"{document.place(*place)} {key}")
    return values


def _services(reader: Reader, value: object) -> Iterator[ServiceTable]:
    document = reader.document
    for name, content in document.table_at(value, "services").items():
        table = document.table_at(content, "services", name)
        yield _service(reader, name, table)


def _service(reader: Reader, name: str, table: Table) -> ServiceTable:
    from hdrcli.targets.named import is_name

    document = reader.document
    keys = ("services", name)
    options = options_of_service()
    if is_name(name) is None:
        raise document.error(f'"{name}" is not a name for a service: use letters, digits, - and _.', *keys)
    document.refuse_unknown(table, (*OWN_SERVICE_KEYS, *options), *keys)
    place = document.place(*keys)
    try:
        urls = tuple(_urls(reader, name, table))
        return ServiceTable(name=name, place=place, urls=urls, values=_values(reader, table, options, *keys))
    except UnsetVariableError as error:
        return ServiceTable(name=name, place=place, values={}, problem=f"{place}: {name}: {error}")


def _urls(reader: Reader, name: str, table: Table) -> Iterator[str]:
    """The URL of a service, or those of its paths."""
    document = reader.document
    keys = ("services", name)
    text = table.get("url", "")
    if not isinstance(text, str):
        raise document.error(f'"url" must be a string, not {type_name(text)}.', *keys, "url")
    url, _ = expand(text, reader.environment)  # redacted as all URLs are
    if not url and "{port}" in str(table.get("launch", "")):
        url = "http://127.0.0.1:{port}"
    if not url.lower().startswith(_SCHEMES):
        raise document.error(f'{name} needs a URL in full: url = "https://api.example".', *keys, "url")
    paths = table.get("paths")
    if paths is None:
        yield url
        return
    if not (isinstance(paths, list) and paths and all(isinstance(path, str) and path[:1] == "/" for path in paths)):
        raise document.error('"paths" must be an array of strings that begin with "/".', *keys, "paths")
    if "?" in url or "#" in url:
        raise document.error('"url" has a query or a fragment, and there are paths: move it to them.', *keys, "url")
    yield from (url.rstrip("/") + path for path in paths)
