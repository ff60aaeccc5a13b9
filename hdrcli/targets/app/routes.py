"""Routes of an OpenAPI document: operations that are safe to call and need no value that the document doesn't have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from hdrcli.fetch.url import URL
from hdrcli.planning.routes import Route, route_of
from hdrcli.records.route import SkippedRoute
from hdrcli.settings import Settings

_SAFE: Final = ("get", "head")
_METHODS: Final = ("get", "head", "post", "put", "patch", "delete", "options", "trace", "query")


def routes_of(
    document: Mapping[str, Any], base: URL, settings: Settings
) -> tuple[tuple[Route, ...], tuple[SkippedRoute, ...]]:
    """The routes to check, and those that are skipped."""
    routes: list[Route] = []
    skipped: list[SkippedRoute] = []
    for template, item in document["paths"].items():
        for method in _METHODS:
            operation = item.get(method)
            if operation is None or (method == "head" and "get" in item):
                continue
            path = _filled(template, [*item.get("parameters", ()), *operation.get("parameters", ())])
            reason = "it may change something" if method not in _SAFE else "a parameter has no example"
            if path is None or method not in _SAFE:
                skipped.append(SkippedRoute(method=method.upper(), path=template, reason=reason))
            else:
                url = replace(base, path=path)
                routes.append(replace(route_of(url, settings, f"openapi {template}"), method=method.upper()))
    return tuple(routes), tuple(skipped)


def _filled(template: str, parameters: list[Any]) -> str | None:
    values = {each["name"]: each for each in parameters if each.get("in") == "path"}

    def value(match: re.Match[str]) -> str:
        parameter = values.get(match[1], {})
        schema = parameter.get("schema", {})
        example = parameter.get("example", schema.get("default"))
        return quote(str(example if example is not None else 1 if schema.get("type") == "integer" else "{}"), safe="{}")

    path = re.sub(r"\{([^{}]+)\}", value, template)
    return None if "{" in path else path
