"""A set of 64-bit keys that takes 11 to 22 bytes for each: a set of Python's takes about 80."""

from __future__ import annotations

import secrets
from array import array
from typing import Final

_BITS: Final = 64
_FIRST_BITS: Final = 12


class Keys:
    """A hash table with open addressing. A place with 0 is free, so that the key 0 counts as 1.

    A place is the upper bits of the key times a random number: nobody can write a file whose keys share a place.
    https://en.wikipedia.org/wiki/Universal_hashing#Avoiding_modular_arithmetic
    """

    def __init__(self) -> None:
        self._factor = secrets.randbits(_BITS) | 1
        self._bits = _FIRST_BITS
        self._table = array("Q", bytes(8 << self._bits))
        self._used = 0

    def add(self, key: int) -> bool:
        """Add a key; returns whether it is new."""
        key = key or 1
        place = self._place(key)
        if self._table[place] == key:
            return False
        self._table[place] = key
        self._used += 1
        if 4 * self._used > 3 * len(self._table):
            self._grow()
        return True

    def __contains__(self, key: int) -> bool:
        return self._table[self._place(key or 1)] != 0

    def _place(self, key: int) -> int:
        """Where the key is, or a free place for it."""
        table = self._table
        last = len(table) - 1
        place = (key * self._factor & (1 << _BITS) - 1) >> (_BITS - self._bits)
        while table[place] and table[place] != key:
            place = (place + 1) & last
        return place

    def _grow(self) -> None:
        old = self._table
        self._bits += 1
        self._table = array("Q", bytes(8 << self._bits))
        for key in old:
            if key:
                self._table[self._place(key)] = key
