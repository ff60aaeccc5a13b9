"""The routes of an app without an OpenAPI document, as its framework keeps them: Starlette, Litestar, Flask, Django.

They become a document, whose parameters have a type but no value. No framework is imported here: an app has imported
its own.
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from hdrcli.targets.app.frameworks import JSONObject, is_mount, layers, stack_of

_SCHEMAS: Final[dict[str, JSONObject]] = {
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "uuid": {"type": "string", "format": "uuid"},
}
"""By the converters of all frameworks, whose others are texts."""

_MOST_MOUNTS: Final = 10
_MOST_ROUTES: Final = 10_000
_in_angles = re.compile(r"<(?:(?P<converter>[^:<>]+):)?(?P<name>[^<>]+)>")
_in_braces = re.compile(r"\{(?P<name>\w+)(?::(?P<converter>\w+))?\}")
_has_format_suffix = re.compile(r".*<(?:\w+:)?format>/?").fullmatch
"""The REST framework's routes for what another route has without the suffix."""
_any_of = re.compile(r"any\((.*)\)").fullmatch
_describes = re.compile(r"open-?api|swagger|schema|api-?(?:docs|spec)", re.IGNORECASE).search


class _Found(NamedTuple):
    """A route; its path has its parameters in braces. One that is skipped has the sentence that says so."""

    path: str
    methods: Iterable[str] = ()
    parameters: tuple[JSONObject, ...] = ()
    skipped: str = ""


class AppRoutes(NamedTuple):
    """The document of an app's routes, and sentences on those that are skipped."""

    document: JSONObject
    limits: tuple[str, ...]


def routes_of_app(app: object) -> AppRoutes | None:
    """The app's routes; None if its framework is not known. Raises what the framework raises."""
    for layer in layers(app):
        routes, url_map = (getattr(layer, name, None) for name in ("routes", "url_map"))
        if isinstance(routes, Sequence):
            return _document(_starlette_routes(routes))
        if url_map is not None and hasattr(url_map, "iter_rules"):
            return _document(_flask_routes(layer))
    if stack_of(app) == "django":
        resolver = importlib.import_module("django.urls").get_resolver()
        return _document(_django_routes(resolver.url_patterns))
    return None


def places_of_document(routes: JSONObject) -> tuple[str, ...]:
    """The paths of a document of routes that may be those of an OpenAPI document, by their names."""
    return tuple(
        path
        for path, item in routes["paths"].items()
        if "get" in item and "{" not in path and _describes(path.rstrip("/").rpartition("/")[2])
    )


def _document(routes: Iterable[_Found]) -> AppRoutes:
    paths: JSONObject = {}
    skipped: dict[str, None] = {}
    for _, route in zip(range(_MOST_ROUTES), routes, strict=False):
        if route.skipped:
            skipped[route.skipped] = None
        methods = {method.upper() for method in route.methods}
        for method in methods:
            if method == "HEAD" and "GET" in methods:
                continue  # the frameworks add it themselves
            operation = {"parameters": list(route.parameters)}
            paths.setdefault(route.path, {}).setdefault(method.lower(), operation)
    return AppRoutes({"openapi": "3.1.0", "paths": paths}, tuple(skipped))


def _found(template: str, methods: Iterable[str], placeholder: re.Pattern[str]) -> _Found:
    parameters: tuple[JSONObject, ...] = tuple(
        {"name": match["name"], "in": "path", "required": True, "schema": _schema(match["converter"] or "")}
        for match in placeholder.finditer(template)
    )
    return _Found(placeholder.sub(r"{\g<name>}", template), methods, parameters)


def _schema(converter: str) -> JSONObject:
    alternatives = _any_of(converter)
    if alternatives is not None:
        return {"type": "string", "enum": [each.strip(" \"'") for each in alternatives[1].split(",")]}
    return _SCHEMAS.get(converter, {"type": "string"})


def _starlette_routes(routes: Iterable[Any], prefix: str = "", depth: int = 0) -> Iterator[_Found]:
    for route in routes:
        path = prefix + getattr(route, "path", "")
        methods = getattr(route, "methods", None)
        children = getattr(route, "routes", None)
        if children and depth < _MOST_MOUNTS and not is_mount(route):
            yield from _starlette_routes(children, path, depth + 1)
        elif methods:
            yield _found(path, methods, _in_braces)


def _flask_routes(app: Any) -> Iterator[_Found]:  # noqa: ANN401 -- Flask is not imported
    """The rules, without that of the folder for static files, of which the rule names none."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            yield _found(rule.rule, rule.methods - {"OPTIONS"}, _in_angles)


def _django_routes(patterns: Iterable[Any], prefix: str = "", depth: int = 0) -> Iterator[_Found]:
    """The routes of a URLconf. The admin site has many, and they are for pages of its own origin.

    Source: https://docs.djangoproject.com/en/stable/ref/urlresolvers/
    """
    simplify = importlib.import_module("django.contrib.admindocs.views").simplify_regex
    for pattern in patterns:
        children, text = getattr(pattern, "url_patterns", None), prefix + str(pattern.pattern)
        if children is None:
            path: str = simplify(text)
            if not _has_format_suffix(path):
                yield _found(path, _django_methods(pattern.callback), _in_angles)
        elif getattr(pattern, "app_name", None) == "admin":
            path = simplify(text)
            yield _Found(path, skipped=f"{path} is skipped: Django's admin site is for pages of its own origin.")
        elif depth < _MOST_MOUNTS:
            yield from _django_routes(children, text, depth + 1)


def _django_methods(view: Any) -> Iterable[str]:  # noqa: ANN401 -- Django is not imported
    """The methods of a view: of the REST framework, of a class, or of a function with the decorator for them."""
    actions = getattr(view, "actions", None)
    if isinstance(actions, dict):
        return actions.keys()
    its_class = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if its_class is not None:
        return [name for name in its_class.http_method_names if name != "options" and hasattr(its_class, name)]
    while hasattr(view, "__wrapped__"):
        if inspect.isfunction(view):
            methods: list[str] | None = inspect.getclosurevars(view).nonlocals.get("request_method_list")
            if methods is not None:
                return methods
        view = view.__wrapped__
    return ["GET"]
