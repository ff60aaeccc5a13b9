"""Plain text for 80 columns, the same in a terminal, a pipe and a file."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Final

WIDTH: Final = 80


def paragraph(text: str, *, indent: str = "", hanging: str | None = None) -> str:
    """One wrapped paragraph. Unbreakable parts (a URL, a setting) may exceed the width, but are never cut."""
    return textwrap.fill(
        " ".join(text.split()),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent if hanging is None else hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def code(text: str) -> str:
    """Indented lines that are not wrapped."""
    return textwrap.indent(text, "    ")


def columns(rows: Iterable[tuple[str, str]]) -> str:
    """Two columns; the second one is not wrapped."""
    listed = list(rows)
    width = max((len(first) for first, _ in listed), default=0)
    return "\n".join(f"  {first:<{width}}  {second}" for first, second in listed)


def wrapped_columns(rows: Iterable[tuple[str, str]]) -> str:
    """Two columns; the second one is wrapped."""
    listed = list(rows)
    width = max((len(first) for first, _ in listed), default=0)
    margin = " " * (width + 4)
    return "\n".join(paragraph(second, indent=f"  {first:<{width}}  ", hanging=margin) for first, second in listed)


def blocks(*parts: str) -> str:
    """The non-empty parts, with an empty line between them."""
    return "\n\n".join(part for part in parts if part)
