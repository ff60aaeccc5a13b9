"""The report for a terminal: one block a route, readable in 80 columns and without colours.

All header text is the server's: it is escaped, and goes through `Text`, which knows no markup.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from rich.console import Console
from rich.text import Text

from hdrcli.escaping import printable
from hdrcli.report import Report
from hdrcli.reporters.table.finding import write_finding
from hdrcli.reporters.table.printing import print_lines
from hdrcli.reporters.table.route import by_page, write_block, write_probes


def write(report: Report, out: TextIO, *, verbose: bool = False) -> None:
    """Write every route's block, then the expectations that are not met, then one line that sums up."""
    console = Console(file=out, markup=False, emoji=False, highlight=False)
    shown_page = None
    for route in report.routes:
        for page, fetches, headers in by_page(route):
            if page != shown_page:
                default = " (a default; --origin chooses another)" if report.default_page else ""
                print_lines(console, Text(f"page {page}{default}"), indent=0)
                shown_page = page
            write_block(console, route, fetches, headers, verbose=verbose)
            console.print()
        if verbose and route.probes:
            write_probes(console, route)
            console.print()
    for finding in report.findings:
        write_finding(console, finding, report)
    for unmet in report.unmet:
        expectation, route = unmet.expectation, unmet.route
        demand = f"{expectation.name} is to be {expectation.verdict} on {route.method} {route.url}."
        print_lines(console, Text.assemble(("unmet", "bold red"), printable(f"  {demand} {unmet.reason}")), indent=0)
    if report.unmet and report.default_credentials:
        hint = "An expectation holds in every fetch: --credentials omit or include asks for one mode alone."
        print_lines(console, Text(hint, style="dim"), indent=0)
    for line in _summary(report):
        print_lines(console, Text(line), indent=0)


def _summary(report: Report) -> Iterable[str]:
    exchanges = [exchange for fetch in report.fetches for exchange in fetch.exchanges]
    exchanges += [probe.exchange for route in report.routes for probe in route.probes]
    requests = len({exchange.request for exchange in exchanges})
    counts: dict[str, list[bool]] = {}
    for route in report.routes:
        for header in route.headers:
            for fetch, verdict in zip(route.fetches, header.verdicts, strict=True):
                readable = counts.setdefault(fetch.credentials, [])
                readable += [verdict.readable] if header.custom and verdict.sent else []
    by_mode = [f'{sum(readable)} of {len(readable)} with "{mode}"' for mode, readable in counts.items()]
    yield f"{_count(len(report.routes), 'route')}, {_count(requests, 'request')} sent."
    if by_mode:
        yield f"Custom headers readable: {', '.join(by_mode)}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
