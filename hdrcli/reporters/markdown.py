"""The report as Markdown, for job summaries and comments. All text of a server is in code, where nothing is markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, TextIO

from hdrcli.report.report import Report, ServiceReport
from hdrcli.report.totals import custom_headers
from hdrcli.reporters import whole
from hdrcli.reporters.checks import other_failures
from hdrcli.reporters.finding_text import fix, headline_of, places, quote, subjects
from hdrcli.reporters.verdict_line import verdict_line
from hdrcli.reporters.view import count, name_of, shown_text, status_of
from hdrcli.settings import Settings
from hdrcli.stacks import Stack
from hdrcli.text.escaping import printable

if TYPE_CHECKING:
    from hdrcli.report.client import ClientResult

_MOST_ROUTES: Final = 500
"""In a table: GitHub takes summaries of a mebibyte."""
_MOST_FAILED: Final = 50
_markup = re.compile(r"[\\`*_\[\]<>&|~#]")
_backticks = re.compile("`+")


def _write(report: Report, out: TextIO, settings: Settings) -> None:
    out.writelines(f"{block}\n\n" for block in _blocks(report, settings))


def _blocks(report: Report, settings: Settings) -> Iterator[str]:
    yield f"## hdrcli: {printable(verdict_line(report.totals, settings))}"
    failed = other_failures(report, settings)
    if failed:
        lines = [f"- {code_span(f'{check.suite} {check.name}')}: {code_span(check.message)}" for check in failed]
        more = len(lines) - _MOST_FAILED
        yield "\n".join([*lines[:_MOST_FAILED], *([f"- and {more:,} more"] if more > 0 else [])])
    for service in report.services:
        yield from _service(service)


def _service(service: ServiceReport) -> Iterator[str]:
    yield f"### {code_span(shown_text(service.name))}"
    if service.routes:
        yield "\n".join(_routes(service))
    if service.client is not None:
        yield from _client(service.client, service.stack)
    for finding in service.findings:
        names = ", ".join(map(code_span, subjects(finding)))
        known = "known " if finding.is_known else ""
        yield f"**{known}{finding.severity} {finding.code}** {escaped(headline_of(finding))}{names and ': '}{names}"
        if finding.is_known:
            continue
        if finding.quote:
            yield f"The response's body begins: {code_span(quote(finding))}"
        found = fix(finding, service.stack)
        yield f"Fix: {code_span(found.sentence)}"
        if found.lines:
            yield _fenced(found.lines)
        if found.note:
            yield code_span(found.note)
        yield f"Where: {', '.join(map(code_span, places(finding)))}. More: `hdrcli explain {finding.code}`"
    if service.skipped:
        reasons = dict.fromkeys(skipped.reason for skipped in service.skipped)
        yield f"{count(len(service.skipped), 'route')} skipped: {'; '.join(map(code_span, reasons))}"


def _client(client: ClientResult, stack: Stack) -> Iterator[str]:
    from hdrcli.reporters.client_view import client_fix, client_verdicts, step_reason

    for text, where, _ in client_verdicts(client):
        yield f"**{escaped(text)}** {escaped(where)}"
    if client.faults:
        yield "\n".join(f"- {code_span(fault.step)}: {code_span(step_reason(fault))}" for fault in client.faults)
    for fix_text in client_fix(client, stack):
        yield f"Set: {code_span(fix_text.where)}" if fix_text.where else "Set:"
        yield _fenced(map(printable, fix_text.lines or (fix_text.note,)))


def _routes(service: ServiceReport) -> Iterator[str]:
    yield "| Route | Status | JavaScript can read | hidden |"
    yield "|---|---|---|---|"
    for route in service.routes[:_MOST_ROUTES]:
        headers = custom_headers(route)
        readable, hidden = (
            " ".join(code_span(header.name) for header, is_readable in headers if is_readable is wanted)
            for wanted in (True, False)
        )
        status = next((str(status_of(fetch) or "none") for fetch in route.fetches), "")
        cells = (code_span(name_of(route)), status, readable, hidden)
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    if len(service.routes) > _MOST_ROUTES:
        yield f"| and {len(service.routes) - _MOST_ROUTES:,} more | | | |"


def escaped(text: str) -> str:
    """A text of our own: https://spec.commonmark.org/0.31.2/#backslash-escapes."""
    return _markup.sub(r"\\\g<0>", text)


def code_span(text: str) -> str:
    """A code span: https://spec.commonmark.org/0.31.2/#code-spans."""
    shown = printable(text)
    fence = "`" * (1 + max((len(run) for run in _backticks.findall(shown)), default=0))
    space = " " if shown.startswith("`") or shown.endswith("`") or not shown.strip() else ""
    return f"{fence}{space}{shown}{space}{fence}"


def _fenced(lines: Iterable[str]) -> str:
    text = "\n".join(lines)
    fence = "`" * max(3, 1 + max((len(run) for run in _backticks.findall(text)), default=0))
    return f"{fence}\n{text}\n{fence}"


reporter = whole(_write)
