"""Rules on fetches that failed in a certain way, each with one fix."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from hdrcli.fetch import Failure
from hdrcli.records.route import FetchRecord
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.blocked import TYPE_ERROR
from hdrcli.rules.evidence.lines import failure_sentences
from hdrcli.rules.finding import Fault


def by_failure(
    fixes: Mapping[Failure, str],
    evidence: Callable[[Sequence[FetchRecord]], Iterable[str]] = failure_sentences,
) -> Callable[[Diagnosis], Iterator[Fault]]:
    """The `check` of a rule that has one fault for each of these failures, with its fix."""

    def check(diagnosis: Diagnosis) -> Iterator[Fault]:
        for failure in fixes.keys() & diagnosis.failures.keys() if diagnosis.failures else ():
            fetches = diagnosis.failing(failure)
            sent = any(fetch.exchanges for fetch in fetches)
            yield Fault(
                variant=failure,
                fetches=fetches,
                evidence=tuple(evidence(fetches)),
                impact=(TYPE_ERROR if sent else f"{TYPE_ERROR} Nothing is sent.",),
                fix=fixes[failure],
            )

    return check
