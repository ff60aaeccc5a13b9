"""A finding: what was seen, what the page gets, one action, where it is written."""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.text import Text

from hdrcli.findings import Finding, Severity
from hdrcli.report import Report
from hdrcli.reporters.table.printing import print_hanging, print_lines
from hdrcli.stacks import mend

_SEVERITY_STYLES: Final = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "bold yellow",
    Severity.ADVICE: "bold cyan",
}
_SHOWN_PLACES: Final = 4


def write_finding(console: Console, finding: Finding, report: Report) -> None:
    """Write one finding; of many places and sentences, the first few."""
    title = (f"{finding.severity}[{finding.code}]", _SEVERITY_STYLES[finding.severity])
    print_lines(console, Text.assemble(title, f" {finding.name}"), indent=0)
    for place in finding.places[:_SHOWN_PLACES]:
        modes = ", ".join(f'"{mode}"' for mode in place.credentials)
        print_hanging(console, "--> ", f"{place.method} {place.url}  page {place.page}  credentials {modes}")
    if len(finding.places) > _SHOWN_PLACES:
        print_hanging(console, "--> ", f"and {len(finding.places) - _SHOWN_PLACES} more")
    for line in finding.seen:
        print_hanging(console, " |  ", line)
    for sentence in finding.javascript[:_SHOWN_PLACES]:
        print_hanging(console, " =  ", sentence)
    print_hanging(console, " =  ", f"help: {_help(finding, report)}")
    print_hanging(console, " =  ", f"spec: {finding.spec}")
    console.print()


def _help(finding: Finding, report: Report) -> str:
    if finding.setting is None:
        return finding.action
    return f"{finding.action}: {mend(finding.setting, report.stack)}   ({report.stack.title})"
