"""What rules find: frozen values, and how those of one cause become one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, TypeVar

from hdrcli.fetch.request import CredentialsMode
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.settings import Expectation
from hdrcli.stacks.setting import Setting

T = TypeVar("T")

MOST_TOLD: Final = 10
"""Of headers with one fault: a server may send thousands."""


class Severity(StrEnum):
    """How bad it is: an error is broken for the page that asked, a warning is likely to be, advice is debatable."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something was found: a route, asked by a page in some credentials modes."""

    method: str
    url: str
    page: str
    credentials: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What a rule yields for one route. Faults of the same `cause` become one finding with several places.

    `seen` are raw lines ("x-total-count: 1312") and sentences about exchanges, `javascript` says what the page gets,
    `action` what to do, in one sentence; `setting` is the exact value, worded for the stack at hand. Where a sentence
    is about one header, `javascript` has a line for each, and `action_for_several` is said of two or more.
    """

    cause: str
    fetches: tuple[FetchRecord, ...]
    seen: tuple[str, ...]
    javascript: tuple[str, ...]
    action: str
    action_for_several: str = ""
    setting: Setting | None = None
    severity: Severity | None = None
    """In place of the rule's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule's verdict on all routes that share a cause.

    `browsers` are those it holds for, `quirks` the fields of `UserAgent` that exempt the others.
    """

    code: str
    name: str
    severity: Severity
    cause: str
    places: tuple[Place, ...]
    browsers: tuple[str, ...]
    quirks: tuple[str, ...]
    seen: tuple[str, ...]
    javascript: tuple[str, ...]
    action: str
    action_for_several: str
    setting: Setting | None
    spec: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What rules must know besides the route: what nobody chose, what is expected, what all routes send."""

    default_page: bool
    mode_beside: CredentialsMode | None
    """The credentials mode that is shown for comparison alone."""
    expectations: tuple[Expectation, ...]
    sent_names: frozenset[str] = frozenset()
    """The response headers of any route, in lower case."""

    def asked(self, route: RouteRecord) -> tuple[FetchRecord, ...]:
        """The fetches that somebody wants to work."""
        return tuple(fetch for fetch in route.fetches if fetch.credentials != self.mode_beside)

    def expects_readable(self, name: str) -> bool:
        """Whether a header is demanded to be readable."""
        names = {expectation.name.lower() for expectation in self.expectations if expectation.verdict == "readable"}
        return name.lower() in names


def and_more(told: Sequence[str]) -> str:
    """The first `MOST_TOLD` of these, and how many more there are."""
    more = len(told) - MOST_TOLD
    return ", ".join(told[:MOST_TOLD]) + (f" and {more} more" if more > 0 else "")


def merge(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding a cause, with all its places and values; the worst first, then by code."""
    merged: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        key = (finding.code, finding.cause)
        merged[key] = _join(merged[key], finding) if key in merged else finding
    counted = (
        replace(finding, action=finding.action_for_several)
        if finding.action_for_several and len(finding.javascript) > 1
        else finding
        for finding in merged.values()
    )
    return tuple(sorted(counted, key=lambda finding: (finding.severity.rank, finding.code)))


def _join(a: Finding, b: Finding) -> Finding:
    setting = a.setting
    if setting is not None and b.setting is not None:
        setting = replace(setting, values=_union(setting.values, b.setting.values))
    return replace(
        a,
        severity=min(a.severity, b.severity, key=lambda severity: severity.rank),
        places=_union(a.places, b.places),
        browsers=_union(a.browsers, b.browsers),
        quirks=_union(a.quirks, b.quirks),
        seen=(*a.seen, *(line for line in b.seen if line not in a.seen)),  # a line may stand in several answers
        javascript=_union(a.javascript, b.javascript),
        setting=setting,
    )


def _union(a: tuple[T, ...], b: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys([*a, *b]))
