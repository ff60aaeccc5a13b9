"""The counts of many results."""

from __future__ import annotations

from collections import Counter
from typing import Final

from hdrcli.rules.finding import Severity
from hdrcli.stats.distribution import Distribution
from hdrcli.stats.frequent import Frequent
from hdrcli.stats.reading import Row

_MOST_NAMES: Final = 10_000
_MOST_STACKS: Final = 200
_MOST_PAIRS: Final = 5_000


class Statistics:
    """Counts of targets. All but the first three are about targets that are checked: those that responded."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        """Targets without a response, by the code of the reason."""
        self.findings: Counter[str] = Counter()
        """Code -> targets that have the finding."""
        self.statuses: Counter[int] = Counter()
        self.blocked = 0
        self.severities: dict[str, Severity] = {}
        """Code -> its severity."""
        self.worst: Counter[Severity | None] = Counter()
        """Targets by the worst of their findings; None for those without a finding."""
        self.stacks: Frequent[str | None] = Frequent(_MOST_STACKS, kinds=2)
        """Targets without and with findings of each stack; None is a stack that was not recognized."""
        self.stacks_of_findings: Frequent[tuple[str, str | None]] = Frequent(_MOST_PAIRS)
        """Targets with a finding, by code and stack."""
        self.headers: Frequent[str] = Frequent(_MOST_NAMES, kinds=2)
        """Targets that send the custom header, readable and hidden."""
        self.readable = 0
        """Custom headers of all targets that are readable."""
        self.custom_headers = Distribution()
        """Custom headers of a target."""
        self.requests = Distribution()
        """Requests to a target."""

    @property
    def targets(self) -> int:
        return self.outcomes.total()

    @property
    def checked(self) -> int:
        return self.outcomes["checked"]

    def add(self, row: Row) -> None:
        """Count a result."""
        self.outcomes[row.outcome] += 1
        if row.failure is not None:
            self.failures[row.failure] += 1
        for code, severity in row.findings.items():
            self.findings[code] += 1
            self.severities.setdefault(code, severity)
        if row.outcome == "checked":
            self._add_checked(row)

    def _add_checked(self, row: Row) -> None:
        if row.status is not None:
            self.statuses[row.status] += 1
        self.blocked += row.is_blocked
        self.worst[min(row.findings.values(), key=lambda severity: severity.rank, default=None)] += 1
        self.stacks.add(row.stack, kind=bool(row.findings))
        for code in row.findings:
            self.stacks_of_findings.add((code, row.stack))
        for name in row.readable:
            self.headers.add(name, kind=0)
        for name in row.hidden:
            self.headers.add(name, kind=1)
        self.readable += len(row.readable)
        self.custom_headers.add(len(row.readable) + len(row.hidden))
        self.requests.add(row.requests)
