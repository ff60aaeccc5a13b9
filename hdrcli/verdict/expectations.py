"""What CI demands of response headers, and where a route does not give it."""

from __future__ import annotations

from collections.abc import Sequence

from hdrcli.records.route import FetchRecord, RouteRecord, UnmetExpectation
from hdrcli.settings import Expectation
from hdrcli.verdict.exposure import judge_header


def unmet_expectations(
    expectations: Sequence[Expectation],
    routes: Sequence[RouteRecord],
) -> tuple[UnmetExpectation, ...]:
    """Each expectation that does not hold on every route and in every fetch, with the first fetch that shows it."""
    return tuple(
        _unmet(expectation, route, failing)
        for route in routes
        for expectation in expectations
        if (failing := [fetch for fetch in route.fetches if not _is_met(expectation, fetch)])
    )


def _unmet(expectation: Expectation, route: RouteRecord, failing: Sequence[FetchRecord]) -> UnmetExpectation:
    first = failing[0]
    alike = [fetch for fetch in route.fetches if (fetch.page, fetch.credentials) == (first.page, first.credentials)]
    browsers = [fetch.browser for fetch in alike if fetch in failing]
    where = f" in {' and '.join(browsers)}" if len(browsers) < len(alike) else ""
    return UnmetExpectation(
        expectation=expectation,
        route=route,
        reason=f'At {first.page} with credentials "{first.credentials}"{where} {_state(expectation, first)}',
        holds_in_a_mode={fetch.credentials for fetch in failing} != {fetch.credentials for fetch in route.fetches},
    )


def _is_met(expectation: Expectation, fetch: FetchRecord) -> bool:
    if fetch.answer is None:
        return False
    verdict = judge_header(expectation.name, fetch)
    match expectation.verdict:
        case "readable":
            return verdict.readable
        case "hidden":
            return verdict.sent and not verdict.readable
        case "absent":
            return not verdict.sent


def _state(expectation: Expectation, fetch: FetchRecord) -> str:
    verdict = judge_header(expectation.name, fetch)
    if fetch.answer is None:
        return f"there is no answer to tell by. {verdict.detail}"
    if not verdict.sent:
        return "it is not sent."
    if expectation.verdict == "absent":
        return "it is sent."
    return f"it is {'readable' if verdict.readable else 'hidden'}. {verdict.detail}"
