"""The middleware outside of an app's CORS layer: what it responds itself has no CORS headers.

Starlette keeps its middleware in order, outermost first; Django's is a setting. Where it is added, is searched by name.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from typing import Any

from hdrcli.records.location import Location
from hdrcli.targets.app.frameworks import is_starlette_cors, layers, stack_of
from hdrcli.targets.app.own_source import own_file
from hdrcli.targets.app.source import ADDING, DJANGO_LAYER, SourceFile, name_of


def outside_of_cors(app: object, files: tuple[SourceFile, ...]) -> Iterator[Location]:
    """Where this middleware is added in the user's own source, as far as that is found."""
    for each in _middleware(app):
        name = each if isinstance(each, str) else getattr(each, "__name__", "")
        detail = name.rpartition(".")[2]
        code = getattr(each, "__code__", None)
        file = None if code is None else own_file(code.co_filename)
        if code is not None and file is not None:
            yield Location(file=file, line=code.co_firstlineno, role="outside", detail=detail)
            continue
        for source in files:
            lines = (node.lineno for node in ast.walk(source.tree) if isinstance(node, ast.expr) and _adds(node, name))
            yield from (Location(file=source.name, line=line, role="outside", detail=detail) for line in lines)


def _middleware(app: object) -> tuple[object, ...]:
    """Outermost first: classes, functions that get each request, and of Django the names of its setting.

    It is empty for an app without a CORS layer, and for other frameworks.
    """
    if stack_of(app) == "django":
        settings = getattr(sys.modules.get("django.conf"), "settings", None)
        names = [*getattr(settings, "MIDDLEWARE", ())]
        return tuple(names[: names.index(DJANGO_LAYER)]) if DJANGO_LAYER in names else ()
    outside: list[object] = []
    for layer in layers(app):
        if is_starlette_cors(type(layer)):
            return tuple(outside)
        added = getattr(layer, "user_middleware", None)
        if added is None:
            outside.append(type(layer))
            continue
        for each in added:
            if is_starlette_cors(each.cls):
                return tuple(outside)
            outside.append(_function_of(each) or each.cls)
    return ()


def _adds(node: ast.expr, name: str) -> bool:
    """Whether an expression adds the middleware: a call with its class, a call of it, or an entry of Django's list."""
    match node:
        case ast.Call(func=called, args=[first, *_]) if name_of(called) in ADDING:
            return name_of(first) == name
        case ast.Call(func=called):
            return name_of(called) == name
        case ast.Constant(value=value):
            return "." in name and value == name
        case _:
            return False


def _function_of(added: Any) -> object:  # noqa: ANN401 -- Starlette is not imported
    """The function of `@app.middleware("http")`."""
    return getattr(added, "kwargs", {}).get("dispatch")
