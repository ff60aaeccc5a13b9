"""A finding: what was seen, what the page gets, one action, where it is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hdrcli.findings import Finding, Severity
from hdrcli.report import Report
from hdrcli.reporters.table.printing import Output
from hdrcli.stacks import mend

_SEVERITY_STYLES: Final = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "bold yellow",
    Severity.ADVICE: "bold cyan",
}
_SHOWN_PLACES: Final = 4
_SHOWN_LINES: Final = 16


def write_finding(output: Output, finding: Finding, report: Report) -> None:
    """Write one finding; of many places, lines and sentences, the first few."""
    title = (f"{finding.severity}[{finding.code}]", _SEVERITY_STYLES[finding.severity])
    output.line(title, f" {finding.name}", indent=0)
    for place in finding.places[:_SHOWN_PLACES]:
        modes = ", ".join(f'"{mode}"' for mode in place.credentials)
        output.hanging("--> ", f"{place.method} {place.url}  page {place.page}  credentials {modes}")
    others = [browser for browser in report.browsers if browser not in finding.browsers]
    if others:
        output.hanging("--> ", _browsers(finding, others))
    if len(finding.places) > _SHOWN_PLACES:
        output.hanging("--> ", f"and {len(finding.places) - _SHOWN_PLACES} more")
    for line in finding.seen[:_SHOWN_LINES]:
        output.hanging(" |  ", line)
    if len(finding.seen) > _SHOWN_LINES:
        output.hanging(" |  ", f"and {len(finding.seen) - _SHOWN_LINES} more lines")
    for sentence in finding.javascript[:_SHOWN_PLACES]:
        output.hanging(" =  ", sentence)
    output.hanging(" =  ", f"help: {_help(finding, report)}")
    output.hanging(" =  ", f"spec: {finding.spec}")
    output.blank()


def _browsers(finding: Finding, others: Sequence[str]) -> str:
    """Which browsers it is about, and why not the others."""
    from hdrcli.departures import sentence

    where = f"in {' and '.join(finding.browsers)}, not in {' and '.join(others)}"
    reasons = list(map(sentence, finding.departures))
    return f"{where}: {' '.join(reasons)}" if reasons else where


def _help(finding: Finding, report: Report) -> str:
    if finding.setting is None:
        return finding.action
    return f"{finding.action}: {mend(finding.setting, report.stack)}   ({report.stack.title})"
