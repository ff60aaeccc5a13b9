"""Writes a parameter's value as its place in a request needs it.

Source: https://spec.openapis.org/oas/v3.1.1.html#style-values
"""

from __future__ import annotations

import json
from typing import Final
from urllib.parse import quote

from hdrcli.openapi.operations import Parameter

LONGEST: Final = 2000
"""Characters of a value: browsers and servers take longer URLs, but no useful example is as long."""

_SEPARATORS: Final = {"spaceDelimited": " ", "pipeDelimited": "|"}


def path_segment(parameter: Parameter, value: object) -> str | None:
    """The value in a path; None if no segment can have it. A dot segment would lead to another path."""
    items = [_encoded(text) for text in _texts(value)]
    text = {"label": ".", "matrix": f";{_encoded(parameter.name)}="}.get(_style(parameter), "") + ",".join(items)
    return text if text not in {"", ".", ".."} and len(text) <= LONGEST else None


def query_pairs(parameter: Parameter, value: object) -> str | None:
    """The value as name=value pairs of a query; None if it is too long."""
    name = parameter.name
    if "content" in parameter.node:
        pairs = [(name, json.dumps(value))]
    elif isinstance(value, dict):
        is_deep = _style(parameter) == "deepObject"
        pairs = [(f"{name}[{key}]" if is_deep else key, _text(item)) for key, item in value.items()]
    elif isinstance(value, list) and parameter.node.get("explode", parameter.node.get("collectionFormat") == "multi"):
        pairs = [(name, _text(item)) for item in value]
    elif isinstance(value, list):
        pairs = [(name, _SEPARATORS.get(_style(parameter), ",").join(_texts(value)))]
    else:
        pairs = [(name, _text(value))]
    text = "&".join(f"{_encoded(name)}={_encoded(item)}" for name, item in pairs)
    return text if len(text) <= LONGEST else None


def header_value(value: object) -> str:
    """The value of a header."""
    return ",".join(_texts(value))


def _encoded(text: str) -> str:
    """Percent-encoded as a whole; what is not a scalar value becomes a question mark."""
    return quote(text, safe="[]", errors="replace")


def _style(parameter: Parameter) -> str:
    style = parameter.node.get("style")
    return style if isinstance(style, str) else ""


def _texts(value: object) -> list[str]:
    return [_text(item) for item in value] if isinstance(value, list) else [_text(value)]


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
