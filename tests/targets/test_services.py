"""What targets of any kind can say about a service: its own transport, skipped routes, limits, a problem."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Final

import pytest

from hdrcli import ExitStatus, Report, Settings
from hdrcli.checking.run import run
from hdrcli.checking.time_limit import TimeLimit
from hdrcli.fetch import HTTPRequest, HTTPResponse, parse_url
from hdrcli.planning.routes import Route, Service
from hdrcli.records.route import SkippedRoute
from hdrcli.report.report import Collector
from hdrcli.settings.contract import Expectation
from hdrcli.structs import replace
from tests.reporting import document, rendered

ONCE: Final = Settings(targets=(), probe=False)
HOSTILE: Final = "/\x1b[2J"


class Responding:
    """A transport with the same response to every request."""

    def __init__(self, name: str, *headers: tuple[str, str], status: int = 200) -> None:
        self._response = HTTPResponse(status=status, headers=((name, "1"), *headers))
        self.requests: list[HTTPRequest] = []

    async def exchange(self, request: HTTPRequest) -> HTTPResponse:
        self.requests.append(request)
        return self._response

    async def aclose(self) -> None:
        """It has nothing to close."""


def route(text: str, headers: tuple[tuple[str, str], ...] = (), source: str = "argument") -> Route:
    url = parse_url(text)
    assert url is not None
    return Route(method="GET", url=url, headers=headers, source=source)


def checked(*services: Service, settings: Settings = ONCE) -> Report:
    collector = Collector()

    async def opened() -> AsyncGenerator[Service]:
        for service in services:
            yield service

    async def check() -> None:
        async for event in run(opened(), settings, Responding("x-network"), TimeLimit(settings.max_time)):
            collector(event)

    asyncio.run(check())
    assert collector.report is not None
    return collector.report


def test_a_service_may_have_a_transport_of_its_own() -> None:
    own = Service(name="own", routes=[route("http://a.example/")], transport=Responding("x-own"))
    other = Service(name="other", routes=[route("http://b.example/")])

    assert [[header.name for header in each.headers] for each in checked(own, other).routes] == [
        ["x-own"],
        ["x-network"],
    ]


def test_what_was_skipped_is_reported() -> None:
    skipped = tuple(SkippedRoute(method="GET", path=f"{HOSTILE}{number}", reason="it is old") for number in range(9))
    service = Service(name="a", routes=[route("http://a.example/")], skipped=skipped, limits=("No port is open.",))
    report = checked(service)

    (value,) = document(report)["services"]
    assert len(value["skipped_routes"]) == document(report)["summary"]["skipped"] == 9
    assert value["skipped_routes"][0]["reason"] == "it is old"
    assert value["limits"] == ["No port is open."]
    table = rendered(report)
    assert "9 routes skipped, it is old: GET" in table
    assert "and 6 more" in table
    assert "No port is open." in table
    assert "\x1b" not in table


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["id", "id"], ["2 routes skipped, no value for id (--param id=VALUE): GET /0, GET /1"]),
        (["id", "q", "id"], ["3 routes skipped, no value for id, q (--param NAME=VALUE): GET /0, GET /1, GET /2"]),
        (["id", "", "q"], ["2 routes skipped, no value for id, q (--param NAME=VALUE): GET /0, GET /2"]),
    ],
)
def test_parameters_without_values_share_a_line(names: list[str], expected: list[str]) -> None:
    """Most operations of an API have one, and the program needs all of them."""
    skipped = tuple(
        SkippedRoute(
            method="GET",
            path=f"/{number}",
            reason=f"no value for {name} (--param {name}=VALUE)" if name else "it is old",
            parameter=name,
        )
        for number, name in enumerate(names)
    )
    report = checked(Service(name="a", routes=[route("http://a.example/")], skipped=skipped))

    assert [line for line in rendered(report).splitlines() if "no value" in line] == expected
    (value,) = document(report)["services"]
    assert [each["reason"] for each in value["skipped_routes"]] == [each.reason for each in skipped]


@pytest.mark.parametrize("with_another", [False, True])
def test_a_service_that_cannot_be_opened_is_unreachable(*, with_another: bool) -> None:
    broken = Service(name="broken", routes=(), problem="It ended with status 1.")
    report = checked(*([Service(name="a", routes=[route("http://a.example/")])] if with_another else []), broken)

    assert report.exit_status is ExitStatus.UNREACHABLE
    assert document(report)["services"][-1]["problem"] == "It ended with status 1."
    assert document(report)["services"][-1]["reachable"] is False


def test_a_service_without_routes_verifies_nothing() -> None:
    skipped = (SkippedRoute(method="POST", path="/items", reason="it writes"),)

    assert checked(Service(name="a", routes=(), skipped=skipped)).exit_status is ExitStatus.USAGE


@pytest.mark.parametrize(
    ("home", "sends"), [(set(), True), ({"http://a.example"}, True), ({"http://b.example"}, False)], ids=str
)
def test_bound_headers_go_home_only_wherever_routes_lead(home: set[str], *, sends: bool) -> None:
    transport = Responding("x", ("access-control-allow-origin", "*"), ("access-control-allow-headers", "*"))
    service = Service(
        name="a",
        routes=[route("http://a.example/", headers=(("X-Key", "1"),))],
        transport=transport,
        bound=frozenset({"x-key"}),
        home=frozenset(home),
    )
    report = checked(service)

    assert any(("X-Key", "1") in request.headers for request in transport.requests) is sends
    assert (report.exit_status is ExitStatus.OK) is sends


def test_settings_of_a_service_replace_those_of_the_run() -> None:
    service = Service(
        name="a",
        routes=[route("http://a.example/")],
        settings=replace(ONCE, origins=("http://page.example",), stack="nginx"),
    )
    report = checked(service, Service(name="b", routes=[route("http://b.example/")]))

    assert [{str(fetch.page) for fetch in each.fetches} for each in report.routes] == [
        {"http://page.example"},
        {"http://app.example"},
    ]
    assert report.services[0].stack.name == "nginx"


@pytest.mark.parametrize(
    ("source", "changes", "severity"),
    [
        ("argument", {}, "error"),
        ("openapi getItems", {}, "warning"),
        ("openapi getItems", {"expect_status": ("2xx",)}, "error"),
        ("openapi getItems", {"contract": (Expectation(verdict="status", name="2xx", route="/items*"),)}, "error"),
        ("openapi getItems", {"contract": (Expectation(verdict="status", name="2xx", route="/other"),)}, "warning"),
    ],
    ids=str,
)
def test_a_status_that_is_not_the_stated_one_is_an_error(
    source: str, changes: dict[str, tuple[str, ...]], severity: str
) -> None:
    transport = Responding("x", ("access-control-allow-origin", "*"), status=404)
    service = Service(name="a", routes=[route("http://a.example/items", source=source)], transport=transport)
    report = checked(service, settings=replace(ONCE, **changes, select=("HDR005",)))

    assert [(finding.code, finding.severity) for finding in report.findings] == [("HDR005", severity)]
