"""All text that comes from a server is hostile until it is escaped."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""`text` for a terminal: control characters, invisible and bidirectional ones become `\x1b`, `\u202e`."""
    return text if text.isprintable() else "".join(char if char.isprintable() else _escape(char) for char in text)


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
