"""The expectations of CI about statuses and response headers, and where a route does not meet them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hdrcli.records.route import FetchRecord, RouteRecord, UnmetExpectation
from hdrcli.settings import Expectation
from hdrcli.verdict.exposure import judge_header

_FIRST_ERROR: Final = 400


def is_expected_status(status: int, expected: Sequence[str]) -> bool:
    """Whether a response with this status may be judged: "404" is one status, "4xx" a class; none means no error."""
    if not expected:
        return status < _FIRST_ERROR
    return any(f"{status}" == each or f"{status // 100}xx" == each.lower() for each in expected)


def unmet_expectations(
    expectations: Sequence[Expectation], route: RouteRecord, statuses: Sequence[str] = ()
) -> tuple[UnmetExpectation, ...]:
    """Each expectation that does not hold in every wanted fetch of a route, with the first fetch that shows it.

    It holds only for a response with a status that is expected.
    """
    if not expectations:
        return ()
    wanted = [fetch for fetch in route.fetches if not fetch.caller.for_comparison]
    return tuple(
        _unmet(expectation, route, failing, wanted, statuses)
        for expectation in expectations
        if (failing := [fetch for fetch in wanted if not _is_met(expectation, fetch, statuses)])
    )


def _unmet(
    expectation: Expectation,
    route: RouteRecord,
    failing: Sequence[FetchRecord],
    wanted: Sequence[FetchRecord],
    statuses: Sequence[str],
) -> UnmetExpectation:
    first = failing[0]
    alike = [fetch for fetch in wanted if (fetch.page, fetch.credentials) == (first.page, first.credentials)]
    browsers = tuple(fetch.browser for fetch in alike if fetch in failing)
    return UnmetExpectation(
        expectation=expectation,
        method=route.method,
        url=route.url,
        fetch=first,
        browsers=browsers if len(browsers) < len(alike) else (),
        verdict=judge_header(expectation.name, first),
        has_expected_status=first.response is None or is_expected_status(first.response.status, statuses),
        holds_in_a_mode={fetch.credentials for fetch in failing} != {fetch.credentials for fetch in wanted},
    )


def _is_met(expectation: Expectation, fetch: FetchRecord, statuses: Sequence[str]) -> bool:
    if fetch.response is None or not is_expected_status(fetch.response.status, statuses):
        return False
    verdict = judge_header(expectation.name, fetch)
    match expectation.verdict:
        case "readable":
            return verdict.readable
        case "hidden":
            return verdict.sent and not verdict.readable
        case "absent":
            return not verdict.sent
