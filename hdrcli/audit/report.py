"""The report of an audit: as text, and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.resources import files
from itertools import groupby
from textwrap import wrap
from typing import Final, Literal

from hdrcli import __version__
from hdrcli.audit.judging import AuditFinding
from hdrcli.audit.not_tried import NOT_TRIED
from hdrcli.audit.planning import PlannedOrigin
from hdrcli.audit.result import Audit, AuditTotals
from hdrcli.records.errors import ExitStatus
from hdrcli.reporters.json_bounds import bounded
from hdrcli.reporters.json_exchanges import JSON
from hdrcli.reporters.view import count, listing, shown_text, shown_url
from hdrcli.rules.finding import Severity
from hdrcli.settings import Settings
from hdrcli.stacks import ANY, Stack, text_for
from hdrcli.stacks.fix import FixText
from hdrcli.text.escaping import printable
from hdrcli.text.json_text import json_text

Form = Literal["table", "json", "jsonl"]

_SHOWN: Final = 3
"""Origins and other hosts in a sentence."""


def schema_text() -> str:
    """The JSON Schema of the report: draft 2020-12."""
    return files("hdrcli.audit").joinpath("audit.schema.json").read_text("utf-8")


class Writer:
    """Writes audits as they end: `write` takes parts of the report, the first of them when the writer is made.

    `expected` is how many audits there will be, if nothing interrupts them.
    """

    def __init__(self, form: Form, write: Callable[[str], None], *, width: int, expected: int) -> None:
        self._form = form
        self._write = write
        self._width = width
        self._expected = expected
        self._totals = AuditTotals()
        if form == "json":
            write(f'{{"hdrcli": {json_text(__version__)}, "audits": [')

    def add(self, audit: Audit) -> None:
        """Write the result of an audit."""
        is_first = not self._totals.outcomes
        self._totals.add(audit)
        match self._form:
            case "table":
                self._write_lines([*([] if is_first else [""]), *_lines_of(audit, self._width)])
            case "json":
                self._write(f"{'' if is_first else ','}\n{json_text(_value(audit))}")
            case "jsonl":
                self._write(f"{json_text(_value(audit))}\n")

    def end(self) -> None:
        """Write the end of the report, which may lack audits."""
        if self._form == "json":
            self._write("\n]}\n")
        elif self._form == "table" and self._expected > 1:
            self._write_lines(["", *_wrapped(self._summary(), self._width)])

    def _write_lines(self, lines: Iterable[str]) -> None:
        self._write("".join(f"{line}\n" for line in lines))

    def exit_status(self, settings: Settings) -> ExitStatus:
        """As `AuditTotals.exit_status`."""
        return self._totals.exit_status(settings)

    def _summary(self) -> str:
        outcomes, severities = self._totals.outcomes, self._totals.severities
        others = [f"{number:,} {outcome}" for outcome, number in outcomes.items() if outcome != "audited"]
        findings = (
            count(severities[Severity.ERROR], "error"),
            count(severities[Severity.WARNING], "warning"),
            count(severities[Severity.ADVICE], "piece of advice", "pieces of advice"),
        )
        audited = f"{outcomes['audited']:,} of {count(self._expected, 'URL')} audited"
        return f"{', '.join([audited, *others])}: {', '.join(findings)}"


def plan_as_text(url: str, planned: Sequence[PlannedOrigin]) -> str:
    """What an audit of a URL would try, and what it never tries."""
    lines = [f"{_shown_url(url)}: {count(len(planned), 'GET request')} at most, besides redirects", ""]
    for probe, group in groupby(planned, lambda each: (each.probe.name, each.probe.shows)):
        lines += [": ".join(probe), *(f"  {_shown_url(each.origin)}" for each in group)]
    lines += ["", "Not tried:", *(f"  {printable(origin)}: {reason}" for origin, reason in NOT_TRIED)]
    return "\n".join([*lines, ""])


def _lines_of(audit: Audit, width: int) -> Iterator[str]:
    stack = "" if audit.stack is ANY else f", {audit.stack.shown}"
    tried = f"{len(audit.tried)} of {count(audit.planned, 'origin')} tried"
    yield from _wrapped(
        f"{_shown_url(audit.url)}: {audit.outcome}, {tried}, {count(audit.requests, 'request')}{stack}", width
    )
    for note in _notes(audit):
        yield from _wrapped(note, width, "  ")
    for finding in audit.findings:
        yield ""
        yield from _lines_of_finding(finding, audit.stack, width)


def _notes(audit: Audit) -> Iterator[str]:
    if audit.problem:
        yield printable(shown_text(audit.problem))
    if audit.statuses:
        yield f"Status of the responses: {', '.join(map(str, audit.statuses))}"
    if audit.redirects:
        yield f"Redirects to other hosts, not followed: {listing([*map(_shown_url, audit.redirects)], _SHOWN)}"
    if audit.private_data:
        yield f"Signs of private data: {', '.join(audit.private_data)}"
    if audit.local:
        yield "The service is on a local network: pages reach it through the browsers of the network's users."
    if audit.public:
        yield "Any website can read the responses without cookies: they are public."
    if audit.outcome == "audited" and not audit.findings:
        yield "Nobody else can read them." if not audit.public else "Nobody else can read them with cookies."


def _lines_of_finding(finding: AuditFinding, stack: Stack, width: int) -> Iterator[str]:
    yield from _wrapped(f"{finding.severity}  {_title(finding)} [{finding.probe.name}]", width)
    fixed = _fix(finding, stack)
    details = (
        f"Cause: {finding.probe.shows}",
        f"Allowed: {listing([*map(shown_url, finding.origins)], _SHOWN)}",
        *finding.evidence,
        f"Browsers: {', '.join(finding.browsers)}",
        f"Fix: {_sentence(finding, fixed)}",
    )
    for detail in details:
        yield from _wrapped(printable(detail), width, "  ")
    if fixed is not None:
        yield from (f"    {printable(line)}" for line in fixed.lines)
        yield from _wrapped(printable(fixed.note), width, "  ")
    if finding.rule:
        yield f"  More: hdrcli explain {finding.rule}"


def _title(finding: AuditFinding) -> str:
    cookies = "with the user's cookies" if finding.with_cookies else "without cookies"
    reader = str(finding.probe.reader)
    return f"{reader[0].upper()}{reader[1:]} can read the responses, {cookies}"


def _fix(finding: AuditFinding, stack: Stack) -> FixText | None:
    return None if finding.setting is None else text_for(finding.setting, stack)


def _sentence(finding: AuditFinding, fixed: FixText | None) -> str:
    if fixed is None:
        return f"{finding.fix}."
    return f"{finding.fix} ({fixed.where}):" if fixed.where else f"{finding.fix}:"


def _shown_url(url: str) -> str:
    return printable(shown_url(url))


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    return wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_on_hyphens=False,
        break_long_words=False,
    )


def _value(audit: Audit) -> JSON:
    return {
        "url": shown_url(audit.url),
        "outcome": audit.outcome,
        "problem": printable(shown_text(audit.problem)) or None,
        "stack": None if audit.stack is ANY else audit.stack.name,
        "requests": audit.requests,
        "statuses": list(audit.statuses),
        "public": audit.public,
        "local": audit.local,
        "private_data": list(audit.private_data),
        "redirects": [*map(_shown_url, audit.redirects)],
        "planned": audit.planned,
        "tried": [shown_url(each.origin) for each in audit.tried],
        "findings": [bounded(_value_of_finding(finding, audit.stack)) for finding in audit.findings],
    }


def _value_of_finding(finding: AuditFinding, stack: Stack) -> JSON:
    fixed = _fix(finding, stack)
    return {
        "probe": finding.probe.name,
        "severity": str(finding.severity),
        "title": _title(finding),
        "cause": finding.probe.shows,
        "origins": [*map(shown_url, finding.origins)],
        "with_cookies": finding.with_cookies,
        "browsers": list(finding.browsers),
        "evidence": list(finding.evidence),
        "fix": _sentence(finding, fixed),
        "fix_lines": [] if fixed is None else list(fixed.lines),
        "rule": finding.rule or None,
    }
