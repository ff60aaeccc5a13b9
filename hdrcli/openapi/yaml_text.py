"""YAML as JSON: by PyYAML's safe loader, with a bound to what aliases may multiply. Loaded only for YAML."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import yaml

from hdrcli.openapi.document import DocumentError

MAX_SIZE: Final = 4 * 1024 * 1024
"""Bytes of a text: a second or two with libyaml."""

_MOST_MERGED: Final = 100_000
"""Entries that merge keys ("<<") copy: nested, a few lines could describe billions."""

_MERGE: Final = "tag:yaml.org,2002:merge"

_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's, which is ten times as fast


class _Loader(_SafeLoader):  # type: ignore[misc]  # one of two classes
    """The safe loader. A value that has several aliases is one object, so only merge keys multiply."""

    def __init__(self, stream: bytes) -> None:
        super().__init__(stream)
        self._merged = 0

    def flatten_mapping(self, node: Any) -> None:  # noqa: ANN401 -- PyYAML is untyped
        for key, value in node.value:
            if key.tag == _MERGE:
                for target in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                    if isinstance(target, yaml.MappingNode):
                        self.flatten_mapping(target)
                        self._merged += len(target.value)
                        if self._merged > _MOST_MERGED:
                            raise yaml.YAMLError
        super().flatten_mapping(node)


def read_yaml(content: bytes) -> object:
    """The value of a YAML text, with what JSON has: keys are strings, dates their text. Raises `DocumentError`."""
    if len(content) > MAX_SIZE:
        raise DocumentError(f"is larger than {MAX_SIZE // 1024 // 1024} MiB, the limit for YAML: convert it to JSON.")
    try:
        return _as_json(yaml.load(content, _Loader), {})  # noqa: S506 -- a subclass of the safe loader
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = "" if mark is None else f" (line {mark.line + 1})"
        raise DocumentError(f"is not YAML that can be read{where}.") from None


def _as_json(value: object, known: dict[int, object]) -> object:
    """A value whose aliases are still shared, each converted once."""
    if id(value) in known:
        return known[id(value)]
    if isinstance(value, dict):
        mapping: dict[str, object] = {}
        known[id(value)] = mapping
        mapping |= {str(key): _as_json(item, known) for key, item in value.items()}
        return mapping
    if isinstance(value, list):
        items: list[object] = []
        known[id(value)] = items
        items += [_as_json(item, known) for item in value]
        return items
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | int | float) else None
