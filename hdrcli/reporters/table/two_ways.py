"""The lines about `--compare`: what was compared, and how the checked response differs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.comparison.direct import differences_of, two_ways
from hdrcli.fetch import HTTPResponse
from hdrcli.records.route import RouteRecord
from hdrcli.reporters.comparisons.texts import LABELS, WIDTH, text
from hdrcli.reporters.table.terminal import Terminal
from hdrcli.reporters.view import count, shown_url

_SHOWN: Final = 30
"""Differences, of which a server may send any number."""


def two_ways_lines(terminal: Terminal, route: RouteRecord) -> Iterator[str]:
    """The lines, none without `--compare`: "there" is its URL, "here" the URL that is checked."""
    ways = two_ways(route)
    if ways is None:
        return
    found = differences_of(ways, route)
    if found is None:
        has_other = isinstance(ways.inner.response, HTTPResponse)
        result = f"no response {'here' if has_other else 'there'}"
    else:
        result = count(len(found), "difference") if found else "no difference"
    yield terminal.line(f"compared with {shown_url(str(ways.inner.request.url))}: {result}", indent=2, hang=2)
    for each in (found or ())[:_SHOWN]:
        label = f"{LABELS[each.kind]:{WIDTH}}"
        yield terminal.line((label, "yellow"), text(each, ("there", "here")), indent=4, hang=terminal.hang(WIDTH))
    if found is not None and len(found) > _SHOWN:
        yield terminal.line(f"and {len(found) - _SHOWN:,} more, which --format json lists", indent=4)
