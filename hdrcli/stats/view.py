"""What all formats show, made once: the most frequent findings, stacks, headers and statuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from hdrcli.bulk.counts import FAILURES
from hdrcli.rules.finding import Severity
from hdrcli.rules.page import page_of
from hdrcli.rules.registry import CODES, rule_of
from hdrcli.stats.distribution import Distribution
from hdrcli.stats.reading import Reader
from hdrcli.stats.statistics import Statistics
from hdrcli.structs import Record

R = TypeVar("R")


class FindingRow(NamedTuple):
    """A finding: its rule's name and summary, which are empty if this version has no such rule."""

    code: str
    name: str
    summary: str
    severity: Severity
    targets: int


class FailureRow(NamedTuple):
    """Why targets have no response, as a code and as a phrase, and how many they are."""

    code: str
    phrase: str
    targets: int


class StackRow(NamedTuple):
    """A stack (None: not recognized), its targets, and how many of them have each of the most frequent findings."""

    stack: str | None
    targets: int
    with_findings: int
    findings: Mapping[str, int]

    @property
    def label(self) -> str:
        return self.stack or "not recognized"


class HeaderRow(NamedTuple):
    """A custom header, and how many targets send it readable and hidden."""

    name: str
    readable: int
    hidden: int


class StatusRow(NamedTuple):
    """A status, and how many targets respond with it."""

    status: int
    targets: int


class Top(NamedTuple, Generic[R]):
    """The rows that are shown, how many others there are, and their counts."""

    rows: Sequence[R]
    others: int
    counts: tuple[int, ...]


class View(Record, frozen=True, kw_only=True):
    """What was counted and read; of everything, the `top` most frequent are shown."""

    statistics: Statistics
    reader: Reader
    top: int

    def failures(self) -> list[FailureRow]:
        """All reasons why targets have no response."""
        ranked = sorted(self.statistics.failures.items(), key=lambda each: (-each[1], each[0]))
        return [FailureRow(code, FAILURES[code], targets) for code, targets in ranked]

    def findings(self) -> Top[FindingRow]:
        """The findings of all targets."""
        ranked = self.statistics.findings.most_common()
        ranked.sort(key=lambda each: (-each[1], each[0]))
        rest = ranked[self.top :]
        return Top([self._finding(*each) for each in ranked[: self.top]], len(rest), (sum(n for _, n in rest),))

    def _finding(self, code: str, targets: int) -> FindingRow:
        rule = rule_of(code) if code in CODES else None
        name, summary = ("", "") if rule is None else (rule.NAME, page_of(rule).title)
        return FindingRow(code, name, summary, self.statistics.severities[code], targets)

    def stacks(self) -> Top[StackRow]:
        """The stacks of the targets that are checked."""
        codes = [row.code for row in self.findings().rows]
        rows = [
            StackRow(stack, sum(counts), counts[1], self._findings_of(stack, codes))
            for stack, counts in self.statistics.stacks.top(self.top)
        ]
        others, counts = self.statistics.stacks.others(self.top)
        return Top(rows, others, (sum(counts), counts[1]))

    def _findings_of(self, stack: str | None, codes: Sequence[str]) -> Mapping[str, int]:
        counts = ((code, self.statistics.stacks_of_findings[code, stack][0]) for code in codes)
        return {code: number for code, number in counts if number}

    def headers(self) -> Top[HeaderRow]:
        """The custom headers of the targets that are checked."""
        headers = self.statistics.headers
        others, counts = headers.others(self.top)
        return Top([HeaderRow(name, *counts) for name, counts in headers.top(self.top)], others, tuple(counts))

    def statuses(self) -> Top[StatusRow]:
        """The statuses of the targets that are checked."""
        ranked = sorted(self.statistics.statuses.items(), key=lambda each: (-each[1], each[0]))
        rest = ranked[self.top :]
        return Top([StatusRow(*each) for each in ranked[: self.top]], len(rest), (sum(n for _, n in rest),))


def share(part: int, whole: int) -> str:
    """A part in percent: 12.3%."""
    percent = 100 * part / whole if whole else 0.0
    return "<0.1%" if part and percent < 0.05 else f"{percent:.1f}%"  # noqa: PLR2004 -- it would be 0.0%


def summary(distribution: Distribution) -> str:
    """A distribution in numbers."""
    median, most = distribution.quantile(0.5), distribution.quantile(0.9)
    return f"mean {distribution.mean:.1f}, median {median:,}, 90% at most {most:,}, maximum {distribution.maximum:,}"


def names_note(error: int) -> str:
    """A sentence about the counts of headers that may be too low."""
    return f"There are too many names to count all of them: each count may be too low by {error:,}."
