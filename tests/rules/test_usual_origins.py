"""The default page is refused: usual origins are tried, and the one that is allowed is named."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from hdrcli.report.report import Report
from tests.findings import fix, found, the_finding
from tests.rules.asking import answering, ask, lines
from tests.rules.snapshots import Snapshot

LOCAL = "http://localhost:8000/items"


def service(*allow_origins: str) -> FastAPI:
    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=allow_origins, allow_methods=["*"])

    @app.api_route("/items", methods=["GET", "PUT"])
    def items() -> list[str]:
        return []

    return app


def tried(report: Report) -> list[str | None]:
    """The origins, in the order in which they are tried."""
    return [probe.origin for route in report.routes for probe in route.probes if probe.kind == "usual-origin"]


@pytest.mark.parametrize(
    ("url", "allowed", "origins"),
    [
        (LOCAL, "http://localhost:5173", ["http://localhost:5173"]),
        (LOCAL, "http://localhost:8080", ["http://localhost:5173", "http://localhost:4200", "http://localhost:8080"]),
        ("http://localhost:5173/items", "http://localhost:4200", ["http://localhost:4200"]),
        (
            "https://api.shop.example/items",
            "https://www.shop.example",
            ["https://shop.example", "https://www.shop.example"],
        ),
        (
            "https://shop.example/items",
            "https://app.shop.example",
            ["https://www.shop.example", "https://app.shop.example"],
        ),
    ],
)
def test_the_origin_that_is_allowed_is_named(url: str, allowed: str, origins: list[str]) -> None:
    report = ask(service(allowed), url, origins=())

    assert tried(report) == origins
    assert found(report) == ["error HDR101"]
    assert f"--origin {allowed}" in fix(the_finding(report))


def test_a_preflight_is_tried_without_a_write(snapshot: Snapshot) -> None:
    report = ask(service("http://localhost:4200"), LOCAL, method="PUT", origins=())

    assert tried(report) == ["http://localhost:5173", "http://localhost:4200"]
    assert {probe.exchange.request.method for route in report.routes for probe in route.probes} <= {"OPTIONS", "GET"}
    finding = the_finding(report)
    assert finding.code == "HDR201"
    snapshot(finding)


@pytest.mark.parametrize("url", ["https://192.0.2.1/items", "https://api.example/items"])
def test_where_none_is_allowed_the_fix_names_none(url: str) -> None:
    report = ask(service("https://elsewhere.example"), url, origins=())

    assert len(tried(report)) <= 5
    assert found(report) == ["error HDR101"]
    assert "--origin http" not in fix(the_finding(report))


def test_a_page_that_is_named_or_allowed_is_not_replaced() -> None:
    assert tried(ask(service("http://localhost:5173"), LOCAL, origins=("http://localhost:3000",))) == []
    assert tried(ask(service("http://localhost:3000"), LOCAL, origins=())) == []
    assert tried(ask(answering(lines(("Access-Control-Allow-Origin", "*"))), LOCAL, origins=())) == []


def test_each_url_that_was_named_is_tried() -> None:
    report = ask(service("http://localhost:5173"), LOCAL, "http://localhost:8000/", origins=())

    assert tried(report) == ["http://localhost:5173"] * 2
