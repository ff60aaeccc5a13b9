"""The expectations of CI about statuses and response headers, and where a route does not meet them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Final

from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.response import FORBIDDEN_RESPONSE_HEADER_NAMES
from hdrcli.records.expectation import UnmetExpectation
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.settings import Settings
from hdrcli.settings.contract import Expectation
from hdrcli.structs import Record
from hdrcli.verdict.exposure import judge_header
from hdrcli.verdict.patterns import matches

_FIRST_ERROR: Final = 400


class Expected(Record, frozen=True, kw_only=True):
    """What is expected of one route; empty `statuses` stand for all that are not errors."""

    headers: tuple[Expectation, ...]
    statuses: tuple[str, ...]
    blocked: bool


def expected_of(settings: Settings, route: RouteRecord) -> Expected:
    """What is expected of a route: its own, of all routes, and of those of its patterns, where the last word counts.

    A pattern's status replaces those of earlier ones. A route that is to be blocked has no header that is readable.
    """
    headers: dict[str, list[Expectation]] = {}
    statuses: list[str] = []
    source_of_statuses = ""
    blocked = False
    for each in (*route.expectations, *settings.expectations):
        if not matches(each.route, route.method, route.url):
            continue
        if each.verdict == "status":
            if each.route != source_of_statuses:
                statuses, source_of_statuses = [], each.route
            statuses.append(each.name)
        elif each.verdict == "blocked":
            blocked = True
            if each.route:
                headers = {name: found for name, found in headers.items() if not demands_reading(found[0])}
        elif each.route:
            headers[each.name.lower()] = [each]
            blocked &= not demands_reading(each)
        else:
            headers.setdefault(each.name.lower(), []).append(each)
    return Expected(
        headers=tuple(each for found in headers.values() for each in found),
        statuses=tuple(statuses),
        blocked=blocked,
    )


def demands_reading(expectation: Expectation) -> bool:
    """Whether JavaScript is expected to read the header, if it is sent."""
    return expectation.verdict in {"readable", "readable-if-sent"}


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
        if (failing := [fetch for fetch in wanted if not is_met(expectation, fetch, statuses)])
    )


def _unmet(
    expectation: Expectation,
    route: RouteRecord,
    failing: Sequence[FetchRecord],
    wanted: Sequence[FetchRecord],
    statuses: Sequence[str],
) -> UnmetExpectation:
    first = failing[0]
    names = names_in(expectation, first)
    name = next((each for each in names if not _is_met_by(expectation, each, first)), expectation.name)
    alike = [fetch for fetch in wanted if (fetch.page, fetch.credentials) == (first.page, first.credentials)]
    browsers = tuple(fetch.browser for fetch in alike if fetch in failing)
    return UnmetExpectation(
        expectation=expectation,
        name=name,
        method=route.method,
        url=route.url,
        step=route.step,
        fetch=first,
        browsers=browsers if len(browsers) < len(alike) else (),
        verdict=judge_header(name, first),
        has_expected_status=first.response is None or is_expected_status(first.response.status, statuses),
        holds_in_a_mode={fetch.credentials for fetch in failing} != {fetch.credentials for fetch in wanted},
    )


def is_met(expectation: Expectation, fetch: FetchRecord, statuses: Sequence[str]) -> bool:
    """Whether one fetch meets an expectation about a header, of a response with an expected status."""
    if fetch.response is None and expectation.verdict == "readable-if-sent":
        return True
    if fetch.response is None or not is_expected_status(fetch.response.status, statuses):
        return False
    names = names_in(expectation, fetch)
    if not names:
        return expectation.verdict in {"absent", "readable-if-sent"}
    return all(_is_met_by(expectation, name, fetch) for name in names)


def names_in(expectation: Expectation, fetch: FetchRecord) -> tuple[str, ...]:
    """The headers of a fetch's response that an expectation is about.

    They are the named one, or those sent ones that its pattern matches or that are among its alternatives. No page can
    read Set-Cookie, so no pattern demands it.
    """
    if is_definite(expectation):
        return (expectation.name,)
    sent = () if fetch.response is None else dict.fromkeys(byte_lowercase(name) for name, _ in fetch.response.headers)
    left = FORBIDDEN_RESPONSE_HEADER_NAMES if expectation.verdict == "readable" else ()
    return tuple(name for name in sent if name not in left and _is_one_of(name, expectation.names))


def is_definite(expectation: Expectation) -> bool:
    """Whether an expectation is about one header, sent or not."""
    return not (is_pattern(expectation.name) or expectation.alternatives or expectation.verdict == "readable-if-sent")


def _is_one_of(name: str, patterns: Iterable[str]) -> bool:
    return any(names_match(pattern, name) for pattern in patterns)


def is_pattern(name: str) -> bool:
    """Whether this is a pattern of names, such as "X-*"."""
    return "*" in name or "?" in name


def names_match(pattern: str, name: str) -> bool:
    """Whether a pattern, in which "*" is any text and "?" any character, is about this name, in any case."""
    return fnmatchcase(name.lower(), pattern.lower())


def _is_met_by(expectation: Expectation, name: str, fetch: FetchRecord) -> bool:
    verdict = judge_header(name, fetch)
    match expectation.verdict:
        case "readable" | "readable-if-sent":
            return verdict.readable
        case "hidden":
            return verdict.sent and not verdict.readable
        case _:
            return not verdict.sent
