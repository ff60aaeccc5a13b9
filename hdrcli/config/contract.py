"""The tables of a file about routes: what is expected of them, and which findings are accepted there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from hdrcli.config.document import Document, Key, Table, type_name
from hdrcli.fetch.headers import is_token
from hdrcli.records.errors import UsageError
from hdrcli.settings.contract import Expectation, Ignored
from hdrcli.settings.option import status
from hdrcli.verdict.patterns import compiled

HEADER_KEYS: Final[tuple[Literal["readable", "hidden", "absent"], ...]] = ("readable", "hidden", "absent")
ROUTE_KEYS: Final = (*HEADER_KEYS, "status", "blocked")
IGNORE_KEYS: Final = ("code", "route", "reason")


def read_routes(document: Document, value: object) -> Iterator[Expectation]:
    """The expectations of the table `routes`; raises `UsageError` for what is not one, or contradicts another."""
    for pattern, expected in document.table_at(value, "routes").items():
        keys = ("routes", pattern)
        table = document.table_at(expected, *keys)
        _check_pattern(document, pattern, *keys)
        document.refuse_unknown(table, ROUTE_KEYS, *keys)
        if not table:
            raise document.error(f'nothing is expected of "{pattern}": add {", ".join(ROUTE_KEYS)}.', *keys)
        yield from _read_route(document, pattern, table)


def _read_route(document: Document, pattern: str, table: Table) -> Iterator[Expectation]:
    keys = ("routes", pattern)
    seen: dict[str, str] = {}
    for verdict in HEADER_KEYS:
        for name in _strings(document, table.get(verdict, []), *keys, verdict):
            if not is_token(name):
                raise document.error(f'"{name}" is not a header name.', *keys, verdict)
            if name.lower() in seen:
                raise document.error(f'"{name}" is both {seen[name.lower()]} and {verdict}: keep one.', *keys, verdict)
            seen[name.lower()] = verdict
            yield Expectation(verdict=verdict, name=name, route=pattern)
    for text in _strings(document, table.get("status", []), *keys, "status", numbers=True):
        try:
            yield Expectation(verdict="status", name=status(text), route=pattern)
        except ValueError as error:
            raise document.error(f"status {error}", *keys, "status") from None
    if "blocked" not in table:
        return
    if table["blocked"] is not True:
        raise document.error('"blocked" must be true, or omitted.', *keys, "blocked")
    if "readable" in table:
        raise document.error('"blocked" contradicts "readable": keep one.', *keys, "blocked")
    yield Expectation(verdict="blocked", route=pattern)


def read_ignored(document: Document, value: object) -> Iterator[Ignored]:
    """The findings that `[[ignore]]` accepts; raises `UsageError` for one without a reason."""
    from hdrcli.rules import check_code

    if not isinstance(value, list):
        raise document.error(f'"ignore" must be an array of tables, not {type_name(value)}.', "ignore")
    for number, element in enumerate(value):
        keys = ("ignore", number)
        if isinstance(element, str):
            raise document.error(f'"{element}" needs a reason: write [[ignore]] with code and reason.', *keys)
        table = document.table_at(element, *keys)
        document.refuse_unknown(table, IGNORE_KEYS, *keys)
        texts = {key: _string(document, table.get(key, ""), *keys, key) for key in IGNORE_KEYS}
        code = texts["code"].upper()
        try:
            check_code(texts["code"], "code")
        except UsageError as error:
            raise document.error(str(error), *keys, "code") from None
        if not texts["reason"].strip():
            raise document.error(f'{code} is ignored without a reason: add reason = "…".', *keys)
        if "route" in table:
            _check_pattern(document, texts["route"], *keys, "route")
        yield Ignored(code=code, route=texts["route"], reason=texts["reason"])


def _check_pattern(document: Document, pattern: str, *keys: Key) -> None:
    try:
        compiled(pattern)
    except ValueError as error:
        raise document.error(f'"{pattern}" {error}', *keys) from None


def _strings(document: Document, value: object, *keys: Key, numbers: bool = False) -> Iterator[str]:
    """The strings of an array, or a single one; with `numbers`, whole numbers, too."""
    for each in value if isinstance(value, list) else [value]:
        is_number = numbers and isinstance(each, int) and not isinstance(each, bool)
        yield str(each) if is_number else _string(document, each, *keys)


def _string(document: Document, value: object, *keys: Key) -> str:
    if not isinstance(value, str):
        raise document.error(f'"{keys[-1]}" must be a string, not {type_name(value)}.', *keys)
    return value
