"""What the fixes of a report close: they are applied to the configuration as data, and it is checked again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Final

from hdrcli.inspection import check
from hdrcli.report.report import Report
from hdrcli.rules.evidence.layers import READ_BY_PAGES
from hdrcli.rules.finding import Severity
from hdrcli.stacks import fix_for
from hdrcli.stacks.fix import Fix
from tests.fixes.configuration import Configuration, apply
from tests.fixes.mutations import REQUESTS, Mutation, Request, broken
from tests.fixes.serving import serve, source_of

ROUNDS: Final = 2
"""How often a user checks and applies the fixes until nothing is wrong any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A request's errors and warnings, as codes, their fixes, and the readable headers that pages use."""

    codes: tuple[str, ...]
    fixes: tuple[Fix, ...]
    readable: frozenset[str]


_checked: Final[dict[tuple[str, str, Request], Checked]] = {}
"""By stack, source text and request: most fixes lead back to the configuration that they began with."""


def checks(stack: str, configuration: Configuration, requests: Iterable[Request]) -> dict[Request, Checked]:
    """The check of each request to the service of this configuration."""
    text = f"{source_of(stack, configuration)}\n{configuration.doubled}"
    wanted = tuple(dict.fromkeys(requests))
    missing = [request for request in wanted if (stack, text, request) not in _checked]
    if missing:
        with serve(stack, configuration) as url:
            _checked.update({(stack, text, request): _read(check(request.settings(url))) for request in missing})
    return {request: _checked[stack, text, request] for request in wanted}


def _read(report: Report) -> Checked:
    (service,) = report.services
    findings = [finding for finding in service.findings if finding.severity is not Severity.ADVICE]
    return Checked(
        codes=tuple(finding.code for finding in findings),
        fixes=tuple(
            fix_for(finding.fix_setting, service.stack) for finding in findings if finding.fix_setting is not None
        ),
        readable=frozenset(
            header.name.lower()
            for route in service.routes
            for header in route.headers
            if any(verdict.readable for verdict in header.verdicts)
            if header.custom or header.name.lower() in READ_BY_PAGES
        ),
    )


def left_after_fixes(stack: str, mutation: Mutation) -> tuple[str, ...]:
    """What is still wrong with the mutation's request after the rounds, and what other requests have lost."""
    configuration = broken(mutation)
    before = checks(stack, configuration, [mutation.request, *REQUESTS])
    assert before[mutation.request].codes, "the mutation shows no fault"
    for _ in range(ROUNDS):
        fixes = checks(stack, configuration, [mutation.request])[mutation.request].fixes
        configuration = reduce(apply, fixes, configuration)
    after = checks(stack, configuration, [mutation.request, *REQUESTS])
    return (
        *after[mutation.request].codes,
        *(
            f"{request.method} {request.path} from {request.origins[0]} lost {lost}"
            for request, old in before.items()
            for lost in _lost(old, after[request])
        ),
    )


def _lost(before: Checked, after: Checked) -> Iterator[str]:
    """The headers that can't be read any more, and the codes of faults where none was."""
    yield from sorted(before.readable - after.readable)
    if not before.codes:
        yield from after.codes
