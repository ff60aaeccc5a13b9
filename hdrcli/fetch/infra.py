"""The Infra standard as far as Fetch leans on it: strings and byte sequences.

Source: https://infra.spec.whatwg.org/
"""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase
from typing import Final

_TO_LOWER: Final = str.maketrans(ascii_uppercase, ascii_lowercase)
_TO_UPPER: Final = str.maketrans(ascii_lowercase, ascii_uppercase)


def byte_lowercase(value: str) -> str:
    """https://infra.spec.whatwg.org/#byte-lowercase: A to Z alone, unlike `str.lower`."""
    return value.lower() if value.isascii() else value.translate(_TO_LOWER)


def byte_uppercase(value: str) -> str:
    """https://infra.spec.whatwg.org/#byte-uppercase: a to z alone, unlike `str.upper`."""
    return value.upper() if value.isascii() else value.translate(_TO_UPPER)


def scalar_value_string(text: str) -> str:
    """https://infra.spec.whatwg.org/#javascript-string-convert: a lone surrogate becomes U+FFFD.

    Python has them, too: undecodable bytes of a command line.
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
