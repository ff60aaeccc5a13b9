"""Rules on headers that are sent and hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from hdrcli.fetch.infra import byte_lowercase
from hdrcli.records.route import FetchRecord
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.evidence.hidden import EXPOSE_HEADERS, Hidden, Why
from hdrcli.rules.evidence.lines import lines_of_fetches, sent_lines
from hdrcli.rules.finding import Fault, Severity, Unless


def hidden_for(
    why: Why,
    *,
    fix: str,
    fix_for_several: str = "",
    only: Callable[[Hidden, Diagnosis], bool] = lambda _hidden, _diagnosis: True,
    evidence: Callable[[Diagnosis], tuple[str, ...]] = lambda _: (),
    severity: Callable[[Sequence[Hidden]], Severity | None] = lambda _: None,
) -> Callable[[Diagnosis], Iterator[Fault]]:
    """The `check` of a rule that has one fault for all headers that are hidden for one reason, `only` for some."""

    def check(diagnosis: Diagnosis) -> Iterator[Fault]:
        hidden = [each for each in diagnosis.hidden(why) if only(each, diagnosis)]
        if hidden:
            yield hiding_fault(
                hidden,
                diagnosis,
                fix=fix,
                fix_for_several=fix_for_several,
                evidence=evidence(diagnosis),
                severity=severity(hidden),
            )

    return check


def hiding_fault(
    hidden: Sequence[Hidden],
    diagnosis: Diagnosis,
    *,
    fix: str,
    fix_for_several: str = "",
    variant: str = "",
    evidence: tuple[str, ...] = (),
    unless: tuple[Unless, ...] = (),
    severity: Severity | None = None,
) -> Fault:
    """One fault for these headers; an error if one of them is expected to be readable."""
    headers = tuple(each.header for each in hidden)
    fetches = tuple(dict.fromkeys(fetch for each in hidden for fetch in each.fetches))
    is_expected = any(diagnosis.expects_readable(header.name) for header in headers)
    return Fault(
        variant=variant,
        subjects=tuple(dict.fromkeys(byte_lowercase(header.name) for header in headers)),
        fetches=fetches,
        evidence=(*sent_lines(headers), *lines_of_fetches(fetches, EXPOSE_HEADERS), *evidence),
        impact=tuple(dict.fromkeys(each.impact for each in hidden)),
        fix=fix,
        fix_for_several=fix_for_several,
        fix_setting=diagnosis.expose_setting,
        severity=Severity.ERROR if is_expected else severity,
        unless=unless,
    )


def void_list_fault(
    fetches: Sequence[FetchRecord],
    diagnosis: Diagnosis,
    *,
    why: Why,
    variant: str,
    evidence: str,
    fix: str,
) -> Fault:
    """One fault for a list that exposes nothing at all, whichever headers this route sends."""
    hidden = diagnosis.hidden(why)
    return Fault(
        variant=variant,
        subjects=tuple(dict.fromkeys(byte_lowercase(each.header.name) for each in hidden)),
        fetches=tuple(fetches),
        evidence=(
            *sent_lines(each.header for each in hidden),
            *lines_of_fetches(fetches, EXPOSE_HEADERS),
            evidence,
        ),
        impact=tuple(dict.fromkeys(each.impact for each in hidden))
        or ("JavaScript can't read any of the headers that the list is meant to expose.",),
        fix=fix,
        fix_setting=diagnosis.expose_setting,
    )
