"""Escaping of text from servers and users, which may contain control sequences for the terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""`text` with control, invisible and bidirectional characters written as `\x1b` or `\u202e`."""
    return text if text.isprintable() else "".join(char if char.isprintable() else _escape(char) for char in text)


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
