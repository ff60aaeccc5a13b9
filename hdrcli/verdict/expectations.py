"""What CI expects of response headers, and where a route does not meet it."""

from __future__ import annotations

from collections.abc import Sequence

from hdrcli.records.route import FetchRecord, RouteRecord, UnmetExpectation
from hdrcli.settings import Expectation
from hdrcli.verdict.exposure import judge_header


def unmet_expectations(expectations: Sequence[Expectation], route: RouteRecord) -> tuple[UnmetExpectation, ...]:
    """Each expectation that does not hold in every fetch of a route, with the first fetch that shows it."""
    return tuple(
        _unmet(expectation, route, failing)
        for expectation in expectations
        if (failing := [fetch for fetch in route.fetches if not _is_met(expectation, fetch)])
    )


def _unmet(expectation: Expectation, route: RouteRecord, failing: Sequence[FetchRecord]) -> UnmetExpectation:
    first = failing[0]
    alike = [fetch for fetch in route.fetches if (fetch.page, fetch.credentials) == (first.page, first.credentials)]
    browsers = tuple(fetch.browser for fetch in alike if fetch in failing)
    return UnmetExpectation(
        expectation=expectation,
        method=route.method,
        url=route.url,
        fetch=first,
        browsers=browsers if len(browsers) < len(alike) else (),
        verdict=judge_header(expectation.name, first),
        holds_in_a_mode={fetch.credentials for fetch in failing} != {fetch.credentials for fetch in route.fetches},
    )


def _is_met(expectation: Expectation, fetch: FetchRecord) -> bool:
    if fetch.response is None:
        return False
    verdict = judge_header(expectation.name, fetch)
    match expectation.verdict:
        case "readable":
            return verdict.readable
        case "hidden":
            return verdict.sent and not verdict.readable
        case "absent":
            return not verdict.sent
