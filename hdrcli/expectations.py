"""What CI demands of response headers, and where a route does not give it."""

from __future__ import annotations

from collections.abc import Sequence

from hdrcli.exposure import judge_header
from hdrcli.model import FetchRecord, HeaderVerdict, RouteRecord, UnmetExpectation
from hdrcli.settings import Expectation


def unmet_expectations(
    expectations: Sequence[Expectation],
    routes: Sequence[RouteRecord],
) -> tuple[UnmetExpectation, ...]:
    """Each expectation that does not hold on every route and in every fetch, with the first fetch that shows it."""
    return tuple(
        UnmetExpectation(expectation=expectation, route=route, reason=reason)
        for route in routes
        for expectation in expectations
        if (reason := _why_unmet(expectation, route)) is not None
    )


def _why_unmet(expectation: Expectation, route: RouteRecord) -> str | None:
    for fetch in route.fetches:
        verdict = judge_header(expectation.name, fetch)
        if fetch.answer is None or not _is_met(expectation, verdict):
            state = _state(expectation, fetch, verdict)
            return f'At {fetch.page} with credentials "{fetch.credentials}" {state}'
    return None


def _is_met(expectation: Expectation, verdict: HeaderVerdict) -> bool:
    match expectation.verdict:
        case "readable":
            return verdict.readable
        case "hidden":
            return verdict.sent and not verdict.readable
        case "absent":
            return not verdict.sent


def _state(expectation: Expectation, fetch: FetchRecord, verdict: HeaderVerdict) -> str:
    if fetch.answer is None:
        return f"there is no answer to tell by. {verdict.detail}"
    if not verdict.sent:
        return "it is not sent."
    if expectation.verdict == "absent":
        return "it is sent."
    return f"it is {'readable' if verdict.readable else 'hidden'}. {verdict.detail}"
