"""The report for GitLab's code quality widget: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Final, TextIO

from hdrcli.report.report import Report
from hdrcli.reporters import whole
from hdrcli.reporters.checks import other_failures
from hdrcli.reporters.finding_text import fingerprint, fix, title
from hdrcli.reporters.json_exchanges import JSON
from hdrcli.reporters.location import FileLine, file_line
from hdrcli.rules.finding import Severity
from hdrcli.settings import Settings
from hdrcli.text.json_text import json_text

_SEVERITIES: Final = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.ADVICE: "info"}


def _write(report: Report, out: TextIO, settings: Settings) -> None:
    issues = [*_findings(report), *_others(report, settings)]
    out.write("[")
    out.write(",".join(f"\n  {json_text(issue)}" for issue in issues))
    out.write("\n]\n" if issues else "]\n")


def _findings(report: Report) -> Iterator[JSON]:
    for service in report.services:
        for finding in (finding for finding in service.findings if not finding.is_known):
            found = fix(finding, service.stack)
            text = " ".join([f"{title(finding)}. Fix: {found.sentence}", *found.lines])
            yield _issue(finding.code, text, fingerprint(finding), _SEVERITIES[finding.severity], file_line(finding))


def _others(report: Report, settings: Settings) -> Iterator[JSON]:
    for check in other_failures(report, settings):
        text = f"{check.suite} {check.name}: {check.message}"
        key = sha256(f"{check.suite}\0{check.name}".encode("utf-8", "surrogatepass")).hexdigest()
        yield _issue("hdrcli", text, key, "critical", file_line())


def _issue(name: str, description: str, key: str, severity: str, place: FileLine) -> JSON:
    return {
        "description": description,
        "check_name": name,
        "fingerprint": key,
        "severity": severity,
        "location": {"path": place.file, "lines": {"begin": place.line}},
    }


reporter = whole(_write)
