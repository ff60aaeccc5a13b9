"""The names and the syntax of a stack's CORS options: all that `hdrcli.stacks.writing` needs to word a fix for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final

from msgspec import field

from hdrcli.stacks.fix import Fix, FixText
from hdrcli.stacks.setting import Arrangement, Concept
from hdrcli.structs import Record

Writer = Callable[[Fix], FixText]

OTHERS: Final = "..."
"""Stands in a list for the values that are configured and aren't known."""


def quoted(value: str) -> str:
    """The value as a string literal of most languages."""
    return json.dumps(value)


def plain(value: str) -> str:
    """The value as it is."""
    return value


class Dialect(Record, frozen=True, kw_only=True):
    """How one stack's options are written.

    A template holds `{list}` (the values, each written by `item`, joined by `separator`) or `{value}` (the first one,
    as it is). `items`, `separators` and `places` are those of options that differ, `wildcards` the templates for "*"
    where the list can't hold it, `writers` functions where a template isn't enough. `where` is the options' place.
    `arrangements` are the texts that aren't about an option; `{name}` in a line repeats it for each value of the fix.
    `removing` is the line by which a proxy removes a header of a response, `compression` that by which it compresses.
    `built_in_request_headers` are allowed by the stack without being named, in lower case.
    """

    where: str
    templates: Mapping[Concept, str]
    arrangements: Mapping[Arrangement, FixText]
    item: Callable[[str], str] = quoted
    separator: str = ", "
    items: Mapping[Concept, Callable[[str], str]] = field(default_factory=dict)
    places: Mapping[Concept, str] = field(default_factory=dict)
    separators: Mapping[Concept, str] = field(default_factory=dict)
    wildcards: Mapping[Concept, str] = field(default_factory=dict)
    notes: Mapping[Concept, str] = field(default_factory=dict)
    writers: Mapping[Concept, Writer] = field(default_factory=dict)
    removing: str = ""
    compression: str = ""
    built_in_request_headers: frozenset[str] = frozenset()
