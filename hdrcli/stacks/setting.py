"""A CORS setting, whatever the stack calls it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Concept = Literal["origins", "methods", "request-headers", "expose", "credentials", "max-age"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What to set, whatever the stack calls it: `values` are the complete list to set, merged with what is set."""

    concept: Concept
    values: tuple[str, ...] = ()
