"""hdrcli as a library: what a program that imports it can do, and what that costs."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from importlib import import_module
from typing import Final

import httpx
import pytest

import hdrcli
from hdrcli import ExitStatus, Settings, UsageError, check, check_async
from hdrcli.fetch import Failure, FilteredResponse, NetworkError
from hdrcli.wire.over_httpx import HTTPXTransport
from tests.cli.program import without_coverage
from tests.serving.asgi import sample_app, uvicorn_server
from tests.serving.loopback import DEADLINE
from tests.serving.raw import RawServer

PAGE: Final = "https://app.example"


def test_check_asks_a_real_server() -> None:
    with uvicorn_server(sample_app()) as base:
        report = check(
            Settings(
                targets=(f"{base}/headers/custom", f"{base}/injected/cookie"),
                origins=(PAGE,),
                credentials=("omit",),
                expect_readable=("X-Request-ID",),
            ),
        )

    custom, cookie = report.routes
    assert (custom.method, custom.url) == ("GET", f"{base}/headers/custom")
    assert {header.name: header.verdicts[0].clause.value for header in custom.headers if header.custom} == {
        "x-request-id": "listed",
        "x-process-time": "not-listed",
        "X-Total-Count": "listed-not-sent",
    }
    assert {header.name: header.verdicts[0].clause.value for header in cookie.headers}["set-cookie"] == "forbidden"
    assert [(unmet.method, unmet.url) for unmet in report.unmet] == [(cookie.method, cookie.url)]
    assert report.exit_status is ExitStatus.FAILED


def test_a_report_says_which_callers_nobody_chose() -> None:
    with RawServer(b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n\r\n") as server:
        default = check(Settings(targets=(server.url,)))
        chosen = check(
            Settings(targets=(server.url,), origins=(PAGE,), credentials=("same-origin",), browsers=("standard",))
        )

    assert [(fetch.caller.is_default, fetch.caller.for_comparison) for fetch in default.fetches] == [
        *[(True, False)] * 3,
        *[(True, True)] * 3,
    ]
    assert [(fetch.caller.is_default, fetch.caller.for_comparison) for fetch in chosen.fetches] == [(False, False)]
    assert [(str(fetch.page), fetch.credentials, fetch.browser, fetch.outcome) for fetch in default.fetches] == [
        ("http://localhost:3000", credentials, browser, outcome)
        for credentials, outcome in (("omit", "readable"), ("include", "network-error"))
        for browser in ("chromium", "firefox", "webkit")
    ]
    assert [(str(fetch.page), fetch.credentials, fetch.browser) for fetch in chosen.fetches] == [
        (PAGE, "same-origin", "standard")
    ]


def test_check_async_over_asgi() -> None:
    transport = HTTPXTransport(httpx.ASGITransport(sample_app()), timeout=DEADLINE)
    settings = Settings(
        targets=("https://sample.example/headers/custom",),
        origins=(PAGE,),
        credentials=("omit",),
        browsers=("firefox",),
    )
    report = asyncio.run(check_async(settings, transport))

    (fetch,) = report.fetches
    assert isinstance(fetch.result, FilteredResponse)
    assert dict(fetch.result.headers)["x-request-id"] == "7f3a"
    assert "x-process-time" not in dict(fetch.result.headers)
    assert fetch.response is not None
    assert ("x-process-time", "0.042") in fetch.response.headers


def test_a_server_that_is_not_there_is_in_the_report() -> None:
    report = check(Settings(targets=("http://nonexistent.invalid/",), credentials=("omit",), browsers=("standard",)))

    (fetch,) = report.fetches
    assert isinstance(fetch.result, NetworkError)
    assert fetch.result.failure is Failure.DNS
    assert report.exit_status is ExitStatus.UNREACHABLE


def test_a_request_that_no_page_can_make_is_in_the_report() -> None:
    report = check(
        Settings(targets=("http://localhost/",), method="TRACE", credentials=("omit",), browsers=("standard",))
    )

    (fetch,) = report.fetches
    assert isinstance(fetch.result, NetworkError)
    assert fetch.result.failure is Failure.FORBIDDEN_METHOD
    assert fetch.exchanges == ()
    assert report.exit_status is ExitStatus.USAGE


def test_settings_that_cannot_be_carried_out_are_refused() -> None:
    with pytest.raises(UsageError, match="is not an origin"):
        check(Settings(targets=("http://localhost/",), origins=("app.example",)))


def test_the_user_s_password_is_not_in_the_report_s_url() -> None:
    report = check(Settings(targets=("http://user:s3cr3t@localhost/",), credentials=("omit",)))

    assert report.routes[0].url == "http://localhost/"
    assert report.exit_status is ExitStatus.USAGE


@pytest.mark.parametrize("name", hdrcli.__all__)
def test_every_public_name_is_there(name: str) -> None:
    value = getattr(hdrcli, name)

    assert value is getattr(import_module(value.__module__), name)
    assert value.__module__.startswith("hdrcli.")


def test_no_other_name_is_there() -> None:
    with pytest.raises(AttributeError, match="module 'hdrcli' has no attribute 'inspect'"):
        _ = hdrcli.inspect


@pytest.mark.parametrize(
    ("statement", "unwanted"),
    [
        ("import hdrcli", ["asyncio", "fastapi", "httpx", "rich", "ssl", "starlette", "typer", "typing", "uvicorn"]),
        ("from hdrcli import Settings", ["asyncio", "fastapi", "httpx", "rich", "ssl", "typer", "uvicorn"]),
        ("from hdrcli import check", ["fastapi", "httpx", "pydantic", "rich", "starlette", "typer", "uvicorn"]),
        ("import hdrcli.inspection", ["fastapi", "httpx", "pydantic", "rich", "starlette", "typer", "uvicorn"]),
    ],
)
def test_what_an_import_does_not_import(statement: str, unwanted: list[str]) -> None:
    program = f"import sys\n{statement}\nprint(*sorted(set(sys.modules) & set({unwanted})))"
    environment = without_coverage(os.environ)
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)

    assert ended.stdout == "\n"
