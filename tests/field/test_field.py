"""Small servers as they are met, right and wrong, on real sockets: hdrcli finds what is wrong, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import pytest
from fastapi import FastAPI, Response

from hdrcli.inspection import check
from hdrcli.planning.probes import MAX_PROBES, MAX_VARIANTS
from hdrcli.records.errors import ExitStatus
from hdrcli.records.route import RouteRecord
from hdrcli.report.report import Report
from hdrcli.rules.finding import Severity
from hdrcli.settings import Settings
from tests.field import fastapi_apps, fastapi_mistakes, hand_made, kinds, nginx, other_stacks, reports
from tests.field.api import api, cors
from tests.field.case import PAGE, Case
from tests.findings import found, variant
from tests.serving.asgi import Served, Uvicorns

CASES: Final = (
    *fastapi_apps.CASES,
    *fastapi_mistakes.CASES,
    *hand_made.CASES,
    *nginx.CASES,
    *other_stacks.CASES,
    *kinds.CASES,
    *reports.CASES,
)
Play = Callable[[Case], tuple[Report, Served]]

every_case = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


@pytest.fixture(scope="module")
def uvicorns() -> Iterator[Uvicorns]:
    with Uvicorns() as uvicorns:
        yield uvicorns


@pytest.fixture(scope="module")
def play(uvicorns: Uvicorns) -> Play:
    """Check a case's server, once for all tests: the report, and the server as it was left."""
    played: dict[str, tuple[Report, Served]] = {}

    def play(case: Case) -> tuple[Report, Served]:
        if case.name not in played:
            with case.server(uvicorns) as site:
                report = check(case.settings(site))
            played[case.name] = report, site
        return played[case.name]

    return play


def test_names_are_unique() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


@every_case
def test_findings(case: Case, play: Play) -> None:
    report, _ = play(case)
    assert found(report) == list(case.findings)


@every_case
def test_a_cause_is_one_finding(case: Case, play: Play) -> None:
    report, _ = play(case)
    variants = {(finding.code, variant(finding)) for finding in report.findings}
    assert len(report.findings) == len(variants)


@every_case
def test_the_worst_comes_first(case: Case, play: Play) -> None:
    report, _ = play(case)
    ranks = [finding.severity.rank for finding in report.findings]
    assert ranks == sorted(ranks)


@every_case
def test_an_error_fails_the_check(case: Case, play: Play) -> None:
    report, _ = play(case)
    is_wrong = any(finding.severity is Severity.ERROR for finding in report.findings)
    assert report.exit_status is (ExitStatus.FAILED if is_wrong else ExitStatus.OK)


@every_case
def test_probing_is_polite(case: Case, play: Play) -> None:
    """All that the server saw is in the report, it is bounded, and there is no other method than those named."""
    report, site = play(case)
    (route,) = report.routes
    assert sorted(site.requests) == sorted(_sent(route))
    pages = {fetch.page for fetch in route.fetches}
    assert len(site.requests) <= MAX_PROBES + len(pages) * MAX_VARIANTS + len(_sent(route, probes=False))
    assert {request.split()[0] for request in site.requests} <= {"GET", "OPTIONS", case.method}
    assert case.method in {"GET", "HEAD"} or site.requests.count(f"{case.method} {case.path}") <= 1


@pytest.mark.parametrize("name", ["nothing exposed", "no CORS", "null allowed", "one page of two", "PUT", "HEAD"])
def test_without_probes_the_fetches_alone_are_sent(name: str, uvicorns: Uvicorns) -> None:
    (case,) = (case for case in CASES if case.name == name)
    with case.server(uvicorns) as site:
        report = check(case.settings(site, probe=False))
    (route,) = report.routes
    assert route.probes == ()
    assert sorted(site.requests) == sorted(_sent(route, probes=False))


def test_one_cause_on_many_routes_is_one_finding(uvicorns: Uvicorns) -> None:
    app = FastAPI(middleware=[cors(PAGE)])
    paths = [f"/lists/{number}" for number in range(20)]
    for path in paths:
        app.add_api_route(path, _counted)
    with uvicorns.serve(app) as site:
        urls = tuple(site.url + path for path in paths)
        report = check(Settings(targets=urls, origins=(PAGE,), credentials=("omit",)))
    (finding,) = report.findings
    assert finding.code == "HDR301"
    assert [place.url for place in finding.places] == list(urls)


def test_causes_on_many_routes_are_told_apart(uvicorns: Uvicorns) -> None:
    paths = ["/", "/items", "/crash", "/tree", "/total", "/nowhere", "/timed"]
    with uvicorns.serve(api(cors(PAGE))) as site:
        urls = tuple(site.url + path for path in paths)
        report = check(Settings(targets=urls, origins=(PAGE,), credentials=("omit",), expect_status=("2xx", "404")))
    assert [(finding.code, [place.url for place in finding.places]) for finding in report.findings] == [
        ("HDR107", [f"{site.url}/crash"]),
        ("HDR301", [f"{site.url}/items", f"{site.url}/total"]),
        ("HDR401", [f"{site.url}/tree"]),
        ("HDR504", [f"{site.url}/timed"]),
    ]


def _counted(response: Response) -> list[str]:
    response.headers["X-Total-Count"] = "1312"
    return []


def _sent(route: RouteRecord, *, probes: bool = True) -> list[str]:
    """What the report says was sent to the server, "GET /items": fetches share the exchanges that they word alike."""
    exchanges = [*route.exchanges]
    exchanges += [probe.exchange for probe in route.probes if probes and probe.kind != "compare"]
    requests = [exchange.request for exchange in {exchange.number: exchange for exchange in exchanges}.values()]
    own = [request for request in requests if not request.url.host.endswith(".invalid")]
    return [f"{request.method} {request.url.target}" for request in own]
