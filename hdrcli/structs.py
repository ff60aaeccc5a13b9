"""The base of the classes that only hold values.

They are structs of msgspec, as dataclasses compile their methods while their modules are imported: that took a quarter
of the time of `hdrcli check URL`.
"""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar, TypeVar, cast

from msgspec import Struct, structs

T = TypeVar("T")


class Record(Struct, frozen=True):
    """Values that never change; equal values are equal records, and have the same hash."""

    not_in_repr: ClassVar[frozenset[str]] = frozenset()
    """The fields that `repr` does not show: they may hold secrets, or be long."""

    def __repr__(self) -> str:
        shown = (name for name in self.__struct_fields__ if name not in self.not_in_repr)
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"


def replace(value: T, /, **changes: object) -> T:
    """A copy of a struct or a dataclass with other values of these fields: `copy.replace` of Python 3.13.

    Raises `TypeError` for a name that is no field.
    """
    if isinstance(value, Struct):
        return structs.replace(value, **changes)
    changed: T = dataclasses.replace(cast("Any", value), **changes)  # noqa: TID251 -- it is a dataclass here
    return changed
