"""How often the results of a list have what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from hdrcli.reporters import phrases
from hdrcli.reporters.view import count
from hdrcli.rules.finding import Severity

OUTCOMES: Final = ("checked", "unreachable", "incomplete", "invalid")
"""What may come of a target."""
NOT_A_URL: Final = "not-a-url"
TIME_LIMIT: Final = "time-limit"
FAILURES: Final[Mapping[str, str]] = {
    **{str(failure): phrase for failure, phrase in phrases.FAILURES.items()},
    NOT_A_URL: "the line is not a URL",
    TIME_LIMIT: "the time limit of the target was reached",
}
"""Why a target has no response: code -> phrase."""


def by_outcome(counts: Mapping[str, int]) -> str:
    """How many targets there are, and how many of each outcome, of which there are these counts."""
    found = {outcome: counts[outcome] for outcome in OUTCOMES if counts.get(outcome)}
    outcomes = ", ".join(f"{number:,} {outcome}" for outcome, number in found.items())
    return ": ".join(filter(None, (count(sum(found.values()), "target"), outcomes)))


class Counts:
    """Of all runs of a list: those that are resumed count, too."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        """How many lines have each outcome, finding ("finding HDR301") and stack ("stack nginx")."""
        self.resumed = 0
        """How many results earlier runs have left."""

    def reaches(self, fail_on: str) -> bool:
        """Whether a finding has this severity, or a higher one; "never" is none."""
        return fail_on != "never" and any(
            self.counts[f"severity {severity}"] for severity in Severity if severity.rank <= Severity(fail_on).rank
        )

    def progress(self) -> str:
        """How many targets have a result, by outcome."""
        return by_outcome(self.counts)

    def most_common(self, kind: str, most: int) -> list[tuple[str, int]]:
        """The most frequent names of a kind ("finding", "stack"), and how many targets have each."""
        found = [(key.removeprefix(f"{kind} "), n) for key, n in self.counts.items() if key.startswith(f"{kind} ")]
        return sorted(found, key=lambda each: (-each[1], each[0]))[:most]
