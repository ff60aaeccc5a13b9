"""How a setting is given from outside Python: its flags, environment variable, file key, help text and reader.

A reader takes text and returns the field's value, or raises `ValueError`. The error is the rest of a sentence that
begins with the text's source: `--timeout`, `HDRCLI_TIMEOUT`.
"""

from __future__ import annotations

import dataclasses
import math
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, TypeVar

from hdrcli.structs import Record

T = TypeVar("T")
Separator = Literal["", ",", "\n"]
InFile = Literal["anywhere", "service", "nowhere"]
"""Where a configuration file may have an option: a file comes with a checkout, whose authors may be strangers."""
Kind = Literal["switch", "number", "integer", "text"]

STANDARD_INPUT: Final = "-"
"""What stands for it in place of a file's name."""

_KEY: Final = "option"
_UNITS: Final = {"s": 1, "m": 60}
_SWITCH_POSITIONS: Final = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}


class Option(Record, frozen=True, kw_only=True):
    """The option of one field of `Settings`.

    `flags` begins with the long flag. A switch has no `metavar`, and its last long flag switches it off, as does a
    short one after that. `separator` is what stands between the values of one text: a comma for names, a line end where
    values may contain commas; it is empty for an option that takes one value.
    """

    flags: tuple[str, ...]
    help: str
    metavar: str
    separator: Separator
    read: Callable[[str], object]
    choices: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    in_file: InFile = "anywhere"

    @property
    def kind(self) -> Kind:
        """The type of each of its values."""
        if self.is_switch:
            return "switch"
        return "number" if self.read is seconds else "integer" if self.read in {count, count_or_none} else "text"

    @property
    def is_switch(self) -> bool:
        return not self.metavar

    @property
    def on(self) -> tuple[str, ...]:
        """The flags that switch a switch on, the long one first."""
        return self.flags[: self._place_of_off]

    @property
    def off(self) -> tuple[str, ...]:
        """The flags that switch a switch off, the long one first."""
        return self.flags[self._place_of_off :]

    @property
    def _place_of_off(self) -> int:
        return max(place for place, flag in enumerate(self.flags) if flag.startswith("--"))

    @property
    def key(self) -> str:
        """The key in a configuration file."""
        return self.flags[0].removeprefix("--")

    @property
    def environment_variable(self) -> str:
        return "HDRCLI_" + self.key.replace("-", "_").upper()

    def read_flags(self, texts: list[str]) -> object:
        """The field's value, from the texts of its flags: `--select HDR1,HDR2` gives two values."""
        if self.separator == ",":
            texts = [value.strip() for text in texts for value in text.split(",")]
        return self._read(texts)

    def read_variable(self, text: str) -> object:
        """The field's value, from the environment variable: many values stand one a line, or between commas."""
        if not self.separator:
            return self._read([text])
        return self._read([value.strip() for value in text.split(self.separator) if value.strip()])

    def _read(self, texts: list[str]) -> object:
        return tuple(map(self.read, texts)) if self.separator else self.read(texts[-1])


def option(
    default: T,
    *flags: str,
    help: str,  # noqa: A002 -- as argparse, click and Typer call it
    metavar: str = "",
    separator: Separator = "",
    read: Callable[[str], object] = str,
    choices: tuple[str, ...] = (),
    aliases: Mapping[str, str] = MappingProxyType({}),
    offered: tuple[str, ...] = (),
    in_file: InFile = "anywhere",
) -> T:
    """A dataclass field with this default and an `Option`; `choices` bring their own `metavar` and `read`.

    A shell completes the choices, or else the beginnings that are `offered`.
    """
    if choices:
        metavar, read = f"[{'|'.join(choices)}]", _choice(choices, aliases)
    elif not metavar:
        read = switch
    its_option = Option(
        flags=flags,
        help=help,
        metavar=metavar,
        separator=separator,
        read=read,
        choices=(*choices, *aliases),
        offered=offered,
        in_file=in_file,
    )
    return dataclasses.field(default=default, metadata={_KEY: its_option})


def option_of(field: dataclasses.Field[object]) -> Option | None:
    """The option that a field was declared with."""
    found = field.metadata.get(_KEY)
    return found if isinstance(found, Option) else None


def status(text: str) -> str:
    """Read a status or a class of statuses, such as "404" or "4xx"."""
    lowercase = text.strip().lower()
    if re.fullmatch("[1-5]([0-9][0-9]|xx)", lowercase) is None:
        raise ValueError(f'"{text}" is not a status: write three digits, such as 404, or a class, such as 4xx.')
    return lowercase


def seconds(text: str) -> float:
    """Read a number of seconds above 0."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < math.inf:
        raise ValueError(f'"{text}" is not a number of seconds above 0, such as 2.5.')
    return number


def count(text: str) -> int:
    """Read a whole number above 0."""
    if not (text.isascii() and text.isdecimal() and len(text) < len("1000000000") and int(text) > 0):
        raise ValueError(f'"{text}" is not a whole number above 0, such as 10.')
    return int(text)


def count_or_none(text: str) -> int:
    """Read a whole number from 0 on."""
    return 0 if text == "0" else count(text)


def rate(text: str) -> float:
    """Read a number of requests per second or minute, as requests per second."""
    number, _, unit = text.strip().partition("/")
    try:
        per_unit = seconds(number)
    except ValueError:
        per_unit = 0.0
    if not per_unit or unit not in _UNITS:
        raise ValueError(f'"{text}" is not a rate: write 5/s or 100/m.')
    return per_unit / _UNITS[unit]


def text_or_file(text: str) -> str:
    """Read a text, or with "@" at its beginning the file that it names, as in curl; "@-" is standard input."""
    if not text.startswith("@"):
        return text
    name = text[1:]
    if not name:
        raise ValueError('is "@" without a name: write @FILE, or @- for standard input.')
    try:
        content = sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
    except (OSError, AttributeError) as error:  # the latter if standard input is closed
        raise ValueError(f'"{name}" cannot be read: {getattr(error, "strerror", None) or "it is closed"}.') from None
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise ValueError(f'"{name}" is not UTF-8: the body is a JavaScript string.') from None


def file_name(text: str) -> str:
    """Read the name of a file. An empty one is mostly a variable of a script that is not set."""
    if not text.strip():
        raise ValueError("is empty: name a file, or omit the option.")
    return text


def header(text: str) -> tuple[str, str]:
    """Read a header's name and value. The error quotes nothing, as it may be a secret whose name was forgotten."""
    name, colon, value = text.partition(":")
    if not colon:
        raise ValueError('has a value without a colon: write "Name: value".')
    return name.strip(), value


def name_and_value(text: str) -> tuple[str, str]:
    """Read NAME=VALUE. The error quotes nothing, as for `header`."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise ValueError("has a value without a name: write NAME=VALUE.")
    return name.strip(), value


def _choice(choices: tuple[str, ...], aliases: Mapping[str, str]) -> Callable[[str], str]:
    """A reader of one of these words, in any case."""
    by_name = {name: name for name in choices} | dict(aliases)

    def read(text: str) -> str:
        chosen = by_name.get(text.strip().lower())
        if chosen is None:
            raise ValueError(f'"{text}" is not one of {", ".join(choices)}.')
        return chosen

    return read


def switch(text: str) -> bool:
    """Read the position of a switch."""
    position = _SWITCH_POSITIONS.get(text.strip().lower())
    if position is None:
        raise ValueError(f'"{text}" does not switch an option on or off: write 1 or 0.')
    return position
