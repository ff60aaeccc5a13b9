"""Merges the faults of a service's routes into findings, one a cause, in bounded memory.

Routes are added in their order. Of each finding a bounded number of examples is stored, and the rest is counted: what
a service keeps does not grow with its routes.

Some faults depend on the whole service: a name in an expose list is misspelt unless another route sends a header of
that name. Such faults are merged aside, together with the faults that hold instead, and decided in `findings`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Final

from msgspec import Struct, field

from hdrcli.fetch.infra import byte_lowercase
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.rules.finding import Evidence, Fault, Finding, Place, Severity
from hdrcli.rules.rule import Rule
from hdrcli.stacks.setting import Setting
from hdrcli.structs import Record, replace

EXAMPLES: Final = 20
"""Places and sentences of a finding that are stored; all are counted."""

_EVIDENCE_ROUTES: Final = 3
_MOST_NAMES: Final = 500
"""Names that are stored for a finding: a hostile server may send ever new ones."""

_MOST_QUOTES: Final = 2
_MOST_FACTS: Final = 20_000
"""Facts that are stored: a hostile server may send ever new names."""


class Merger:
    """Takes the faults of a service's routes, one route after the other, and makes findings of them."""

    def __init__(self, service: str, rule_of: Callable[[str], Rule]) -> None:
        self._service = service
        self._rule_of = rule_of
        self._merged: dict[tuple[str, str], _Merged] = {}
        self._undecided: dict[tuple[object, ...], tuple[_Undecided, ...]] = {}
        self._facts: set[str] = set()
        self._number = 0

    def add(
        self,
        route: RouteRecord,
        faults: Iterable[tuple[str, Fault]],
        facts: Iterable[str] = (),
        is_ignored: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """Take the faults of the next route, each with the code of its rule, and the facts that it shows.

        Those of rules that are ignored on this route are dropped.
        """
        self._number += 1
        if len(self._facts) < _MOST_FACTS:
            self._facts.update(facts)
        for code, fault in faults:
            if not fault.unless:
                if not is_ignored(code):
                    self._in(code, fault.variant).add(route, self._number, fault)
                continue
            options = (("", code, fault), *((each.fact, each.code, each.fault) for each in fault.unless))
            key = tuple((fact, other, each.variant) for fact, other, each in options)
            if key not in self._undecided:
                self._undecided[key] = tuple(
                    _Undecided(fact, each.variant, _Merged(self._rule_of(other))) for fact, other, each in options
                )
            for undecided, (_, other, each) in zip(self._undecided[key], options, strict=True):
                if not is_ignored(other):
                    undecided.merged.add(route, self._number, each)

    def findings(self) -> tuple[Finding, ...]:
        """One finding a cause; the worst first, then by code."""
        return self._with(self._undecided.values())

    def so_far(self) -> tuple[Finding, ...]:
        """As `findings`, as far as the routes until now show it; routes can be added afterwards.

        Of the faults that depend on the whole service, only those of rules that explain why a response is blocked.
        """
        return self._with(
            options for options in self._undecided.values() if getattr(options[0].merged.rule, "EXPLAINS", ())
        )

    def _with(self, undecided: Iterable[tuple[_Undecided, ...]]) -> tuple[Finding, ...]:
        all_merged = dict(self._merged)
        for first, *others in undecided:
            decided = next((other for other in others if other.fact in self._facts), first)
            if decided.merged.fault is None:
                continue  # it is ignored on all of its routes
            key = (decided.merged.rule.CODE, decided.variant)
            whole = _Merged(decided.merged.rule)
            for part in filter(None, (all_merged.get(key), decided.merged)):
                whole.absorb(part)
            all_merged[key] = whole
        findings = (merged.finding(self._service, variant) for (_, variant), merged in all_merged.items())
        return tuple(sorted(findings, key=lambda finding: (finding.severity.rank, finding.code)))

    def _in(self, code: str, variant: str) -> _Merged:
        key = (code, variant)
        if key not in self._merged:
            self._merged[key] = _Merged(self._rule_of(code))
        return self._merged[key]


class _Merged(Struct):
    """The faults of one rule and variant, so far."""

    rule: Rule
    fault: Fault | None = None
    """The first one."""
    severity: Severity = Severity.ADVICE
    places: list[Place] = field(default_factory=list)
    place_count: int = 0
    last_route: int = 0
    route_count: int = 0
    subjects: dict[str, None] = field(default_factory=dict)
    browsers: dict[str, None] = field(default_factory=dict)
    others: dict[str, None] = field(default_factory=dict)
    """Browsers that a route spares; another route may not."""
    quirks: dict[str, None] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    impact: dict[str, None] = field(default_factory=dict)
    fixes: dict[str, None] = field(default_factory=dict)
    """Different sentences, of which few are kept."""
    setting: Setting | None = None
    """The first one, or the first one that is complete: what one route shows holds for all."""
    values: dict[str, None] = field(default_factory=dict)
    quotes: dict[str, None] = field(default_factory=dict)
    """Of all faults: bodies that differ are only in the evidence."""

    def add(self, route: RouteRecord, number: int, fault: Fault) -> None:
        severity = fault.severity or self.rule.SEVERITY
        if self.fault is None:
            self.fault, self.severity = fault, severity
        elif severity.rank < self.severity.rank:
            self.severity = severity
        if number != self.last_route:
            self.last_route = number
            self.route_count += 1
            if len(self.evidence) < _EVIDENCE_ROUTES:
                lines = fault.evidence[:EXAMPLES]
                self.evidence.append(Evidence(method=route.method, url=route.url, lines=lines))
        self._add_places(route, fault)
        _extend(self.subjects, fault.subjects)
        browsers = {fetch.browser: None for fetch in fault.fetches}
        _extend(self.browsers, browsers)
        calls = _calls(route, fault)
        others = {fetch.browser: None for fetch in calls if fetch.browser not in browsers}
        _extend(self.others, others)
        _extend(self.quirks, _quirks(calls, others) if others else ())
        _extend(self.impact, fault.impact, EXAMPLES)
        _extend(self.fixes, (fault.fix,), EXAMPLES)
        self._take(fault.fix_setting)
        _extend(self.values, fault.fix_setting.values if fault.fix_setting is not None else ())
        _extend(self.quotes, (fault.quote,), _MOST_QUOTES)

    def absorb(self, other: _Merged) -> None:
        """Take what another one has, which is about other routes or other names."""
        if self.fault is None or other.severity.rank < self.severity.rank:
            self.severity = other.severity
        self.fault = self.fault or other.fault
        self._take(other.setting)
        self.places = (self.places + other.places)[:EXAMPLES]
        self.place_count += other.place_count
        self.route_count += other.route_count
        self.evidence = (self.evidence + other.evidence)[:_EVIDENCE_ROUTES]
        for mine, others in (
            (self.subjects, other.subjects),
            (self.browsers, other.browsers),
            (self.others, other.others),
            (self.quirks, other.quirks),
            (self.impact, other.impact),
            (self.fixes, other.fixes),
            (self.values, other.values),
            (self.quotes, other.quotes),
        ):
            _extend(mine, others)

    def finding(self, service: str, variant: str) -> Finding:
        fault = self.fault
        if fault is None:
            raise AssertionError("a finding begins with a fault")
        others = tuple(browser for browser in self.others if browser not in self.browsers)
        is_about_several = max(len(self.subjects), len(self.fixes)) > 1
        return Finding(
            service=service,
            code=self.rule.CODE,
            name=self.rule.NAME,
            severity=self.severity,
            variant=variant,
            subjects=tuple(self.subjects),
            places=tuple(self.places),
            place_count=self.place_count,
            route_count=self.route_count,
            browsers=tuple(self.browsers),
            other_browsers=others,
            quirks=tuple(self.quirks) if others else (),
            evidence=tuple(self.evidence),
            impact=tuple(self.impact)[:EXAMPLES],
            fix=fault.fix_for_several if fault.fix_for_several and is_about_several else fault.fix,
            fix_setting=replace(self.setting, values=tuple(self.values)) if self.setting is not None else None,
            spec=self.rule.SPEC,
            quote=fault.quote if len(self.quotes) == 1 else "",
        )

    def _take(self, setting: Setting | None) -> None:
        if self.setting is None or (setting is not None and setting.complete and not self.setting.complete):
            self.setting = setting

    def _add_places(self, route: RouteRecord, fault: Fault) -> None:
        modes: dict[str, dict[str, None]] = {}
        for fetch in fault.fetches:
            modes.setdefault(str(fetch.page), {})[fetch.credentials] = None
        self.place_count += len(modes)
        for page, credentials in modes.items():
            if len(self.places) < EXAMPLES:
                place = Place(
                    method=route.method,
                    url=route.url,
                    page=page,
                    credentials=tuple(credentials),
                    subjects=fault.subjects[:EXAMPLES],
                )
                self.places.append(place)


class _Undecided(Record, frozen=True):
    """Faults that hold if the service shows the fact; without a fact, those that hold if it shows no other."""

    fact: str
    variant: str
    merged: _Merged


def _extend(names: dict[str, None], more: Iterable[str], most: int = _MOST_NAMES) -> None:
    for name in more:
        if len(names) >= most:
            return
        names[name] = None


def _calls(route: RouteRecord, fault: Fault) -> tuple[FetchRecord, ...]:
    """The fetches in all browsers of the pages and credentials modes that a fault is about."""
    calls = {(fetch.page, fetch.credentials) for fetch in fault.fetches}
    return tuple(fetch for fetch in route.fetches if (fetch.page, fetch.credentials) in calls)


def _quirks(calls: Iterable[FetchRecord], others: Collection[str]) -> tuple[str, ...]:
    """What separates the browsers it holds for from the others: all of the one side have it, none of the other."""
    sides: dict[str, set[str]] = {}
    concerned: set[str] = set()
    for fetch in calls:
        if fetch.browser not in others:
            concerned.add(fetch.browser)
        for name in fetch.quirks:
            sides.setdefault(name, set()).add(fetch.browser)
    return tuple(name for name, side in sides.items() if side in (concerned, set(others)))


def with_one_expose_list(findings: Iterable[Finding], codes: frozenset[str]) -> tuple[Finding, ...]:
    """The same list in all findings of these rules, which lack names in it: each fix is then the whole one."""
    findings = tuple(findings)
    names: dict[str, str] = {}
    for finding in findings:
        if finding.code in codes and finding.fix_setting is not None:
            for name in finding.fix_setting.values:
                names.setdefault(byte_lowercase(name), name)
    setting = Setting(concept="expose", values=tuple(names.values()))
    return tuple(
        replace(finding, fix_setting=setting) if finding.code in codes and finding.fix_setting is not None else finding
        for finding in findings
    )
