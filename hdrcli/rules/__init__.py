"""One rule a file: its docstring is its page, its `check` turns recorded facts into faults. Rules never send anything.

A rule is a module with `CODE` ("HDR301"), `NAME` (the fault, not the cure), `SEVERITY`, `SPEC` (the standard's anchor)
and `check(route, context)`. It becomes part of hdrcli by its line in `RULES`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from hdrcli.findings import Context, Fault, Finding, Place, Severity, merge
from hdrcli.model import RouteRecord
from hdrcli.rules import hdr301_custom_header_not_exposed


class Rule(Protocol):
    """What a rule's module holds."""

    __doc__: str | None
    CODE: str
    NAME: str
    SEVERITY: Severity
    SPEC: str

    def check(self, route: RouteRecord, context: Context) -> Iterator[Fault]:
        """Yield what is wrong with one route."""
        ...


RULES: Final[tuple[Rule, ...]] = (hdr301_custom_header_not_exposed,)


def find(routes: Sequence[RouteRecord], context: Context) -> tuple[Finding, ...]:
    """Everything the rules find on these routes: one finding a cause, the worst first."""
    return merge(
        _finding(rule, route, fault) for rule in RULES for route in routes for fault in rule.check(route, context)
    )


def _finding(rule: Rule, route: RouteRecord, fault: Fault) -> Finding:
    pages = dict.fromkeys(str(fetch.page) for fetch in fault.fetches)
    places = tuple(
        Place(
            method=route.method,
            url=route.url,
            page=page,
            credentials=tuple(fetch.credentials for fetch in fault.fetches if str(fetch.page) == page),
        )
        for page in pages
    )
    return Finding(
        code=rule.CODE,
        name=rule.NAME,
        severity=fault.severity or rule.SEVERITY,
        cause=fault.cause,
        places=places,
        browsers=tuple(dict.fromkeys(fetch.browser for fetch in fault.fetches)),
        seen=fault.seen,
        javascript=fault.javascript,
        action=fault.action,
        setting=fault.setting,
        spec=rule.SPEC,
    )
