"""The report for a terminal: one block a route, readable in 80 columns and without colours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from hdrcli.fetch import HTTPResponse
from hdrcli.records.route import UnmetExpectation
from hdrcli.report.report import Report
from hdrcli.reporters.table.columns import by_page
from hdrcli.reporters.table.exchanges import write_probes
from hdrcli.reporters.table.finding import write_finding
from hdrcli.reporters.table.in_browser import summary, write_in_browser
from hdrcli.reporters.table.printing import Output
from hdrcli.reporters.table.route import write_block


def write(report: Report, out: TextIO, *, verbose: bool = False) -> None:
    """Write every route's block, the findings, the expectations that are not met, and what sums it up."""
    output = Output(out)
    shown_page = None
    for route in report.routes:
        for page, columns, headers in by_page(route):
            if page != shown_page:
                default = " (a default; --origin chooses another)" if report.default_page else ""
                output.line(f"page {page}{default}", indent=0)
                shown_page = page
                for left_out in route.left_out:
                    if str(left_out.page) == page:
                        hint = f"(--browser {left_out.browser})"
                        output.line(f"{left_out.browser} left out: {left_out.reason} {hint}", style="dim", indent=0)
            write_block(output, route, columns, headers, verbose=verbose)
            write_in_browser(output, (fetch for fetch in route.fetches if str(fetch.page) == page), verbose=verbose)
            output.blank()
        if verbose and route.probes:
            write_probes(output, route)
            output.blank()
    for finding in report.findings:
        write_finding(output, finding, report)
    for unmet in report.unmet:
        _write_unmet(output, unmet)
    if report.default_credentials and any(unmet.holds_in_a_mode for unmet in report.unmet):
        hint = "An expectation holds in every fetch: --credentials omit or include asks for one mode alone."
        output.line(hint, style="dim", indent=0)
    if report.unmet:
        output.blank()
    for line in _summary(report):
        output.line(line, indent=0)


def _write_unmet(output: Output, unmet: UnmetExpectation) -> None:
    expectation, route = unmet.expectation, unmet.route
    demand = f"{expectation.name} is to be {expectation.verdict} on {route.method} {route.url}."
    output.hanging("unmet  ", f"{demand} {unmet.reason}", style="bold red", indent=0)


def _summary(report: Report) -> Iterable[str]:
    exchanges = [exchange for fetch in report.fetches for exchange in fetch.exchanges]
    exchanges += [probe.exchange for route in report.routes for probe in route.probes]
    requests = len({id(exchange.received) for exchange in exchanges})
    yield f"{_count(len(report.routes), 'route')}, {_count(requests, 'request')} sent."
    answers = [exchange.response for exchange in exchanges if isinstance(exchange.response, HTTPResponse)]
    for proxy in dict.fromkeys(answer.proxy for answer in answers if answer.proxy is not None):
        yield f"Answers came through the proxy {proxy}: header lines may have been lost or changed on the way."
    if any(answer.http_version == "2" for answer in answers):
        yield "Answers came over HTTP/2: header names are in lower case there."
    counts: dict[str, list[bool]] = {}
    for route in report.routes:
        for header in route.headers:
            sent: dict[str, list[bool]] = {}
            for fetch, verdict in zip(route.fetches, header.verdicts, strict=True):
                if header.custom and verdict.sent:
                    sent.setdefault(fetch.credentials, []).append(verdict.readable)
            for mode, readable in sent.items():
                counts.setdefault(mode, []).append(all(readable))
    by_mode = [f'{sum(readable)} of {len(readable)} with "{mode}"' for mode, readable in counts.items()]
    if by_mode:
        yield f"Custom headers readable: {', '.join(by_mode)}."
    yield from summary(report)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
