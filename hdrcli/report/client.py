"""Whether the client of a profile works, and all that has to be set so that it does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct, field

from hdrcli.fetch import STANDARD, TRANSPORT_FAILURES, Failure, FilteredResponse, NetworkError
from hdrcli.fetch.headers import contains
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.safelist import cors_unsafe_request_header_names
from hdrcli.profiles.profile import Profile, Step, exposed_names
from hdrcli.records.route import FetchRecord, HeldFetch, RouteRecord
from hdrcli.rules.finding import Finding, Severity
from hdrcli.settings import Settings
from hdrcli.settings.contract import Expectation
from hdrcli.stacks.setting import Arrangement, Concept, Setting
from hdrcli.stacks.writing import NAME_LISTS, each_once
from hdrcli.structs import Record, replace
from hdrcli.verdict.expectations import expected_of, is_expected_status, is_met

_ORDER: Final[tuple[Concept | Arrangement, ...]] = (
    "cors-layer",
    "preflights-first",
    "outermost",
    "errors",
    "one-layer",
    "origins",
    "credentials",
    "methods",
    "request-headers",
    "expose",
)
"""In the order in which they are listed: first where the CORS layer stands, then its options."""

_BY_CORS: Final = frozenset(failure for failure in Failure if failure.startswith(("allow-", "preflight-")))
_LISTS_SEEN: Final = frozenset({Failure.PREFLIGHT_METHOD, Failure.PREFLIGHT_HEADER, Failure.PREFLIGHT_AUTHORIZATION})
"""The failures of a preflight that allows the page's origin, so that its response shows what it allows."""


class StepFault(Record, frozen=True, kw_only=True):
    """Why a step fails for a page in these browsers: its fetch, and the expectation that the response doesn't meet.

    Without an expectation, the fetch is blocked, or its status is not one that the client accepts: `hint` says what
    that may mean.
    """

    step: str
    page: str
    browsers: tuple[str, ...]
    fetch: FetchRecord
    expectation: Expectation | None = None
    hint: str = ""

    @property
    def has_no_response(self) -> bool:
        """Whether it failed below HTTP, so that nothing is known about the client."""
        return isinstance(self.fetch.result, NetworkError) and self.fetch.result.failure in TRANSPORT_FAILURES


class ClientResult(Record, frozen=True, kw_only=True):
    """What a profile's steps on one service come to.

    `works` says of each page and browser whether no step failed, None if steps were not sent for it (a write is sent
    for one page). `not_sent` are the steps that were only judged by their preflights, though the client sends them.
    `settings` are all that have to be changed; none if the client works. `not_exposed` are headers that were not sent,
    and that the client could not read if they were.
    """

    profile: str
    works: tuple[tuple[str, str, bool | None], ...]
    faults: tuple[StepFault, ...]
    not_sent: tuple[str, ...]
    settings: tuple[Setting, ...]
    not_exposed: tuple[str, ...]

    def browsers(self, page: str) -> tuple[str, ...]:
        """The browsers that were checked with a page."""
        return tuple(browser for its_page, browser, _ in self.works if its_page == page)


