"""What a run comes to: counts, and the exit status with the reasons for it. It is decided here and nowhere else."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from hdrcli.fetch import REQUEST_ERRORS, TRANSPORT_FAILURES, NetworkError, Origin, TransportFailure
from hdrcli.records.errors import ExitStatus
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.records.verdict import Clause, HeaderRecord
from hdrcli.rules.finding import Finding, Severity
from hdrcli.settings import Settings
from hdrcli.structs import Record
from hdrcli.text.field_names import is_for_pages
from hdrcli.verdict.agreement import agreement
from hdrcli.verdict.expectations import expected_of, is_expected_status
from hdrcli.verdict.patterns import matches


class Totals(Record, frozen=True, kw_only=True):
    """The counts of a run, over all services.

    `custom_headers` are the custom headers that wanted fetches received, counted once a route, and `readable_headers`
    those of them that every such fetch lets JavaScript read (see the function `custom_headers`). `blocked` counts the
    fetches that failed, `unexpectedly_blocked` those of them that were not expected to, `without_response` the routes
    for which a browser has no response or stops before it would send a header to an origin that must not get it,
    `unreachable` the services without any response, `differing` the fetches in which a real browser differs from its
    simulation, `failed_comparisons` the requests to the URL to compare with that have no response, `rejected` the
    fetches for which `new Request()` throws.
    `requests` counts those that were sent or taken from a recording, `recorded` the latter.
    `verified` counts the routes with a response that can be judged, by its status or because it blocks the page;
    `stopped_responding` those that responded, and later did not respond to the same request. `held` counts the fetches
    that were stopped, so that no write is repeated, `skipped` the routes of a target that are not checked, `unverified`
    those from a document or a recording whose response cannot be judged, `known` the findings of the baseline, which
    are counted nowhere else, `stale` its entries that were not found, and `ignored` the faults that the configuration
    accepts. `unmatched` are the patterns for routes that no route has; `nothing_expected` says that there are
    expectations, and no route for any of them. `only_plans` says that nothing was to be sent. `is_time_up` says that
    the time limit was reached before everything was done; `unchecked` counts the routes that therefore have no result.
    """

    services: int = 0
    routes: int = 0
    requests: int = 0
    recorded: int = 0
    custom_headers: int = 0
    readable_headers: int = 0
    errors: int = 0
    warnings: int = 0
    advice: int = 0
    failing_findings: int = 0
    unmet: int = 0
    blocked: int = 0
    unexpectedly_blocked: int = 0
    without_response: int = 0
    unreachable: int = 0
    differing: int = 0
    failed_comparisons: int = 0
    rejected: int = 0
    verified: int = 0
    stopped_responding: int = 0
    held: int = 0
    skipped: int = 0
    unverified: int = 0
    known: int = 0
    stale: int = 0
    unchecked: int = 0
    is_time_up: bool = False
    ignored: int = 0
    unmatched: tuple[str, ...] = ()
    nothing_expected: bool = False
    fails_if_blocked: bool = False
    only_plans: bool = False
    baseline_problem: str = ""

    @property
    def exit_status(self) -> ExitStatus:
        """2 for invalid requests and a baseline that is not written, or else 3 if a service is unreachable.

        Or else 1 if anything failed, or else 2 if nothing was verified, or else 1 if the time limit was reached. Or
        else 0.
        """
        if self.baseline_problem:
            return ExitStatus.USAGE
        if self.only_plans:
            return ExitStatus.OK
        if self.rejected or not (self.requests or self.failing_findings or self.unreachable):
            return ExitStatus.USAGE
        if self.unreachable or self.failed_comparisons:
            return ExitStatus.UNREACHABLE
        failed = self.failing_findings or self.unmet or self.without_response or self.differing
        if failed or self.stopped_responding or (self.fails_if_blocked and self.unexpectedly_blocked):
            return ExitStatus.FAILED
        if self.nothing_expected or not self.verified:
            return ExitStatus.USAGE
        return ExitStatus.FAILED if self.is_time_up else ExitStatus.OK


def comparison_status(a: Totals, b: Totals, *, compared: int, unjudged: int, has_differences: bool) -> ExitStatus:
    """The exit status of a comparison: as that of a check, with differences in place of findings.

    2 for invalid requests, or else 3 if a service of either side is unreachable, or else 2 if nothing was compared, or
    else 1 for differences, for routes without a response on both sides, and if the time limit was reached, or else 0.
    """
    if a.rejected or b.rejected or not (a.requests or b.requests or a.unreachable or b.unreachable):
        return ExitStatus.USAGE
    if a.unreachable or b.unreachable:
        return ExitStatus.UNREACHABLE
    if not compared:
        return ExitStatus.USAGE
    return ExitStatus.FAILED if has_differences or unjudged or a.is_time_up or b.is_time_up else ExitStatus.OK


class Tally:
    """Counts what a run comes to, route by route and service by service."""

    def __init__(self, policy: Settings) -> None:
        self._policy = policy
        self._counts: dict[str, int] = {}
        self._unmatched = dict.fromkeys(each.route for each in policy.contract)

    def add_route(self, route: RouteRecord, unmet: int) -> None:
        """Count a route, with its unmet expectations."""
        self._unmatched = {each: None for each in self._unmatched if not matches(each, route.method, route.url)}
        expected = expected_of(self._policy, route)
        self._count("routes")
        self._count("unmet", unmet)
        wanted = [fetch for fetch in route.fetches if not fetch.caller.for_comparison]
        failures = [fetch.result.failure for fetch in wanted if isinstance(fetch.result, NetworkError)]
        self._count("blocked", len(failures))
        self._count("unexpectedly_blocked", 0 if expected.blocked else len(failures))
        self._count("rejected", sum(failure in REQUEST_ERRORS for failure in failures))
        kept = [held for held in route.held if held.kept_headers]
        stopped_writes = len(route.held) - len(kept)
        self._count("held", stopped_writes)
        is_verified = stopped_writes > 0 or any(_is_verified(fetch, expected.statuses) for fetch in wanted)
        self._count("verified", is_verified)
        self._count("unverified", not is_verified and not route.is_named)
        repeated = route.probed("repeated")
        self._count("stopped_responding", repeated is not None and repeated.response is None)
        self._count("without_response", bool(kept) or any(map(failed_below_http, route.fetches)))
        self._count("differing", sum(agreement(fetch) == "different" for fetch in route.fetches))
        self._count(
            "failed_comparisons",
            sum(
                probe.kind == "compare" and isinstance(probe.exchange.response, TransportFailure)
                for probe in route.probes
            ),
        )
        custom = custom_headers(route)
        self._count("custom_headers", len(custom))
        self._count("readable_headers", sum(is_readable for _, is_readable in custom))

    def add_unchecked(self, routes: int) -> None:
        """Count routes that the time limit left without a result."""
        self._count("unchecked", routes)

    def add_service(
        self,
        findings: Collection[Finding],
        *,
        requests: int,
        recorded: int,
        skipped: int,
        ignored: int,
        is_unreachable: bool,
    ) -> None:
        """Count a service, with its findings."""
        self._count("services")
        self._count("requests", requests)
        self._count("recorded", recorded)
        self._count("skipped", skipped)
        self._count("ignored", ignored)
        self._count("unreachable", is_unreachable)
        for finding in findings:
            if finding.is_known:
                self._count("known")
                continue
            self._count("advice" if finding.severity is Severity.ADVICE else f"{finding.severity}s")
            self._count("failing_findings", fails(finding, self._policy))

    def totals(self, *, is_time_up: bool, stale: int = 0, baseline_problem: str = "") -> Totals:
        """The counts so far."""
        policy = self._policy
        return Totals(
            **self._counts,
            is_time_up=is_time_up,
            stale=stale,
            unmatched=tuple(self._unmatched),
            nothing_expected=bool(self._unmatched)
            and all(each.route in self._unmatched for each in policy.expectations),
            fails_if_blocked=policy.fail_on_blocked,
            only_plans=policy.dry_run,
            baseline_problem=baseline_problem,
        )

    def _count(self, name: str, more: int = 1) -> None:
        self._counts[name] = self._counts.get(name, 0) + more


def fails(finding: Finding, policy: Settings) -> bool:
    """Whether a finding makes the run fail."""
    return not finding.is_known and reaches(finding.severity, policy.fail_on)


def reaches(severity: Severity, fail_on: str) -> bool:
    """Whether a severity is that of `--fail-on`, or a higher one; "never" is none."""
    return fail_on != "never" and severity.rank <= Severity(fail_on).rank


def custom_headers(route: RouteRecord, page: Origin | None = None) -> list[tuple[HeaderRecord, bool]]:
    """The custom headers that a route sends to wanted callers (of one page), and whether all of these can read them.

    Headers for browsers, proxies and operators do not count: no page needs to read them.
    """
    wanted = [
        index
        for index, fetch in enumerate(route.fetches)
        if not fetch.caller.for_comparison and page in {None, fetch.caller.page}
    ]
    found = []
    for header in route.headers:
        if header.custom and is_for_pages(header.name):
            verdicts = [header.verdicts[index] for index in wanted]
            if any(verdict.sent for verdict in verdicts):
                reading = [verdict for verdict in verdicts if verdict.sent or verdict.clause is Clause.BLOCKED]
                found.append((header, all(verdict.readable for verdict in reading)))
    return found


def _is_verified(fetch: FetchRecord, statuses: Sequence[str]) -> bool:
    if fetch.outcome == "network-error":
        return fetch.response is not None or bool(fetch.exchanges)
    return fetch.response is not None and is_expected_status(fetch.response.status, statuses)


def failed_below_http(fetch: FetchRecord) -> bool:
    """Whether there is no response, for a reason below HTTP."""
    return isinstance(fetch.result, NetworkError) and fetch.result.failure in TRANSPORT_FAILURES
