"""What a run comes to: counts, and the exit status with the reasons for it. It is decided here and nowhere else."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from hdrcli.fetch import REQUEST_ERRORS, TRANSPORT_FAILURES, NetworkError, Origin, TransportFailure
from hdrcli.records.errors import ExitStatus
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.records.verdict import Clause, HeaderRecord
from hdrcli.rules.finding import Finding, Severity
from hdrcli.settings import Settings
from hdrcli.text.field_names import is_for_pages
from hdrcli.verdict.agreement import agreement
from hdrcli.verdict.expectations import is_expected_status


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The counts of a run, over all services.

    `custom_headers` are the custom headers that wanted fetches received, counted once a route, and `readable_headers`
    those of them that every such fetch lets JavaScript read (see the function `custom_headers`). `blocked` counts the
    fetches that failed, `without_response` the routes for which a browser has no response, `unreachable` the services
    without any response, `differing` the fetches in which a real browser differs from its simulation,
    `failed_comparisons` the requests to the URL to compare with that have no response, `rejected` the fetches for which
    `new Request()` throws.
    `verified` counts the routes with a response that can be judged, by its status or because it blocks the page;
    `without_probe_response` those whose probes were all lost: the service responded once, and not again. `held`
    counts the fetches that were stopped, so that no write is repeated, `skipped` the routes that were not checked,
    `unverified` those from a document or a recording whose response cannot be judged; `only_plans` says that nothing
    was to be sent.
    """

    services: int = 0
    routes: int = 0
    requests: int = 0
    custom_headers: int = 0
    readable_headers: int = 0
    errors: int = 0
    warnings: int = 0
    advice: int = 0
    failing_findings: int = 0
    unmet: int = 0
    blocked: int = 0
    without_response: int = 0
    unreachable: int = 0
    differing: int = 0
    failed_comparisons: int = 0
    rejected: int = 0
    verified: int = 0
    without_probe_response: int = 0
    held: int = 0
    skipped: int = 0
    unverified: int = 0
    fails_if_blocked: bool = False
    only_plans: bool = False

    @property
    def exit_status(self) -> ExitStatus:
        """2 for invalid requests, or else 3 if a service is unreachable, or else 1 if anything failed.

        Or else 2 if nothing was verified, or else 0.
        """
        if self.only_plans:
            return ExitStatus.OK
        if self.rejected or not (self.requests or self.failing_findings or self.unreachable):
            return ExitStatus.USAGE
        if self.unreachable or self.failed_comparisons:
            return ExitStatus.UNREACHABLE
        failed = self.failing_findings or self.unmet or self.without_response or self.differing
        if failed or self.without_probe_response or (self.fails_if_blocked and self.blocked):
            return ExitStatus.FAILED
        return ExitStatus.OK if self.verified else ExitStatus.USAGE


class Tally:
    """Counts what a run comes to, route by route and service by service."""

    def __init__(self, policy: Settings) -> None:
        self._policy = policy
        self._counts: dict[str, int] = {}

    def add_route(self, route: RouteRecord, unmet: int) -> None:
        """Count a route, with its unmet expectations."""
        self._count("routes")
        self._count("unmet", unmet)
        wanted = [fetch for fetch in route.fetches if not fetch.caller.for_comparison]
        failures = [fetch.result.failure for fetch in wanted if isinstance(fetch.result, NetworkError)]
        self._count("blocked", len(failures))
        self._count("rejected", sum(failure in REQUEST_ERRORS for failure in failures))
        self._count("held", len(route.held))
        is_verified = bool(route.held) or any(map(self._is_verified, wanted))
        self._count("verified", is_verified)
        self._count("unverified", not is_verified and not route.is_named)
        self._count("without_probe_response", _has_lost_its_probes(route))
        self._count("without_response", any(map(_failed_below_http, route.fetches)))
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

    def add_service(self, findings: Collection[Finding], *, requests: int, skipped: int, is_unreachable: bool) -> None:
        """Count a service, with its findings."""
        self._count("services")
        self._count("requests", requests)
        self._count("skipped", skipped)
        self._count("unreachable", is_unreachable)
        for finding in findings:
            self._count("advice" if finding.severity is Severity.ADVICE else f"{finding.severity}s")
            self._count("failing_findings", self._fails(finding))

    @property
    def totals(self) -> Totals:
        """The counts so far."""
        policy = self._policy
        return Totals(**self._counts, fails_if_blocked=policy.fail_on_blocked, only_plans=policy.dry_run)

    def _count(self, name: str, more: int = 1) -> None:
        self._counts[name] = self._counts.get(name, 0) + more

    def _is_verified(self, fetch: FetchRecord) -> bool:
        if fetch.outcome == "network-error":
            return fetch.response is not None or bool(fetch.exchanges)
        return fetch.response is not None and is_expected_status(fetch.response.status, self._policy.expect_status)

    def _fails(self, finding: Finding) -> bool:
        fail_on = self._policy.fail_on
        return fail_on != "never" and finding.severity.rank <= Severity(fail_on).rank


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


def _failed_below_http(fetch: FetchRecord) -> bool:
    return isinstance(fetch.result, NetworkError) and fetch.result.failure in TRANSPORT_FAILURES


def _has_lost_its_probes(route: RouteRecord) -> bool:
    """Whether probes were sent, and none has a response."""
    probes = [probe for probe in route.probes if probe.kind != "compare"]
    return bool(probes) and all(probe.response is None for probe in probes)