class ClientTally(Struct):
    """Takes the routes of a service that are steps of a profile, and tells whether the client works."""

    profile: Profile
    settings: Settings
    _routes: list[RouteRecord] = field(default_factory=list)

    def add(self, route: RouteRecord) -> None:
        """Take the next step."""
        self._routes.append(route)

    def result(self, findings: Sequence[Finding]) -> ClientResult:
        """What the steps come to, with the findings of the service."""
        faults = tuple(fault for route in self._routes for fault in self._faults(route))
        failing = {(each.page, browser) for each in faults if not each.has_no_response for browser in each.browsers}
        unknown = {(each.page, browser) for each in faults if each.has_no_response for browser in each.browsers}
        held = [each for route in self._routes for each in route.held]
        unknown |= {_caller(each) for route in self._routes for each in route.held if not route.preflight_only}
        sent = {_caller(fetch) for fetch in self._fetches() if fetch.response is not None} - unknown
        callers = dict.fromkeys([*map(_caller, self._fetches()), *map(_caller, held)])
        return ClientResult(
            profile=self.profile.name,
            works=tuple(
                (*caller, False if caller in failing else True if caller in sent else None) for caller in callers
            ),
            faults=faults,
            not_sent=tuple(
                route.step
                for route, step in zip(self._routes, self._steps(), strict=True)
                if route.held and not route.fetches and not step.preflight_only
            ),
            settings=tuple(self._settings(findings)) if faults else (),
            not_exposed=tuple(dict.fromkeys(self._not_exposed())),
        )

    def _faults(self, route: RouteRecord) -> Iterator[StepFault]:
        expected = expected_of(self.settings, route)
        found: dict[tuple[str, object], list[FetchRecord]] = {}
        for fetch in route.fetches:
            page = str(fetch.page)
            if isinstance(fetch.result, NetworkError):
                found.setdefault((page, fetch.result.failure), []).append(fetch)
            elif fetch.response is not None and not is_expected_status(fetch.response.status, expected.statuses):
                found.setdefault((page, fetch.response.status), []).append(fetch)
            else:
                for each in expected.headers:
                    if not is_met(each, fetch, expected.statuses):
                        found.setdefault((page, each), []).append(fetch)
        for (page, why), fetches in found.items():
            status = fetches[0].response.status if fetches[0].response is not None else 0
            yield StepFault(
                step=route.step,
                hint=dict(self.profile.step(route.step).hints).get(status, ""),
                page=page,
                browsers=tuple(fetch.browser for fetch in fetches),
                fetch=fetches[0],
                expectation=why if isinstance(why, Expectation) else None,
            )

    def _steps(self) -> list[Step]:
        return [self.profile.step(route.step) for route in self._routes]

    def _fetches(self) -> Iterator[FetchRecord]:
        return (fetch for route in self._routes for fetch in route.fetches)

    def _not_exposed(self) -> Iterator[str]:
        """The names that a step reads if they are sent, and that its responses neither have nor expose."""
        for route, step in zip(self._routes, self._steps(), strict=True):
            fetches = [fetch for fetch in route.fetches if fetch.outcome == "readable"]
            for name in step.reads_if_sent if fetches else ():
                if not any(_is_sent_or_exposed(byte_lowercase(name), fetch) for fetch in fetches):
                    yield name

    def _settings(self, findings: Sequence[Finding]) -> Iterator[Setting]:
        """The settings of the findings, completed by what the steps need that had no response."""
        merged = self._settings_of(findings)
        is_new = "cors-layer" in merged
        refusals = {fetch.result.failure for fetch in self._fetches() if isinstance(fetch.result, NetworkError)}
        if refusals & _BY_CORS - _LISTS_SEEN:
            self._add(merged, "methods", [route.method for route in self._routes], is_whole=is_new)
            self._add(merged, "request-headers", self._request_headers(), is_whole=is_new)
        if "expose" in merged or refusals & _BY_CORS:
            self._add(merged, "expose", exposed_names(self._steps()), is_whole=is_new)
        for concept in _ORDER:
            if concept in merged:
                yield merged[concept]

    def _settings_of(self, findings: Sequence[Finding]) -> dict[Concept | Arrangement, Setting]:
        """The settings that fix the errors, without hidden headers that are of no use to the client."""
        merged: dict[Concept | Arrangement, Setting] = {}
        read = {byte_lowercase(name) for step in self._steps() for name in step.all_reads}
        for finding in findings:
            setting = finding.fix_setting
            if finding.severity is not Severity.ERROR or setting is None or setting.operation == "remove":
                continue
            if setting.concept == "expose":
                useless = {subject for each in findings for subject in each.subjects} - read
                values = [name for name in setting.values if byte_lowercase(name) not in useless]
                setting = replace(setting, values=tuple(values))
            known = merged.get(setting.concept)
            merged[setting.concept] = setting if known is None else _joined(known, setting.values)
        return merged

    def _request_headers(self) -> list[str]:
        """The names of the headers that pages set here and that a preflight has to allow."""
        unsafe = {
            name
            for route in self._routes
            for name in cors_unsafe_request_header_names(route.page_headers, STANDARD.preflight)
        }
        names = (name for route in self._routes for name, _ in route.page_headers)
        return [name for name in dict.fromkeys(names) if byte_lowercase(name) in unsafe]

    def _add(
        self,
        merged: dict[Concept | Arrangement, Setting],
        concept: Concept,
        values: Sequence[str],
        *,
        is_whole: bool,
    ) -> None:
        if not values:
            return
        new = Setting(concept=concept, operation="set" if is_whole else "add", complete=is_whole)
        known = merged.get(concept) or new
        merged[concept] = _joined(known, values)


def _caller(fetch: FetchRecord | HeldFetch) -> tuple[str, str]:
    return str(fetch.caller.page), fetch.caller.browser


def _joined(setting: Setting, values: Sequence[str]) -> Setting:
    return Setting(
        concept=setting.concept,
        values=each_once((*setting.values, *values), are_names=setting.concept in NAME_LISTS),
        operation=setting.operation,
        complete=setting.complete,
    )


def _is_sent_or_exposed(lowercase: str, fetch: FetchRecord) -> bool:
    is_sent = fetch.response is not None and contains(lowercase, fetch.response.headers)
    return is_sent or (isinstance(fetch.result, FilteredResponse) and fetch.result.is_readable(lowercase))
