"""The result of an audit, and the exit status that several of them come to."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from hdrcli.audit.judging import AuditFinding
from hdrcli.audit.planning import PlannedOrigin
from hdrcli.records.errors import ExitStatus
from hdrcli.report.totals import reaches
from hdrcli.rules.finding import Severity
from hdrcli.settings import Settings
from hdrcli.stacks import ANY, Stack
from hdrcli.structs import Record

Outcome = Literal["audited", "unreachable", "incomplete", "invalid"]


class Audit(Record, frozen=True, kw_only=True):
    """What an audit of a URL found.

    `outcome` is "unreachable" without any response, "incomplete" if the time was up, the service stopped responding or
    the audit was interrupted before all origins were tried, and "invalid" for a URL that browsers send no request to;
    `problem` then says why. `statuses` are those of the responses. `tried` are the origins, of `planned`; `public` says
    that any website can read the responses without cookies, and `local` that only the users of a local network reach
    the service. `private_data` are signs that responses depend on the user. `redirects` are the origins of other hosts,
    or on other ports, that the service redirects to; they were not requested.
    """

    url: str
    outcome: Outcome
    problem: str = ""
    stack: Stack = ANY
    requests: int = 0
    planned: int = 0
    tried: tuple[PlannedOrigin, ...] = ()
    public: bool = False
    local: bool = False
    statuses: tuple[int, ...] = ()
    private_data: tuple[str, ...] = ()
    redirects: tuple[str, ...] = ()
    findings: tuple[AuditFinding, ...] = ()


class AuditTotals:
    """The counts of audits."""

    def __init__(self) -> None:
        self.outcomes: Counter[Outcome] = Counter()
        self.severities: Counter[Severity] = Counter()
        self._without_status = 0

    def add(self, audit: Audit) -> None:
        self.outcomes[audit.outcome] += 1
        self.severities.update(finding.severity for finding in audit.findings)
        self._without_status += not audit.statuses

    def exit_status(self, settings: Settings) -> ExitStatus:
        """2 for an invalid URL, or else 3 for a service without any response.

        Or else 1 if a finding reaches `--fail-on` or an audit is incomplete, or else 2 if no response could be judged,
        as all of them redirect to other hosts. Or else 0.
        """
        if self.outcomes["invalid"]:
            return ExitStatus.USAGE
        if self.outcomes["unreachable"]:
            return ExitStatus.UNREACHABLE
        if self.outcomes["incomplete"] or any(reaches(severity, settings.fail_on) for severity in self.severities):
            return ExitStatus.FAILED
        return ExitStatus.USAGE if self._without_status else ExitStatus.OK
