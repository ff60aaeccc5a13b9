"""A finding: what was seen, what the page gets, one action, where it is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hdrcli.report.report import Report
from hdrcli.reporters.table.printing import Output
from hdrcli.rules.finding import Finding, Severity
from hdrcli.stacks import fix_text

_SEVERITY_STYLES: Final = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "bold yellow",
    Severity.ADVICE: "bold cyan",
}
_SHOWN_PLACES: Final = 4
_SHOWN_LINES: Final = 16
_LINE_LENGTH: Final = 200
_SENTENCE_LENGTH: Final = 400
_HELP_LENGTH: Final = 2000
"""Longer than the others: it may hold a list to copy."""
_SHOWN_END: Final = 40


def write_finding(output: Output, finding: Finding, report: Report) -> None:
    """Write one finding; of many places, lines and sentences, the first few."""
    title = (f"{finding.severity}[{finding.code}]", _SEVERITY_STYLES[finding.severity])
    output.line(title, f" {finding.name}", indent=0)
    for place in finding.places[:_SHOWN_PLACES]:
        modes = ", ".join(f'"{mode}"' for mode in place.credentials)
        output.hanging("--> ", f"{place.method} {place.url}  page {place.page}  credentials {modes}")
    if others := _others(finding, report):
        output.hanging("--> ", _browsers(finding, others))
    if len(finding.places) > _SHOWN_PLACES:
        output.hanging("--> ", f"and {len(finding.places) - _SHOWN_PLACES} more")
    for line in finding.seen[:_SHOWN_LINES]:
        output.hanging(" |  ", _cut(line, _LINE_LENGTH))
    if len(finding.seen) > _SHOWN_LINES:
        output.hanging(" |  ", f"and {len(finding.seen) - _SHOWN_LINES} more lines")
    for sentence in finding.javascript[:_SHOWN_PLACES]:
        output.hanging(" =  ", _cut(sentence, _SENTENCE_LENGTH))
    if len(finding.javascript) > _SHOWN_PLACES:
        output.hanging(" =  ", f"and {len(finding.javascript) - _SHOWN_PLACES} more")
    output.hanging(" =  ", _cut(f"help: {_help(finding, report)}", _HELP_LENGTH))
    output.hanging(" =  ", f"spec: {finding.spec}")
    output.blank()


def _cut(text: str, length: int) -> str:
    """A text of about `length` at most, as the server decides how long a header is.

    The middle is left out: a sentence's end tells which header it is about.
    """
    if len(text) <= length:
        return text
    return f"{text[: length - _SHOWN_END]} ... ({len(text)} characters) ... {text[-_SHOWN_END:]}"


def _others(finding: Finding, report: Report) -> list[str]:
    """The browsers that were played for its pages, too, and that it is not about."""
    places = {(place.method, place.url, place.page) for place in finding.places}
    played = dict.fromkeys(
        fetch.browser
        for route in report.routes
        for fetch in route.fetches
        if (route.method, route.url, str(fetch.page)) in places
    )
    return [browser for browser in played if browser not in finding.browsers]


def _browsers(finding: Finding, others: Sequence[str]) -> str:
    """Which browsers it is about, and why not the others."""
    from hdrcli.verdict.quirks import sentence

    where = f"in {_listing(finding.browsers, 'and')}, not in {_listing(others, 'or')}"
    reasons = list(map(sentence, finding.departures))
    return f"{where}: {' '.join(reasons)}" if reasons else where


def _listing(names: Sequence[str], conjunction: str) -> str:
    *first, last = names
    return f"{', '.join(first)} {conjunction} {last}" if first else last


def _help(finding: Finding, report: Report) -> str:
    if finding.setting is None:
        return finding.action
    return f"{finding.action}: {fix_text(finding.setting, report.stack)}   ({report.stack.title})"
