"""Annotations of GitHub Actions, as commands to its runner, one a line.

A step shows ten annotations of a kind; of more, the first nine are written, and how many more there are. Source:
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final, NamedTuple, TextIO

from hdrcli.report.report import Report
from hdrcli.reporters import whole
from hdrcli.reporters.checks import other_failures
from hdrcli.reporters.finding_text import paragraphs, title
from hdrcli.reporters.location import FileLine, file_line
from hdrcli.rules.finding import Severity
from hdrcli.settings import Settings

_MOST: Final = 10
_COMMANDS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "notice"}


class _Annotation(NamedTuple):
    command: str
    title: str
    text: str
    place: FileLine


def _write(report: Report, out: TextIO, settings: Settings) -> None:
    by_command: dict[str, list[_Annotation]] = {}
    for annotation in chain(_of_findings(report), _others(report, settings)):
        by_command.setdefault(annotation.command, []).append(annotation)
    for command, of_command in by_command.items():
        more = len(of_command) - _MOST
        if more > 0:
            del of_command[_MOST - 1 :]
            of_command.append(
                _Annotation(command, "hdrcli", f"and {more + 1} more, which the report lists", file_line())
            )
        out.writelines(map(_line, of_command))


def _of_findings(report: Report) -> Iterator[_Annotation]:
    for service in report.services:
        for finding in (finding for finding in service.findings if not finding.is_known):
            text = "\n".join(paragraphs(finding, service.stack))
            yield _Annotation(_COMMANDS[finding.severity], f"{finding.code} {title(finding)}", text, file_line(finding))


def _others(report: Report, settings: Settings) -> Iterator[_Annotation]:
    for check in other_failures(report, settings):
        yield _Annotation("error", f"{check.suite} {check.name}", check.message, file_line())


def _line(annotation: _Annotation) -> str:
    properties = {"file": annotation.place.file, "line": str(annotation.place.line), "title": annotation.title}
    shown = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{annotation.command} {shown}::{_data(annotation.text)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


reporter = whole(_write)
