"""Reads a finding for the tests: its data one by one, and its text as a whole.

Tests read the fields of findings only through this module, and compare text only with the snapshots.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from hdrcli.report.report import Report
from hdrcli.rules.finding import Finding
from hdrcli.stacks import ANY, Stack, fix_text
from hdrcli.stacks.setting import Setting
from hdrcli.stacks.writing import fix_for, write

_HEADER_LINE: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+: .*|no [A-Z][0-9A-Za-z_-]*", re.DOTALL)
_EPHEMERAL_PORT: Final = re.compile(r"(?<=(?:127\.0\.0\.1|localhost):)[3-6]\d{4}\b")


def found(report: Report) -> list[str]:
    """Severity and code of each finding, in the report's order."""
    return [f"{finding.severity} {finding.code}" for finding in report.findings]


def the_finding(report: Report) -> Finding:
    """The only one."""
    (finding,) = report.findings
    return finding


def variant(finding: Finding) -> str:
    """The part of a finding that distinguishes it from others of its code: its variant, and the names it is about."""
    return finding.variant


def evidence(finding: Finding) -> tuple[str, ...]:
    """The header lines and notes that show the fault on the first route that has it."""
    return finding.evidence[0].lines


def header_lines(finding: Finding) -> tuple[str, ...]:
    """The header lines of the evidence: "Name: value", or "no Name" for one that was not sent."""
    return tuple(line for line in evidence(finding) if _HEADER_LINE.fullmatch(line))


def impact(finding: Finding) -> tuple[str, ...]:
    """Sentences about the page."""
    return finding.impact


def fix(finding: Finding) -> str:
    """The sentence that says how to fix it."""
    return finding.fix


def fix_setting(finding: Finding) -> Setting | None:
    """The setting that fixes it, if a setting does."""
    return finding.fix_setting


def fix_lines(finding: Finding, stack: Stack) -> tuple[str, ...]:
    """That setting, as it is written in this stack."""
    setting = fix_setting(finding)
    return () if setting is None else write(fix_for(setting, stack)).lines


def concept(finding: Finding) -> str | None:
    """The kind of setting that fixes it."""
    setting = fix_setting(finding)
    return None if setting is None else setting.concept


def values(finding: Finding) -> tuple[str, ...]:
    """The values of the setting that fixes it."""
    setting = fix_setting(finding)
    assert setting is not None
    return setting.values


def text(finding: Finding) -> str:
    """Everything that a user may read of a finding, one sentence a line; the ports of test servers are PORT."""
    return _EPHEMERAL_PORT.sub("PORT", "\n".join(_lines(finding)))


def _lines(finding: Finding) -> Iterator[str]:
    yield f"{finding.severity} {finding.code} {finding.name}"
    yield from (f"evidence: {line}" for line in evidence(finding))
    yield from (f"impact: {line}" for line in impact(finding))
    yield f"fix: {fix(finding)}"
    setting = fix_setting(finding)
    if setting is not None:
        yield f"fix setting: {fix_text(setting, ANY)}"
