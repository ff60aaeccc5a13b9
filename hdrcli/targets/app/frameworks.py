"""What is known of an app by its framework: its stack, its OpenAPI document, and the function behind a request.

No framework is imported here: an app has imported its own.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import unquote, urlsplit

JSONObject = dict[str, Any]  # Any: as an OpenAPI document is

_STACKS: Final = {"fastapi": "starlette"} | {
    name: name for name in ("starlette", "flask", "django", "quart", "litestar", "sanic")
}
"""The package of an app's class -> the name of its stack."""

_STARLETTE_CORS: Final = "CORSMiddleware"

_MOST_LAYERS: Final = 20
_MOST_MOUNTS: Final = 10


def layers(app: object) -> Iterator[object]:
    """The app, and those that it wraps: middleware keeps the next one in `app` or `application`."""
    for _ in range(_MOST_LAYERS):
        yield app
        app = next(filter(None, (getattr(app, name, None) for name in ("app", "application"))), None)
        if app is None:
            return


def stack_of(app: object) -> str:
    """The name of the stack, or ""."""
    classes = [each for layer in layers(app) for each in type(layer).__mro__]
    packages = (each.__module__.partition(".")[0] for each in classes)
    return next((_STACKS[package] for package in packages if package in _STACKS), "")


def is_starlette_cors(its_class: object) -> bool:
    """Whether a class is Starlette's CORS layer, or derived from it."""
    return any(each.__name__ == _STARLETTE_CORS for each in getattr(its_class, "__mro__", ()))


def own_document(app: object) -> JSONObject | None:
    """The OpenAPI document of a FastAPI app, which it may not serve. Raises what the app raises."""
    makers = (getattr(layer, "openapi", None) for layer in layers(app) if hasattr(layer, "routes"))
    make = next((make for make in makers if callable(make)), None)
    document = None if make is None else make()
    return document if isinstance(document, dict) else None


def mounts(app: object, depth: int = 0) -> Iterator[tuple[str, object]]:
    """The apps that Starlette mounts below paths, also within these apps: documents do not describe them."""
    for layer in layers(app):
        for route in getattr(layer, "routes", None) or ():
            path, mounted = getattr(route, "path", ""), getattr(route, "app", None)
            if not is_mount(route) or "{" in path:
                continue
            yield path, mounted
            if depth < _MOST_MOUNTS:
                yield from ((path + inner, each) for inner, each in mounts(mounted, depth + 1))


def is_mount(route: object) -> bool:
    """Whether a route of Starlette is an app below a path, or a router there."""
    return getattr(route, "app", None) is not None and hasattr(route, "path") and not hasattr(route, "methods")


def endpoint_of(app: object, method: str, url: str) -> object:
    """The function of a Flask or Django app that responds to a request, or None."""
    path = unquote(urlsplit(url).path)
    flask = next(
        (layer for layer in layers(app) if hasattr(layer, "url_map") and hasattr(layer, "view_functions")), None
    )
    if flask is not None:
        return _flask_endpoint(flask, method, path)
    return _django_endpoint(path) if stack_of(app) == "django" else None


def _flask_endpoint(app: Any, method: str, path: str) -> object:  # noqa: ANN401 -- Flask is not imported
    try:
        endpoint, _ = app.url_map.bind("localhost").match(path, method)
    except Exception:  # noqa: BLE001 -- there is no such route, or its converter fails
        return None
    return app.view_functions.get(endpoint)


def _django_endpoint(path: str) -> object:
    urls = sys.modules.get("django.urls")
    if urls is None:
        return None
    try:
        return urls.resolve(path).func
    except Exception:  # noqa: BLE001 -- there is no such route, or the URLconf fails
        return None
