"""The report as JUnit XML, which most CI systems show as a list of tests.

Source of the format: https://github.com/testmoapp/junitxml
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TextIO
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from hdrcli.report.report import Report
from hdrcli.reporters import whole
from hdrcli.reporters.checks import Check, checks_of
from hdrcli.settings import Settings
from hdrcli.text.escaping import printable


def _write(report: Report, out: TextIO, settings: Settings) -> None:
    checks = [*checks_of(report, settings)]
    root = Element("testsuites", {"name": "hdrcli", **_counts(checks)})
    del root.attrib["skipped"]  # which schemas have of suites only
    for name, group in groupby(checks, lambda check: check.suite):
        members = [*group]
        suite = SubElement(root, "testsuite", {"name": name, **_counts(members)})
        for check in members:
            _add(suite, check)
    indent(root)
    out.write('<?xml version="1.0" encoding="utf-8"?>\n')
    ElementTree(root).write(out, encoding="unicode")
    out.write("\n")


def _counts(checks: Sequence[Check]) -> dict[str, str]:
    outcomes = [check.outcome for check in checks]
    failures, skipped = outcomes.count("failed"), outcomes.count("skipped")
    return {"tests": f"{len(checks)}", "failures": f"{failures}", "errors": "0", "skipped": f"{skipped}"}


def _add(suite: Element, check: Check) -> None:
    case = SubElement(suite, "testcase", {"classname": check.suite, "name": check.name})
    if check.place is not None:
        case.attrib |= {"file": printable(check.place.file), "line": str(check.place.line)}
    if check.outcome == "failed":
        # The text is repeated: some systems show only the attribute, others only the element's content.
        SubElement(case, "failure", {"message": check.message}).text = "\n".join([check.message, *check.lines])
        return
    if check.outcome == "skipped":
        SubElement(case, "skipped", {"message": check.message})
        return
    lines = [line for line in (check.message, *check.lines) if line]
    if lines:
        SubElement(case, "system-out").text = "\n".join(lines)


reporter = whole(_write)
