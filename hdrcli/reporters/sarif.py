"""The report as SARIF 2.1.0, which code hosts show next to the source.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final, TextIO
from urllib.parse import quote

from hdrcli import __version__
from hdrcli.report.report import Report, ServiceReport
from hdrcli.reporters import whole
from hdrcli.reporters.checks import Check, other_failures
from hdrcli.reporters.finding_text import fingerprint, paragraphs, places, title
from hdrcli.reporters.json_exchanges import JSON
from hdrcli.reporters.location import FileLine, file_line
from hdrcli.reporters.view import shown_text
from hdrcli.rules.finding import Finding, Severity
from hdrcli.settings import Settings

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "note"}
_FAILED: Final = "failed-check"
"""The rule of what fails without being a finding: an unmet expectation, a route without a response."""


def _write(report: Report, out: TextIO, settings: Settings) -> None:
    failed = other_failures(report, settings)
    results = [_result(finding, service) for service in report.services for finding in service.findings]
    results += map(_failed_result, failed)
    run: JSON = {
        "tool": {"driver": {"name": "hdrcli", "version": __version__, "rules": [*_rules(report, failed)]}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    json.dump({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, out, indent=2)
    out.write("\n")


def _rules(report: Report, failed: list[Check]) -> Iterator[JSON]:
    """The rules of the findings, each once."""
    from hdrcli.rules import headline

    for code, finding in sorted({finding.code: finding for finding in report.findings}.items()):
        yield {
            "id": code,
            "name": finding.name,
            "shortDescription": {"text": f"{headline(code, ())}."},
            "help": {"text": f"hdrcli explain {code}"},
            "helpUri": finding.spec,
            "defaultConfiguration": {"level": _LEVELS[finding.severity]},
        }
    if failed:
        yield {"id": _FAILED, "shortDescription": {"text": "What was expected does not hold."}}


def _result(finding: Finding, service: ServiceReport) -> JSON:
    return {
        "ruleId": finding.code,
        "level": _LEVELS[finding.severity],
        **({"baselineState": "unchanged"} if finding.is_known else {}),
        "message": {"text": "\n".join([f"{title(finding)}.", *paragraphs(finding, service.stack)])},
        "locations": [_location(places(finding), file_line(finding))],
        "partialFingerprints": {"hdrcliFinding/v1": fingerprint(finding)},
        "properties": {"service": shown_text(service.name), "routes": places(finding)},
    }


def _failed_result(check: Check) -> JSON:
    return {
        "ruleId": _FAILED,
        "level": "error",
        "message": {"text": f"{check.suite} {check.name}: {check.message}"},
        "locations": [_location([check.name], file_line())],
    }


def _location(routes: list[str], place: FileLine) -> JSON:
    return {
        "physicalLocation": {"artifactLocation": {"uri": quote(place.file)}, "region": {"startLine": place.line}},
        "logicalLocations": [{"name": route, "kind": "resource"} for route in routes],
    }


reporter = whole(_write)
