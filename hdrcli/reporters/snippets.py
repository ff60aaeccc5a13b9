"""Reports that are code in another language: commented pieces, with an empty line between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TextIO

from hdrcli.records.route import RouteRecord
from hdrcli.report.events import Event, RouteChecked
from hdrcli.reporters import Reporter
from hdrcli.text.escaping import printable

Snippet = tuple[str, str]
"""A comment, and the code, which may be empty."""


def snippets(out: TextIO, mark: str, snippets_of: Callable[[RouteRecord], Iterable[Snippet]]) -> Reporter:
    """A reporter that writes the pieces of each route when it is checked; `mark` begins a comment."""
    separator = ""

    def report(event: Event) -> None:
        nonlocal separator
        if isinstance(event, RouteChecked):
            for comment, code in snippets_of(event.route):
                out.write(f"{separator}{mark} {printable(comment)}\n")
                out.write(f"{code}\n" if code else "")
                separator = "\n"

    return report
