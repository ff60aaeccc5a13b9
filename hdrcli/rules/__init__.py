"""One rule a file: its docstring is its page, its `check` turns the diagnosis of a route into faults.

A rule is a module with `CODE` ("HDR301"), `NAME` (the fault, not the fix), `SEVERITY`, `SPEC` (the standard's anchor)
and `check(diagnosis)`; where they apply, `EXPLAINS` (the failures whose causes it distinguishes), `SETTINGS` (the
settings that fix it), and `FOR_SEVERAL` (the fault of several subjects in one sentence, with their `{number}`). It
becomes part of hdrcli by its line in `registry.RULES`. Rules never send anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Final

from hdrcli.fetch import Failure
from hdrcli.records.errors import UsageError
from hdrcli.records.route import RouteRecord
from hdrcli.rules.diagnosis import Diagnosis
from hdrcli.rules.finding import Fault, Finding
from hdrcli.rules.merging import Merger, with_one_expose_list
from hdrcli.rules.registry import CODES, NAMES, NEEDS, Need, rule_of
from hdrcli.rules.rule import Rule
from hdrcli.settings import Settings
from hdrcli.stacks.setting import Concept
from hdrcli.verdict.patterns import matches

_ERROR_STATUS: Final = "HDR005"

LACK_NAMES: Final = frozenset({"HDR301", "HDR307", "HDR309"})
"""The rules on headers whose names belong into one list; other rules remove names from it, too."""

OF_ERROR_RESPONSES: Final = frozenset({_ERROR_STATUS, "HDR101", "HDR107"})
"""The rules on responses that may be those of a crash."""


class ServiceFindings:
    """The faults of one service, which routes are added to, and the findings they come to."""

    def __init__(self, service: str, settings: Settings) -> None:
        self._service = service
        self._settings = settings
        self._merger = Merger(service, rule_of)
        self.ignored = 0
        """How many faults were dropped that the configuration accepts: one for each rule and route."""

    def add(self, route: RouteRecord) -> None:
        """Apply the rules to the next route."""
        diagnosis = Diagnosis(route, self._settings, self._service)
        ignored = tuple(each.code for each in self._settings.ignored if matches(each.route, route.method, route.url))

        dropped: set[str] = set()

        def is_ignored(code: str) -> bool:
            if code.startswith(ignored):
                dropped.add(code)
            return code in dropped

        self._merger.add(route, faults_of(diagnosis), diagnosis.service_facts(), is_ignored)
        self.ignored += len(dropped)

    def so_far(self) -> tuple[Finding, ...]:
        """As `findings`, of the routes until now, and only what no other route can refute.

        That a response is blocked is certain; another route may show a cause that its own does not.
        """
        return with_one_expose_list(self._merger.so_far(), LACK_NAMES)

    def findings(self) -> tuple[Finding, ...]:
        """One finding a cause; the worst first, then by code."""
        return with_one_expose_list(self._merger.findings(), LACK_NAMES)


def faults_of(diagnosis: Diagnosis) -> Iterator[tuple[str, Fault]]:
    """The faults of one route, each with the code of its rule: of the rules that there is a need for."""
    holds: dict[Need, bool] = {}
    for code, need in NEEDS:
        if need not in holds:
            holds[need] = need(diagnosis)
        if not holds[need]:
            continue
        for fault in rule_of(code).check(diagnosis):
            if code != _ERROR_STATUS and diagnosis.is_expected(fault):
                continue
            diagnosis.reported.update(fault.fetches)
            yield code, fault


def selected(select: Collection[str], ignore: Collection[str]) -> Callable[[str], bool]:
    """Whether a rule's code is wanted; `select` and `ignore` are codes or their beginnings, or names of rules.

    Raises `UsageError` for what no rule's code begins with.
    """
    by_name = {name.upper(): code for name, code in NAMES.items()}
    for option, texts in (("--select", select), ("--ignore", ignore)):
        for text in texts:
            if text.upper() not in by_name:
                check_code(text, option)
    wanted, unwanted = (tuple(by_name.get(text.upper(), text.upper()) for text in texts) for texts in (select, ignore))
    wanted = wanted or ("",)
    return lambda code: code.startswith(wanted) and not code.startswith(unwanted)


def check_code(prefix: str, option: str) -> None:
    """Raise `UsageError` for the value of an option that no rule's code begins with."""
    if not prefix:
        raise UsageError('is empty: name a rule or its beginning, "hdrcli rules" lists them.', option=option)
    if not any(code.startswith(prefix.upper()) for code in CODES):
        raise UsageError(f'"{prefix}" does not match any rule: "hdrcli rules" lists them.', option=option)


def headline(code: str, subjects: Collection[str]) -> str:
    """The fault in one sentence, without a full stop: that for several subjects, or the first line of the rule's page.

    With -OO, Python drops the pages: it is the name of the fault then.
    """
    rule = rule_of(code)
    for_several: str = getattr(rule, "FOR_SEVERAL", "")
    if for_several and len(subjects) > 1:
        return for_several.replace("{number}", f"{len(subjects)}")
    return (rule.__doc__ or rule.NAME).partition("\n")[0].rstrip(".").replace("`", "")


def explained_by(rule: Rule) -> frozenset[Failure]:
    """The failures whose causes the rule distinguishes."""
    failures: frozenset[Failure] = getattr(rule, "EXPLAINS", frozenset())
    return failures


def settings_of(rule: Rule) -> tuple[Concept, ...]:
    """The settings that fix what the rule finds."""
    concepts: tuple[Concept, ...] = getattr(rule, "SETTINGS", ())
    return concepts
