"""Plain text for 80 columns: what a terminal, a pipe and a file take alike."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Final

WIDTH: Final = 80


def paragraph(text: str, *, indent: str = "", hanging: str | None = None) -> str:
    """One wrapped paragraph; what cannot be broken (a URL, a setting) stands out rather than being cut."""
    return textwrap.fill(
        " ".join(text.split()),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent if hanging is None else hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def code(text: str) -> str:
    """Lines that are not wrapped, set off from the text."""
    return textwrap.indent(text, "    ")


def columns(rows: Iterable[tuple[str, str]]) -> str:
    """Two columns, the second one as it is."""
    listed = list(rows)
    width = max((len(first) for first, _ in listed), default=0)
    return "\n".join(f"  {first:<{width}}  {second}" for first, second in listed)


def wrapped_columns(rows: Iterable[tuple[str, str]]) -> str:
    """Two columns, the second one wrapped."""
    listed = list(rows)
    width = max((len(first) for first, _ in listed), default=0)
    margin = " " * (width + 4)
    return "\n".join(paragraph(second, indent=f"  {first:<{width}}  ", hanging=margin) for first, second in listed)


def blocks(*parts: str) -> str:
    """Paragraphs and the like, with an empty line between them."""
    return "\n\n".join(part for part in parts if part)
