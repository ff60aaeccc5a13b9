"""The lines about a service as a whole: routes that were skipped, and what its kind of target cannot show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.report.events import ServiceChecked
from hdrcli.reporters.table.terminal import Terminal
from hdrcli.reporters.view import count, listing, shown_text

_SHOWN_ROUTES: Final = 3
"""Of those that are skipped for one reason."""
_SHOWN_PARAMETERS: Final = 8
"""Of those without a value, which may be many: they share a line."""


def service_lines(terminal: Terminal, service: ServiceChecked) -> Iterator[str]:
    """The lines, none for most services. Its problem is on standard error."""
    by_reason: dict[str, list[str]] = {}
    parameters = tuple(dict.fromkeys(skipped.parameter for skipped in service.skipped if skipped.parameter))
    without_value = f"no value for {listing(parameters, _SHOWN_PARAMETERS)} (--param NAME=VALUE)"
    for skipped in service.skipped:
        reason = without_value if skipped.parameter and len(parameters) > 1 else skipped.reason
        by_reason.setdefault(reason, []).append(f"{skipped.method} {shown_text(skipped.path)}")
    for reason, routes in by_reason.items():
        yield terminal.line(
            f"{count(len(routes), 'route')} skipped, {reason}: {listing(routes, _SHOWN_ROUTES)}", hang=2
        )
    for limit in service.limits:
        yield terminal.line((shown_text(limit), "dim"), hang=2)
