"""HDR314 and HDR510: what the service's OpenAPI document declares, and what it sends."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from typing import Any, Final

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from hdrcli.planning.probes.openapi import SIZE as OPENAPI_SIZE
from hdrcli.report.report import Report
from tests.findings import evidence, fix, found, header_lines, impact, the_finding, variant
from tests.rules.asking import PAGE, URL, ask
from tests.rules.snapshots import Snapshot

OPTIONAL: Final = {"schema": {"type": "string"}}
REQUIRED: Final = {**OPTIONAL, "required": True}
ALLOW: Final = ("Access-Control-Allow-Origin", PAGE)
TOTAL: Final = ("X-Total-Count", "1312")


def service(declared: Mapping[str, object], *sent: tuple[str, str], status: int = 200) -> FastAPI:
    """Declares these headers for GET and POST of /items and sends others; all answers have X-Request-ID."""
    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=[PAGE], expose_headers=["*"])

    @app.get("/items", responses={status: {"headers": declared}})
    @app.post("/items", responses={status: {"headers": declared}})
    def items(response: Response) -> list[str]:
        response.status_code = status
        for name, value in sent:
            response.headers[name] = value
        return []

    @app.middleware("http")
    async def number(request: Request, call_next: Any) -> Response:  # noqa: ANN401 -- Starlette's own type says no more
        response: Response = await call_next(request)
        response.headers["X-Request-ID"] = "7f3a"
        return response

    return app


def hand_made(document: bytes, *lines: tuple[str, str], status: int = 200) -> ASGIApp:
    """Answers with these lines, and with this document under any path that ends in .json."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        is_document = scope["path"].endswith(".json")
        headers = [(name.encode(), value.encode()) for name, value in (ALLOW, ("Vary", "Origin"), *lines)]
        answered = status if is_document else 200
        await send({"type": "http.response.start", "status": answered, "headers": [] if is_document else headers})
        await send({"type": "http.response.body", "body": document if is_document else b""})

    return app


def declaring(headers: Mapping[str, object], **more: object) -> bytes:
    paths = {"/items": {"get": {"responses": {"200": {"headers": headers}}}}}
    return json.dumps({"openapi": "3.1.0", "paths": paths, **more}).encode()


def probes(report: Report) -> list[str]:
    return [f"{probe.exchange.request.method} {probe.exchange.request.url}" for probe in _openapi(report)]


def _openapi(report: Report) -> Iterable[Any]:
    return [probe for route in report.routes for probe in route.probes if probe.kind == "openapi"]


@pytest.mark.parametrize(
    ("declared", "sent", "findings"),
    [
        ({}, (), []),
        ({}, (TOTAL,), []),
        ({"X-Total-Count": REQUIRED}, (TOTAL,), []),
        ({"x-total-count": REQUIRED}, (TOTAL,), []),
        ({"X-Total-Count": REQUIRED}, (), ["warning HDR314"]),
        ({"X-Total-Count": OPTIONAL}, (), ["advice HDR314"]),
        ({"X-Total-Count": OPTIONAL, "ETag": REQUIRED}, (), ["warning HDR314", "advice HDR314"]),
        ({"Content-Type": REQUIRED, "Content-Length": REQUIRED, "Content-Encoding": REQUIRED}, (), []),
        ({"Access-Control-Allow-Methods": REQUIRED}, (), []),
        ({"X-Request-ID": REQUIRED}, (), []),
        ({"ETag": REQUIRED}, (TOTAL, ("ETag", '"7"')), ["advice HDR510"]),
        ({"ETag": REQUIRED}, (("ETag", '"7"'), ("Link", "</>"), ("X-Powered-By", "me")), []),
        ({"X-Totl-Count": REQUIRED}, (TOTAL,), ["warning HDR314"]),  # one misspelt name, not two faults
    ],
    ids=str,
)
def test_declared_and_sent(
    declared: Mapping[str, object], sent: tuple[tuple[str, str], ...], findings: list[str]
) -> None:
    assert found(ask(service(declared, *sent))) == findings
    assert found(ask(service(declared, *sent), method="POST")) == findings
    assert found(ask(service(declared, *sent, status=404))) == findings
    assert found(ask(service(declared, *sent), probe=False)) == []


def test_a_header_that_is_not_sent(snapshot: Snapshot) -> None:
    finding = the_finding(ask(service({"X-Total-Count": REQUIRED}), f"{URL}?page=2"))

    assert header_lines(finding) == ("no X-Total-Count",)
    assert "https://api.example/openapi.json" in evidence(finding)[-1]
    snapshot(finding)


