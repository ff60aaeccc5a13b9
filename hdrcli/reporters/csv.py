"""The report as CSV: one row for each header of a route and each caller."""

from __future__ import annotations

import csv
from typing import Final, TextIO

from hdrcli.report.events import Event, RouteChecked
from hdrcli.reporters import Reporter
from hdrcli.reporters.view import page_of, shortened, shown_text, shown_url, shown_value, state_of
from hdrcli.settings import Settings
from hdrcli.text.escaping import printable

COLUMNS: Final = (
    *("service", "method", "url", "page", "credentials", "browser", "comparison"),
    *("header", "custom", "state", "reason", "value"),
)
_LONGEST_VALUE: Final = 1000
_FORMULA: Final = ("=", "+", "-", "@")
"""How a cell begins that a spreadsheet computes."""


def reporter(out: TextIO, settings: Settings) -> Reporter:
    """Write the rows of each route when it is checked."""
    del settings
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)

    def report(event: Event) -> None:
        if not isinstance(event, RouteChecked):
            return
        route = event.route
        for header in route.headers:
            for fetch, verdict in zip(route.fetches, header.verdicts, strict=True):
                value = ", ".join(shown_value(header.name, value) for value in verdict.values)
                row = (
                    *(shown_text(event.service), route.method, shown_url(route.url), page_of(fetch)),
                    *(fetch.credentials, fetch.browser, _yes_or_no(fetch.caller.for_comparison)),
                    *(header.name, _yes_or_no(header.custom), state_of(verdict), str(verdict.clause)),
                    shortened(value, _LONGEST_VALUE),
                )
                writer.writerow(map(_cell, row))

    return report


def _yes_or_no(value: bool) -> str:  # noqa: FBT001 -- a value of a column
    return "yes" if value else "no"


def _cell(text: str) -> str:
    """The text, which no spreadsheet takes for a formula."""
    shown = printable(text)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
