"""The report in the Test Anything Protocol: https://testanything.org/tap-version-13-specification.html."""

from __future__ import annotations

from typing import TextIO

from hdrcli.report.report import Report
from hdrcli.reporters import whole
from hdrcli.reporters.checks import checks_of
from hdrcli.settings import Settings


def _write(report: Report, out: TextIO, settings: Settings) -> None:
    checks = [*checks_of(report, settings)]
    out.write(f"TAP version 13\n1..{len(checks)}\n")
    for number, check in enumerate(checks, 1):
        description = f"{check.suite} {check.name}".replace("#", r"\x23")  # parsers differ in how they read \#
        result = "not ok" if check.outcome == "failed" else "ok"
        directive = f" # SKIP {check.message}" if check.outcome == "skipped" else ""
        out.write(f"{result} {number} - {description}{directive}\n")
        if check.outcome != "skipped":
            out.writelines(f"# {line}\n" for line in (check.message, *check.lines) if line)


reporter = whole(_write)
