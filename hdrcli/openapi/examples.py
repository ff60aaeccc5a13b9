"""Values for parameters and bodies: those that a document gives, and synthetic ones of the right type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from hdrcli.openapi.document import Document, JSONObject

_DEEPEST: Final = 6
_MOST_NODES: Final = 500
"""Schemas that are read for one value: a small document can describe an endless one."""

_BY_FORMAT: Final = {
    "uuid": "00000000-0000-4000-8000-000000000000",
    "date": "2000-01-01",
    "date-time": "2000-01-01T00:00:00Z",
    "time": "00:00:00Z",
    "email": "user@example.com",
    "uri": "https://example.com/",
    "ipv4": "192.0.2.1",
}
_BY_TYPE: Final[dict[object, object]] = {"integer": 1, "number": 1, "boolean": True, "string": "string", "null": None}


def given_value(document: Document, node: JSONObject) -> object:
    """The value that a parameter or a media type gives as an example or a default, or None.

    Source: https://spec.openapis.org/oas/v3.1.1.html#working-with-examples
    """
    for value in _given(document, node):
        if value is not None:
            return value
    return None


def _given(document: Document, node: JSONObject) -> Iterator[object]:
    yield node.get("example")
    yield node.get("x-example")  # Swagger 2 has no examples of parameters: this is what its tools read
    yield _first_example(document, node.get("examples"))
    content = node.get("content")
    for media_type in list(content.values())[:1] if isinstance(content, dict) else ():
        found = document.resolve(media_type)
        if found is not None and found is not node:
            yield found.get("example")
            yield _first_example(document, found.get("examples"))
            yield _Values(document).given(found.get("schema"))
    yield _Values(document).given(node.get("schema", node))


def synthetic_value(document: Document, node: JSONObject) -> object:
    """The given value, or one of the schema's type; None where the schema has none."""
    given = given_value(document, node)
    return _Values(document).synthetic(node.get("schema", node)) if given is None else given


def _first_example(document: Document, examples: object) -> object:
    """Of parameters and media types, examples are objects by name; of schemas, values."""
    if isinstance(examples, list):
        return examples[0] if examples else None
    for node in list(examples.values())[:1] if isinstance(examples, dict) else ():
        example = document.resolve(node) or {}
        return example.get("value", example.get("dataValue"))
    return None


class _Values:
    """Reads schemas for one value, a limited number of them."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._left = _MOST_NODES

    def given(self, schema: object, depth: int = 0) -> object:
        """The schema's example, default or first allowed value; those of its alternatives."""
        found = self._read(schema, depth)
        if found is None:
            return None
        enum = found.get("enum")
        first = _first_example(self._document, found.get("examples"))
        for value in (found.get("example"), first, found.get("default"), found.get("const")):
            if value is not None:
                return value
        if isinstance(enum, list):
            return next((value for value in enum if value is not None), None)
        for part in _parts(found):
            value = self.given(part, depth + 1)
            if value is not None:
                return value
        if found.get("type") == "array":
            item = self.given(found.get("items"), depth + 1)
            return None if item is None else [item]
        return None

    def synthetic(self, schema: object, depth: int = 0) -> Any:  # noqa: ANN401 -- any JSON
        """A value of the schema, with all properties that it requires."""
        given = self.given(schema, depth)
        found = self._read(schema, depth) if given is None else None
        if found is None:
            return given
        if isinstance(found.get("allOf"), list):
            parts = [self.synthetic(part, depth + 1) for part in _parts(found)]
            merged = {name: value for part in parts if isinstance(part, dict) for name, value in part.items()}
            return merged | self._object(found, depth) if merged else next(iter(parts), None)
        for part in _parts(found):
            value = self.synthetic(part, depth + 1)
            if value is not None:
                return value
        kind = found.get("type")
        kind = kind[0] if isinstance(kind, list) and kind else kind
        if kind == "array":
            item = self.synthetic(found.get("items"), depth + 1) if found.get("minItems") else None
            return [] if item is None else [item]
        if kind == "object" or isinstance(found.get("properties"), dict):
            return self._object(found, depth)
        value = _BY_TYPE.get(kind) if isinstance(kind, str) else None
        form = found.get("format")
        return _BY_FORMAT.get(form, value) if kind == "string" and isinstance(form, str) else value

    def _object(self, schema: JSONObject, depth: int) -> JSONObject:
        properties, required = schema.get("properties"), schema.get("required")
        if not isinstance(properties, dict) or not isinstance(required, list):
            return {}
        names = [name for name in required if isinstance(name, str) and name in properties]
        return {name: self.synthetic(properties[name], depth + 1) for name in names if self._left > 0}

    def _read(self, schema: object, depth: int) -> JSONObject | None:
        self._left -= 1
        return self._document.resolve(schema) if self._left > 0 and depth <= _DEEPEST else None


def _parts(schema: JSONObject) -> list[object]:
    for key in ("allOf", "anyOf", "oneOf"):
        parts = schema.get(key)
        if isinstance(parts, list):
            return parts[:20]
    return []