def test_a_header_that_is_sent_under_another_name(snapshot: Snapshot) -> None:
    finding = the_finding(ask(service({"X-Totl-Count": OPTIONAL}, TOTAL)))

    assert header_lines(finding) == ("x-total-count: 1312", "no X-Totl-Count")
    snapshot(finding)


def test_a_header_that_is_not_declared(snapshot: Snapshot) -> None:
    finding = the_finding(ask(service({"ETag": OPTIONAL}, ("ETag", '"7"'), TOTAL)))

    assert header_lines(finding) == ("x-total-count: 1312",)
    snapshot(finding)


def test_a_page_that_is_refused_reads_nothing_anyway() -> None:
    report = ask(service({"X-Total-Count": REQUIRED}), origins=("https://other.example",))

    assert found(report) == ["error HDR101", "warning HDR314"]
    assert impact(report.findings[1]) == ()


def test_the_document_is_asked_for_once_for_all_routes_of_a_service() -> None:
    report = ask(service({}), URL, f"{URL}?page=2", "https://other.example/a/b")
    first, second, third = _openapi(report)

    assert probes(report)[1:] == ["GET https://api.example/openapi.json", "GET https://other.example/openapi.json"]
    assert first.exchange is second.exchange
    assert first.exchange is not third.exchange


def test_how_the_document_is_asked_for() -> None:
    headers = (("Authorization", "Bearer 7f3a"), ("X-Token", "1"), ("Range", "bytes=0-9"))
    (probe,) = _openapi(ask(hand_made(b"", ("Access-Control-Allow-Headers", "*, Authorization")), headers=headers))
    names = {name: value for name, value in probe.exchange.request.headers if name != "User-Agent"}

    assert names == {
        "Host": "api.example",
        "Connection": "keep-alive",
        "Authorization": "Bearer 7f3a",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
    }


@pytest.mark.parametrize("line", [("Server", "uvicorn"), ("X-Powered-By", "Express")])
def test_every_stack_may_have_a_document(line: tuple[str, str]) -> None:
    assert len(probes(ask(hand_made(b"", line)))) == 1


MISSING: Final = declaring({"X-Total-Count": REQUIRED})


@pytest.mark.parametrize(
    ("document", "status"),
    [
        (b"", 200),
        (b"<html>", 200),
        (b"[" * 1_000_000, 200),
        (MISSING, 404),
        (MISSING, 500),
        (MISSING, 307),
        (declaring({"X-Total-Count": {"$ref": "#/components/headers/A"}}, components={"headers": {"A": 7}}), 200),
        (declaring({"X-Total-Count": REQUIRED}, info="x" * OPENAPI_SIZE), 200),
        (MISSING.decode().encode("utf-16")[:-1], 200),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_document_that_says_nothing(document: bytes, status: int) -> None:
    assert found(ask(hand_made(MISSING))) == ["warning HDR314"]
    assert found(ask(hand_made(document, status=status))) == []


def test_several_names_are_one_fault(snapshot: Snapshot) -> None:
    sent = (("X-First", "1"), ("X-Second", "2"))
    not_sent = the_finding(ask(service({name: OPTIONAL for name, _ in sent})))
    not_declared = the_finding(ask(service({"ETag": OPTIONAL}, *sent, ("ETag", '"7"'))))

    assert (not_sent.code, variant(not_sent)) == ("HDR314", "x-first, x-second")
    assert header_lines(not_sent) == ("no X-First", "no X-Second")
    assert (not_declared.code, variant(not_declared)) == ("HDR510", "x-first, x-second")
    snapshot(not_sent, not_declared)


def test_thousands_of_names_take_no_time_and_no_place() -> None:
    declared = {f"X-Declared-{number}": OPTIONAL for number in range(2000)}
    sent = [(f"X-Sent-Header-{number}", "1") for number in range(1000)]
    app = hand_made(declaring(declared), *sent, *sent, ("Access-Control-Expose-Headers", "*"))
    start = time.process_time()
    report = ask(app)

    assert time.process_time() - start < 3
    assert found(report) == ["warning HDR310", "advice HDR314", "advice HDR510"]
    assert max(len(str(evidence(finding))) + len(fix(finding)) for finding in report.findings) < 3000
    assert "1990" in fix(report.findings[1])
    assert "990" in fix(report.findings[2])


def test_hostile_names_do_not_reach_the_report() -> None:
    evil = declaring({"X-\x1b[2J": REQUIRED, "X-\ud800": REQUIRED, "X\r\nY": REQUIRED, "": REQUIRED})

    assert found(ask(hand_made(evil))) == []
