"""Imports an app: `package.module:attribute`, where the attribute may be a function that makes the app."""

from __future__ import annotations

import importlib
import inspect
import os
import sys
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final, Literal, cast

from hdrcli.records.errors import UsageError
from hdrcli.structs import Record
from hdrcli.targets.app.own_source import described, own_file

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from hdrcli.wire.over_asgi import ASGIApp

Interface = Literal["asgi", "wsgi", "factory"]

PREFERRED: Final = ("app", "api", "application")
FACTORIES: Final = ("create_app", "make_app")

_ASGI_ARGUMENTS: Final = 3
_WSGI_ARGUMENTS: Final = 2


class AppName(Record, frozen=True, kw_only=True):
    """What to import. An empty `attribute` stands for the one that is most likely the app."""

    module: str
    attribute: str = ""
    folders: tuple[Path, ...]
    """In which modules are looked for first."""
    environment: tuple[tuple[str, str], ...] = ()
    """Variables that the project's own commands set, unless they are set already."""

    def __str__(self) -> str:
        return f"{self.module}:{self.attribute}"


class LoadedApp(Record, frozen=True, kw_only=True):
    """An app by the name that leads to it."""

    name: str
    asgi: ASGIApp | None
    wsgi: WSGIApplication | None

    @property
    def app(self) -> object:
        return self.asgi or self.wsgi


def load(name: AppName) -> LoadedApp:
    """Import the app. Raises `UsageError` with one sentence on what is missing, or on what was raised where."""
    for variable, value in name.environment:
        os.environ.setdefault(variable, value)
    for folder in reversed(name.folders):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
    module = _import(name)
    attribute = name.attribute or _likely_app(module)
    found: object = module
    for part in attribute.split("."):
        if not hasattr(found, part):
            raise UsageError(_without_attribute(name, module, attribute))
        found = getattr(found, part)
    full_name = f"{name.module}:{attribute}"
    if interface_of(found) == "factory":
        found = _made_by(found, full_name)
    return loaded(found, full_name)


def loaded(found: object, name: str) -> LoadedApp:
    """An object as an app. Raises `UsageError` if it is none."""
    interface = interface_of(found)
    if interface not in {"asgi", "wsgi"}:
        raise UsageError(f'"{name}" is a {type(found).__name__}, which is neither an ASGI app nor a WSGI app.')
    is_asgi = interface == "asgi"
    return LoadedApp(
        name=name,
        asgi=cast("ASGIApp", found) if is_asgi else None,
        wsgi=None if is_asgi else cast("WSGIApplication", found),
    )


def interface_of(found: object) -> Interface | None:
    """How this object is called, by the number of arguments that it needs; None if it is not an app."""
    if not callable(found):
        return None
    try:
        parameters = inspect.signature(found).parameters.values()
    except (TypeError, ValueError):  # made in C, without a signature
        return None
    positional = [each for each in parameters if each.kind in {each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD}]
    needed = [each for each in positional if each.default is each.empty]
    has_any = any(each.kind is each.VAR_POSITIONAL for each in parameters)
    if isinstance(found, type):
        return "factory" if not needed and not has_any else None
    if inspect.iscoroutinefunction(found) or inspect.iscoroutinefunction(type(found).__call__):
        return "asgi" if len(needed) == _ASGI_ARGUMENTS or has_any else None
    if len(needed) == _ASGI_ARGUMENTS:
        return "asgi"
    if len(needed) == _WSGI_ARGUMENTS:
        return "wsgi"
    return "factory" if not needed and not has_any else None


def _import(name: AppName) -> ModuleType:
    try:
        return importlib.import_module(name.module)
    except ModuleNotFoundError as error:
        if error.name is not None and f"{name.module}.".startswith(f"{error.name}."):
            raise UsageError(_without_module(name)) from None
        raise UsageError(f'"{name.module}" cannot be imported: {described(error)}.') from None
    except BaseException as error:  # noqa: BLE001 -- SystemExit, too: it is reported
        raise UsageError(f'"{name.module}" cannot be imported: {described(error)}.') from None


def _made_by(factory: object, name: str) -> object:
    try:
        return cast("type[object]", factory)()
    except BaseException as error:  # noqa: BLE001 -- SystemExit, too: it is reported
        raise UsageError(f'"{name}" cannot make the app: {described(error)}.') from None


def _without_module(name: AppName) -> str:
    looked = " and ".join(str(folder) for folder in name.folders)
    modules = [path.stem for folder in name.folders for path in sorted(folder.glob("*.py"))]
    near = get_close_matches(name.module, modules, 1)
    hint = f": do you mean {near[0]}:{name.attribute or 'app'}?" if near else "."
    return f'There is no module "{name.module}" in {looked}{hint}'


def _without_attribute(name: AppName, module: ModuleType, attribute: str) -> str:
    apps = [found for found in dir(module) if _is_app_of(module, found)]
    hint = f"its apps are {', '.join(apps)}." if apps else "it has no app."
    return f'"{name.module}" has no "{attribute}": {hint}'


def _likely_app(module: ModuleType) -> str:
    """As `fastapi dev` chooses: `app`, `api`, then the first app; then a function that makes one.

    Source: https://github.com/fastapi/fastapi-cli/blob/main/src/fastapi_cli/discover.py
    """
    names = [*PREFERRED, *dir(module)]
    found = next((name for name in names if _is_app_of(module, name)), None)
    found = found or next((name for name in FACTORIES if callable(getattr(module, name, None))), None)
    if found is None:
        where = own_file(module.__file__) or module.__name__
        raise UsageError(f"{where} has no app: name it, such as {module.__name__}:app.")
    return found


def _is_app_of(module: ModuleType, name: str) -> bool:
    """Whether it is an object that a framework calls an app. Functions and classes may be anything."""
    found = getattr(module, name, None)
    if name.startswith("_") or inspect.isclass(found) or inspect.isroutine(found):
        return False
    return interface_of(found) in {"asgi", "wsgi"}
