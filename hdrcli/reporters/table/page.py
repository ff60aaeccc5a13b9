"""The page that calls a route."""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.records.route import Caller, RouteRecord
from hdrcli.reporters.table.terminal import Terminal


def page_lines(terminal: Terminal, route: RouteRecord, caller: Caller) -> Iterator[str]:
    """The page, what an extension may do, and the browsers that are not simulated for the page."""
    default = " (a default, --origin sets another)" if caller.is_default else ""
    yield terminal.line((f"page {caller.page}{default}", "dim"), hang=2)
    if caller.page.is_extension:
        yield terminal.line(("with a host permission for this URL, the extension needs no CORS", "dim"), hang=2)
    for skipped in route.skipped:
        if skipped.page == caller.page:
            hint = f" (--browser {skipped.browser} simulates it)" if skipped.is_possible else ""
            yield terminal.line((f"{skipped.browser} is skipped: {skipped.reason}{hint}", "dim"), hang=2)
