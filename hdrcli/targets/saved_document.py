"""Reads the JSON of a saved report: its services with their routes, and members of the kind that they should be."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from hdrcli.records.errors import UsageError
from hdrcli.report.report import SCHEMA

T = TypeVar("T")

Object = Mapping[str, object]
"""A JSON object."""


class DamagedError(ValueError):
    """Where and how a report differs from its schema."""


def services_in(data: bytes, name: str) -> Iterator[Object]:
    """The services, each with its routes, of a document or of lines.

    Raises `DamagedError`, and `UsageError` for another version or another kind of JSON.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DamagedError("it is not text in UTF-8") from None
    try:
        document = _parsed(text)
    except DamagedError:
        lines = text.splitlines()
        if len(lines) < 2 or '"type"' not in lines[0]:  # noqa: PLR2004 -- those of a route and of its service
            raise
        yield from _of_lines([_parsed(line, f"line {number}: ") for number, line in enumerate(lines, start=1)], name)
        return
    _check_version(document, name)
    yield from objects_in(document, "services")


def _parsed(text: str, where: str = "") -> object:
    try:
        return json.loads(text)
    except RecursionError:
        raise DamagedError(f"{where}its JSON is nested too deeply") from None
    except ValueError as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "it is not JSON"
        raise DamagedError(f"{where}{reason}") from None


def _of_lines(lines: Sequence[object], name: str) -> Iterator[Object]:
    if optional_member(lines[-1], "type", str) != "run":
        raise DamagedError("its last line is missing, so the run had not ended")
    _check_version(lines[-1], name)
    routes: list[object] = []
    for line in lines[:-1]:
        match member(line, "type", str):
            case "route":
                routes.append(line)
            case "service" if isinstance(line, dict):
                yield line | {"routes": routes}
                routes = []
            case other:
                raise DamagedError(f'"{other[:20]}" is not a type of line')


def _check_version(document: object, name: str) -> None:
    schema = optional_member(document, "schema", str) or ""
    if schema == SCHEMA:
        return
    if schema.startswith("hdrcli/report@"):
        raise UsageError(f'{name} has the format "{schema[:40]}" of another version: write it again as "{SCHEMA}".')
    raise UsageError(f"{name} is JSON, but neither a HAR nor a report of hdrcli.")


def optional_member(value: object, key: str, kind: type[T]) -> T | None:
    """A member of an object, or None if it has none of this type."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, kind) else None


def member(value: object, key: str, kind: type[T]) -> T:
    """A member of an object; raises `DamagedError` if it has none of this type."""
    found = optional_member(value, key, kind)
    if found is None:
        raise DamagedError(f'"{key}" is missing or malformed')
    return found


def objects_in(value: object, key: str) -> tuple[Object, ...]:
    """The objects of a list; raises `DamagedError` if it is not one of objects."""
    listed = member(value, key, list)
    if not all(isinstance(each, dict) for each in listed):
        raise DamagedError(f'"{key}" is malformed')
    return tuple(listed)
