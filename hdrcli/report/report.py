"""Everything a reporter may tell, and the exit status that follows from it."""

from __future__ import annotations

from dataclasses import dataclass

from hdrcli.fetch import REQUEST_ERRORS, TRANSPORT_FAILURES, NetworkError, TransportFailure
from hdrcli.records.errors import ExitStatus
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import FetchRecord, RouteRecord, UnmetExpectation
from hdrcli.rules.finding import Finding, Severity
from hdrcli.settings import FailOn
from hdrcli.stacks import ANY, Stack
from hdrcli.verdict.agreement import agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One run of `check`.

    `default_page` says that nobody chose the page's origin, `default_credentials` that nobody chose credentials modes.
    """

    routes: tuple[RouteRecord, ...]
    findings: tuple[Finding, ...] = ()
    unmet: tuple[UnmetExpectation, ...] = ()
    stack: Stack = ANY
    fail_on: FailOn = "error"
    fail_on_blocked: bool = False
    default_page: bool = False
    default_credentials: bool = False

    @property
    def fetches(self) -> tuple[FetchRecord, ...]:
        """The fetches of all routes."""
        return tuple(fetch for route in self.routes for fetch in route.fetches)

    @property
    def browsers(self) -> tuple[str, ...]:
        """Those that were played, in order."""
        return tuple(dict.fromkeys(fetch.browser for fetch in self.fetches))

    @property
    def differing(self) -> tuple[FetchRecord, ...]:
        """The fetches that the real browser does otherwise than its simulation."""
        return tuple(fetch for fetch in self.fetches if agreement(fetch) == "different")

    @property
    def failed_comparisons(self) -> tuple[tuple[Exchange, TransportFailure], ...]:
        """Where the URL to compare with gave no answer."""
        exchanges = [probe.exchange for route in self.routes for probe in route.probes if probe.kind == "compare"]
        return tuple(
            (exchange, exchange.response) for exchange in exchanges if isinstance(exchange.response, TransportFailure)
        )

    @property
    def exit_status(self) -> ExitStatus:
        """Computed here and nowhere else."""
        failures = {fetch.result.failure for fetch in self.fetches if isinstance(fetch.result, NetworkError)}
        if self._has_no_answer:
            return ExitStatus.UNREACHABLE
        if failures & REQUEST_ERRORS:
            return ExitStatus.USAGE
        if failures & TRANSPORT_FAILURES:
            return ExitStatus.FAILED
        if self.unmet or self.differing or self._has_failing_finding or (self.fail_on_blocked and failures):
            return ExitStatus.FAILED
        nothing_was_asked = not any(fetch.exchanges for fetch in self.fetches)
        return ExitStatus.USAGE if nothing_was_asked else ExitStatus.OK

    @property
    def _has_no_answer(self) -> bool:
        """Whether a page's request met no answer that any of the browsers can read."""
        unanswered: dict[tuple[str, str, str, str], bool] = {}
        for route in self.routes:
            for fetch in route.fetches:
                key = (route.method, route.url, str(fetch.page), fetch.credentials)
                failed = isinstance(fetch.result, NetworkError) and fetch.result.failure in TRANSPORT_FAILURES
                unanswered[key] = unanswered.get(key, True) and failed
        return any(unanswered.values()) or bool(self.failed_comparisons)

    @property
    def _has_failing_finding(self) -> bool:
        if self.fail_on == "never":
            return False
        worst_allowed = Severity(self.fail_on).rank
        return any(finding.severity.rank <= worst_allowed for finding in self.findings)
