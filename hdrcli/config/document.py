"""A configuration file: parsed TOML, and where in it a key stands, for messages."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import ClassVar, Final, Protocol

from hdrcli.config.finding import OWN_FILE, PROJECT_FILE
from hdrcli.records.errors import UsageError
from hdrcli.structs import Record

Key = str | int
"""A key of a table, or the place of an element in an array."""
Table = dict[str, object]

_TABLE_OF_TOOL: Final = ("tool", "hdrcli")
_deep_key = re.compile(r"(?<![\w\"'.-])(?:[\w\"'-]++[ \t]*+\.[ \t]*+){32}").search
"""A key such as a.b.c of so many parts that only a hostile file has it: Python's parser takes quadratic time."""


class Paths(Protocol):
    """The functions of `posixpath` or `ntpath`."""

    def relpath(self, path: str, start: str) -> str:
        """The path as seen from `start`."""


def name_from(folder: str, path: str, paths: Paths) -> str:
    """The path as seen from a folder. From another drive of Windows, it is the path itself."""
    try:
        return paths.relpath(path, folder)
    except ValueError:
        return path


class Document(Record, frozen=True, kw_only=True):
    """The configuration of a file: `table` is that of hdrcli, which has the name `prefix` in the file."""

    not_in_repr: ClassVar = frozenset({"text", "table"})

    path: Path
    text: str
    prefix: tuple[str, ...]
    table: Table

    @property
    def name(self) -> str:
        """The file's name as seen from the current folder."""
        return name_from(str(Path.cwd()), str(self.path), os.path)

    def place(self, *keys: Key) -> str:
        """The file and the line of a key: "hdrcli.toml:3"."""
        from hdrcli.config.lines import line_of

        return f"{self.name}:{line_of(self.text, (*self.prefix, *keys))}"

    def error(self, message: str, *keys: Key) -> UsageError:
        """The error at a key; the message is the rest of a sentence that begins with its file and line."""
        return UsageError(f"{self.place(*keys)}: {message}")

    def title(self, *keys: str) -> str:
        """How the file names a table: "[tool.hdrcli.services.staging]"."""
        names = (*self.prefix, *keys)
        return f"[{'.'.join(names)}]" if names else "the file"

    def table_at(self, value: object, *keys: Key) -> Table:
        """The value of a key, which must be a table; raises `UsageError` otherwise."""
        if not isinstance(value, dict):
            raise self.error(f'"{keys[-1]}" must be a table, not {type_name(value)}.', *keys)
        return value

    def refuse_unknown(self, table: Table, known: Collection[str], *keys: Key) -> None:
        """Raise `UsageError` for a key of `table`, which is at `keys`, that is not known."""
        for key in table:
            if key in known:
                continue
            if key == "tool" and not self.prefix:
                raise self.error(f'in {OWN_FILE}, keys stand without "tool.hdrcli".', key)
            where = self.title(*map(str, keys))
            raise self.error(f'there is no key "{key}" in {where}.{near(key, known)}', *keys, key)


def parse(path: Path, content: bytes) -> Document | None:
    """The configuration in a file with this content, None for a `pyproject.toml` without one.

    Raises `UsageError` for a file that is not TOML.
    """
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
        table = None if _deep_key(text) else tomllib.loads(text)
    except UnicodeDecodeError:
        raise UsageError(f'"{path}" is not UTF-8, as TOML must be: save it as UTF-8.') from None
    except RecursionError:
        table = None
    except ValueError as error:
        raise UsageError(f'"{path}" is not valid TOML: {error}.') from None
    if table is None:
        raise UsageError(f'"{path}" is not a configuration: its values are nested too deeply.')
    if path.name != PROJECT_FILE:
        return Document(path=path, text=text, prefix=(), table=table)
    tools = table.get("tool")
    if not isinstance(tools, dict) or "hdrcli" not in tools:
        return None
    document = Document(path=path, text=text, prefix=_TABLE_OF_TOOL, table={})
    found = tools["hdrcli"]
    if not isinstance(found, dict):
        raise document.error(f'"hdrcli" must be a table, not {type_name(found)}.')
    return Document(path=path, text=text, prefix=_TABLE_OF_TOOL, table=found)


def near(name: str, known: Collection[str]) -> str:
    """The question whether a known name was meant, with a space before it; empty if none is similar."""
    import difflib

    close = difflib.get_close_matches(name.lower().replace("_", "-"), known, n=1)
    return f' Did you mean "{close[0]}"?' if close else ""


def type_name(value: object) -> str:
    """What TOML calls the type of a value, with its article."""
    names = {bool: "a boolean", int: "an integer", float: "a float", str: "a string", list: "an array", dict: "a table"}
    return names.get(type(value), "a date or a time")
