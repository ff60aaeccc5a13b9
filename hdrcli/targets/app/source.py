"""Finds places in the app's own source, by its syntax trees: where CORS is configured, where a header is set."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property, partial
from pathlib import Path
from types import CodeType
from typing import Final, cast

from hdrcli.fetch.headers import is_token
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.records.location import Location, Raised
from hdrcli.structs import Record
from hdrcli.targets.app.own_source import own_file

Endpoint = Callable[..., object]

_LAYER: Final = "CORSMiddleware"
ADDING: Final = frozenset({"add_middleware", "Middleware"})
"""Calls whose first argument may be the layer."""
_LAYERS: Final = frozenset({_LAYER, "CORS", "cross_origin", "CORSConfig", "cors", "route_cors"})
"""Calls that add the layer themselves: a wrapped app, Flask-CORS, Litestar, Quart-CORS."""
_FLASK: Final = frozenset({"CORS", "cross_origin"})
_DJANGO_SETTING: Final = "CORS_"
DJANGO_LAYER: Final = "corsheaders.middleware.CorsMiddleware"
"""The entry of Django's MIDDLEWARE that is the CORS layer."""


class SourceFile(Record, frozen=True, kw_only=True):
    """One of the app's own files; `name` is relative to the current directory."""

    name: str
    tree: ast.Module

    def cors_calls(self) -> Iterator[ast.Call]:
        """The calls that add a CORS layer."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and is_cors_call(node):
                yield node


class AppSource:
    """See `SourceMap`. `endpoint` finds the function that responds to a method and a URL, `exception` what it raised.

    `outside` finds the middleware outside of the CORS layer in these files.
    """

    def __init__(
        self,
        endpoint: Callable[[str, str], object],
        exception: Callable[[str, str], Raised | None],
        outside: Callable[[tuple[SourceFile, ...]], Iterable[Location]],
    ) -> None:
        self._endpoint = cache(endpoint)
        self._exception = exception
        self._outside = outside

    @cached_property
    def files(self) -> tuple[SourceFile, ...]:
        """The files of the modules that are loaded."""
        names = {getattr(module, "__file__", None) for module in tuple(sys.modules.values())}
        own = sorted({name for name in map(own_file, names) if name is not None and name.endswith(".py")})
        return tuple(file for file in map(_parsed, own) if file is not None)

    def cors(self) -> tuple[Location, ...]:
        """See `SourceMap`."""
        return self._cors

    def cors_in_order(self) -> tuple[Location, ...]:
        """See `SourceMap`."""
        return self._entries or self._cors

    def outside(self) -> tuple[Location, ...]:
        """See `SourceMap`."""
        return tuple(self._outside(self.files))

    def header(self, name: str) -> tuple[Location, ...]:
        """See `SourceMap`."""
        return tuple(location for _, location in self._literals.get(byte_lowercase(name), ()))

    def spelling(self, name: str) -> str:
        """See `SourceMap`."""
        written = (text for text, _ in self._literals.get(byte_lowercase(name), ()))
        return next((text for text in written if text != name), name) if name == byte_lowercase(name) else name

    def route(self, method: str, url: str) -> Location | None:
        """See `SourceMap`."""
        code = _code_of(self._endpoint(method, url))
        file = own_file(code.co_filename) if code is not None else None
        if code is None or file is None:
            return None
        return Location(file=file, line=code.co_firstlineno, role="route")

    def exception(self, method: str, url: str) -> Raised | None:
        """See `SourceMap`."""
        return self._exception(method, url)

    @cached_property
    def _cors(self) -> tuple[Location, ...]:
        return tuple(
            Location(file=file.name, line=line, role="cors")
            for file in self.files
            for line in [*(call.lineno for call in file.cors_calls()), *_django_settings(file.tree)]
        )

    @cached_property
    def _entries(self) -> tuple[Location, ...]:
        """The CORS layer in Django's MIDDLEWARE."""
        return tuple(
            Location(file=file.name, line=node.lineno, role="cors")
            for file in self.files
            for node in ast.walk(file.tree)
            if isinstance(node, ast.Constant) and is_listed_layer(node)
        )

    @cached_property
    def _literals(self) -> dict[str, list[tuple[str, Location]]]:
        """The texts that may be header names, by lower case, each with its place; not those of CORS lists."""
        found: dict[str, list[tuple[str, Location]]] = {}
        for file in self.files:
            for node in _outside_of_cors(file.tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and is_token(node.value):
                    location = Location(file=file.name, line=node.lineno, role="header")
                    found.setdefault(byte_lowercase(node.value), []).append((node.value, location))
        return found


def is_cors_call(call: ast.Call) -> bool:
    """Whether a call adds a CORS layer, by the names of what is called."""
    name = name_of(call.func)
    return name in _LAYERS or (name in ADDING and bool(call.args) and name_of(call.args[0]) == _LAYER)


def is_listed_layer(node: ast.expr) -> bool:
    """Whether an expression is the CORS layer as the entry of a list: of Starlette's `middleware`, or of Django's."""
    match node:
        case ast.Call(func=called):
            return name_of(called) == "Middleware" and is_cors_call(node)
        case ast.Constant(value=value):
            return value == DJANGO_LAYER
        case _:
            return False


def is_middleware_call(call: ast.Call) -> bool:
    """Whether a call that adds a CORS layer has the arguments of Starlette's middleware."""
    return name_of(call.func) == _LAYER or name_of(call.func) in ADDING


def is_flask_call(call: ast.Call) -> bool:
    """Whether a call that adds a CORS layer has the arguments of Flask-CORS."""
    return name_of(call.func) in _FLASK


def name_of(node: ast.expr) -> str:
    """The last part of a dotted name; empty for any other expression."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _outside_of_cors(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call) and is_cors_call(node):
            continue
        yield node
        yield from _outside_of_cors(node)


def _django_settings(tree: ast.Module) -> Iterator[int]:
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(target, ast.Name) and target.id.startswith(_DJANGO_SETTING):
            yield node.lineno


def _parsed(name: str) -> SourceFile | None:
    try:
        return SourceFile(name=name, tree=ast.parse(Path(name).read_bytes()))
    except (OSError, SyntaxError, ValueError, RecursionError):  # changed since it was imported
        return None


def _code_of(endpoint: object) -> CodeType | None:
    while isinstance(endpoint, partial):
        endpoint = endpoint.func
    if endpoint is None:
        return None
    endpoint = inspect.unwrap(cast("Endpoint", endpoint))
    return getattr(endpoint, "__code__", None)
