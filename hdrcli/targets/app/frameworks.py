"""What is known of an app by its framework: its OpenAPI document or its routes, and the function behind a request.

No framework is imported here: an app has imported its own.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final
from urllib.parse import unquote, urlsplit

JSONObject = dict[str, Any]  # Any: as an OpenAPI document is

_STACKS: Final = {"fastapi": "starlette"} | {
    name: name for name in ("starlette", "flask", "django", "quart", "litestar", "sanic")
}
"""The package of an app's class -> the name of its stack."""

_MOST_LAYERS: Final = 20
_MOST_MOUNTS: Final = 10
_flask_converter = re.compile(r"<(?:([^:<>]+):)?([^<>]+)>")
_starlette_converter = re.compile(r"\{(\w+):\w+\}")


def layers(app: object) -> Iterator[object]:
    """The app, and those that it wraps: middleware keeps the next one in `app`."""
    for _ in range(_MOST_LAYERS):
        yield app
        app = getattr(app, "app", None)
        if app is None:
            return


def stack_of(app: object) -> str:
    """The name of the stack, or ""."""
    classes = [each for layer in layers(app) for each in type(layer).__mro__]
    packages = (each.__module__.partition(".")[0] for each in classes)
    return next((_STACKS[package] for package in packages if package in _STACKS), "")


def own_document(app: object) -> JSONObject | None:
    """The OpenAPI document of a FastAPI app, which it may not serve. Raises what the app raises."""
    makers = (getattr(layer, "openapi", None) for layer in layers(app) if hasattr(layer, "routes"))
    make = next((make for make in makers if callable(make)), None)
    document = None if make is None else make()
    return document if isinstance(document, dict) else None


def document_of_routes(app: object) -> JSONObject | None:
    """A document with the app's routes, whose parameters are texts; None if its framework is not known."""
    for layer in layers(app):
        routes, url_map = (getattr(layer, name, None) for name in ("routes", "url_map"))
        if isinstance(routes, Sequence):
            return _document(_starlette_routes(routes))
        if url_map is not None and hasattr(url_map, "iter_rules"):
            return _document(_flask_routes(url_map.iter_rules()))
    return None


def mounts(app: object) -> Iterator[tuple[str, object]]:
    """The apps that Starlette mounts below paths: documents do not describe them."""
    for layer in layers(app):
        for route in getattr(layer, "routes", None) or ():
            path, mounted = getattr(route, "path", ""), getattr(route, "app", None)
            if mounted is not None and not hasattr(route, "methods") and "{" not in path and path.strip("/"):
                yield path, mounted


def endpoint_of(app: object, method: str, url: str) -> object:
    """The function of a Flask or Django app that responds to a request, or None."""
    path = unquote(urlsplit(url).path)
    flask = next(
        (layer for layer in layers(app) if hasattr(layer, "url_map") and hasattr(layer, "view_functions")), None
    )
    if flask is not None:
        return _flask_endpoint(flask, method, path)
    return _django_endpoint(path) if stack_of(app) == "django" else None


def _document(routes: Iterable[tuple[str, set[str]]]) -> JSONObject:
    paths: JSONObject = {}
    for path, methods in routes:
        names = re.findall(r"\{(\w+)\}", path)
        parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
        for method in methods:
            if method == "HEAD" and "GET" in methods:
                continue  # the frameworks add it themselves
            paths.setdefault(path, {})[method.lower()] = {"parameters": parameters}
    return {"openapi": "3.1.0", "paths": paths}


def _starlette_routes(routes: Iterable[Any], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, set[str]]]:
    for route in routes:
        path = _starlette_converter.sub(r"{\1}", prefix + getattr(route, "path", ""))
        methods = getattr(route, "methods", None)
        children = getattr(route, "routes", None)
        if children and depth < _MOST_MOUNTS:
            yield from _starlette_routes(children, path, depth + 1)
        elif methods:
            yield path, set(methods)


def _flask_routes(rules: Iterable[Any]) -> Iterator[tuple[str, set[str]]]:
    for rule in rules:
        yield _flask_converter.sub(r"{\2}", rule.rule), rule.methods - {"OPTIONS"}


def _flask_endpoint(app: Any, method: str, path: str) -> object:  # noqa: ANN401 -- Flask is not imported
    try:
        endpoint, _ = app.url_map.bind("localhost").match(path, method)
    except sys.modules["werkzeug.exceptions"].HTTPException:
        return None
    return app.view_functions.get(endpoint)


def _django_endpoint(path: str) -> object:
    urls = sys.modules.get("django.urls")
    if urls is None:
        return None
    try:
        return urls.resolve(path).func
    except urls.Resolver404:
        return None
