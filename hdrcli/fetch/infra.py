"""The parts of the Infra standard that Fetch uses: strings and byte sequences.

Source: https://infra.spec.whatwg.org/
"""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase
from typing import Final

_TO_LOWER: Final = str.maketrans(ascii_uppercase, ascii_lowercase)
_TO_UPPER: Final = str.maketrans(ascii_lowercase, ascii_uppercase)


def byte_lowercase(value: str) -> str:
    """https://infra.spec.whatwg.org/#byte-lowercase: only A to Z, unlike `str.lower`."""
    return value.lower() if value.isascii() else value.translate(_TO_LOWER)


def byte_uppercase(value: str) -> str:
    """https://infra.spec.whatwg.org/#byte-uppercase: only a to z, unlike `str.upper`."""
    return value.upper() if value.isascii() else value.translate(_TO_UPPER)


def scalar_value_string(text: str) -> str:
    """https://infra.spec.whatwg.org/#javascript-string-convert: a lone surrogate becomes U+FFFD.

    Python strings may contain them, too: they stand for undecodable bytes of a command line.
    """
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
