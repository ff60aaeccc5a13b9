"""Values of options, as TOML has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from hdrcli.config.document import Document, Key, type_name
from hdrcli.config.variables import expand
from hdrcli.settings.option import Option, file_name

EXPANDED: Final = frozenset({"bearer", "cookie", "header", "proxy", "send", "user"})
"""The keys whose values may contain environment variables."""

_TYPES: Final = {
    "switch": ((bool,), "true or false"),
    "number": ((int, float), "a number"),
    "integer": ((int,), "a whole number"),
    "text": ((str,), "a string"),
}


class Reader(Struct):
    """Reads the values of options; `secrets` are the values of environment variables that it met."""

    document: Document
    environment: Mapping[str, str]
    secrets: dict[str, None]

    def read(self, option: Option, value: object, *keys: Key) -> object:
        """The value of the option's field, from that of the key at `keys`.

        Raises `UsageError` for a value of another type and one that the option refuses, and `UnsetVariableError`.
        """
        if not option.separator:
            return self._read_one(option, value, *keys)
        if not isinstance(value, list):
            return (self._read_one(option, value, *keys),)
        return tuple(self._read_one(option, each, *keys) for each in value)

    def _read_one(self, option: Option, value: object, *keys: Key) -> object:
        types, name = _TYPES[option.kind]
        if not isinstance(value, types) or (isinstance(value, bool) and option.kind != "switch"):
            several = " or an array of strings" if option.separator else ""
            raise self.document.error(f'"{option.key}" must be {name}{several}, not {type_name(value)}.', *keys)
        if isinstance(value, bool):
            return value
        text = str(value)
        if option.key in EXPANDED:
            text, values = expand(text, self.environment)
            self.secrets.update(dict.fromkeys(values))
        try:
            read = option.read(text)
        except ValueError as error:
            raise self.document.error(f"{option.key} {error}", *keys) from None
        return str(self.document.path.parent / text) if option.read is file_name and "://" not in text else read
