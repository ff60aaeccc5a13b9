"""hdrcli as a library: what a program that imports it can do, and what that costs."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from ast import literal_eval
from importlib import import_module
from inspect import isfunction, signature
from typing import Any, Final

import httpx
import pytest

import hdrcli
from hdrcli import ExitStatus, Report, Settings, UsageError, check, check_async
from hdrcli.fetch import Failure, FilteredResponse, NetworkError
from hdrcli.wire.over_httpx import HTTPXTransport
from tests.cli.program import without_coverage
from tests.serving.asgi import sample_app, uvicorn_server
from tests.serving.http import answer
from tests.serving.loopback import DEADLINE
from tests.serving.raw import RawServer
from tests.serving.site import Site

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


# --- questions about a report ---------------------------------------------------------------------------

OPEN: Final = answer("Access-Control-Allow-Origin: *", "Access-Control-Expose-Headers: *", "X-Total-Count: 3")
ONE_PAGE: Final = answer(
    f"Access-Control-Allow-Origin: {PAGE}", "Access-Control-Expose-Headers: X-Total-Count", "X-Total-Count: 3", "X-B: 1"
)


@pytest.fixture(scope="module")
def report() -> Report:
    with Site({"/open": OPEN, "/page": ONE_PAGE, "/hidden": answer("X-Total-Count: 3")}) as site:
        targets = tuple(site.url + path for path in ("/open?a=1", "/page", "/hidden"))
        return check(Settings(targets=targets, origins=(PAGE, "null"), probe=False))


@pytest.mark.parametrize(
    ("name", "question", "answer"),
    [
        ("X-Total-Count", {}, False),
        ("x-total-count", {"url": "/open"}, True),
        ("X-TOTAL-COUNT", {"url": "/open?a=1"}, True),
        ("X-Total-Count", {"url": "/open", "credentials": "include"}, False),
        ("X-Total-Count", {"url": "/open", "credentials": "omit"}, True),
        ("X-Total-Count", {"url": "/open", "browser": "firefox", "method": "get"}, True),
        ("X-Total-Count", {"url": "/page"}, False),
        ("X-Total-Count", {"url": "/page", "origin": PAGE}, True),
        ("X-Total-Count", {"url": "/page", "origin": f"{PAGE.upper()}:443"}, True),
        ("X-Total-Count", {"url": "/page", "origin": "null"}, False),
        ("X-B", {"url": "/page", "origin": PAGE}, False),
        ("X-No-Such", {"url": "/open"}, False),
        ("X-Total-Count", {"url": "/hidden"}, False),
    ],
    ids=str,
)
def test_readable(report: Report, name: str, question: dict[str, Any], *, answer: bool) -> None:
    assert report.readable(name, **question) is answer


@pytest.mark.parametrize(
    ("question", "listed"),
    [
        ({"url": "/nowhere"}, "/hidden"),
        ({"url": "http://127.0.0.1/open"}, "/open?a=1"),
        ({"method": "POST"}, "GET http://"),
        ({"origin": "https://other.example"}, f"{PAGE}, null"),
        ({"origin": "nonsense"}, f"{PAGE}, null"),
        ({"browser": "netscape"}, "chromium, firefox, webkit"),
        ({"credentials": "same-origin"}, "omit, include"),
    ],
    ids=str,
)
def test_a_question_about_nothing_says_what_there_is(report: Report, question: dict[str, Any], listed: str) -> None:
    with pytest.raises(LookupError) as raised:
        report.readable("X-Total-Count", **question)

    assert str(raised.value).startswith("no ")
    assert listed in str(raised.value)


def test_a_question_by_the_whole_url(report: Report) -> None:
    (url,) = [route.url for route in report.routes if "/open" in route.url]

    assert report.readable("X-Total-Count", url=url)


def test_a_question_about_what_was_not_sent() -> None:
    report = check(Settings(targets=("http://127.0.0.1:8009/",), dry_run=True))

    with pytest.raises(LookupError, match="no request was sent"):
        report.readable("X-Total-Count")


def test_check_in_a_running_loop_names_check_async() -> None:
    async def run() -> None:
        check(Settings(targets=("http://127.0.0.1/",)))

    with pytest.raises(RuntimeError, match=r"await hdrcli\.check_async\(\.\.\.\)"):
        asyncio.run(run())


def test_check_of_a_url_says_that_it_takes_settings() -> None:
    with pytest.raises(TypeError, match=r"Settings\(targets="):
        check("http://127.0.0.1/")  # type: ignore[arg-type]  # a URL, as one might try


def test_dir_and_help_show_what_is_public() -> None:
    program = "import hdrcli, pydoc; print(dir(hdrcli)); print(pydoc.plain(pydoc.render_doc(hdrcli)))"
    names, _, shown = subprocess.run(
        [sys.executable, "-c", program],
        env=without_coverage(os.environ),
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=True,
    ).stdout.partition("\n")

    assert {*hdrcli.__all__, "__version__"} <= set(literal_eval(names))
    assert [name for name in literal_eval(names) if name.startswith("_") and not name.startswith("__")] == []
    assert all(re.search(rf"^    (class |async )?{name}\(", shown, re.MULTILINE) for name in hdrcli.__all__)


@pytest.mark.parametrize("name", hdrcli.__all__)
def test_everything_public_is_documented_and_typed(name: str) -> None:
    value = getattr(hdrcli, name)
    members = [value] if not isinstance(value, type) else [value, *public_members(value)]

    assert [member for member in members if not (member.__doc__ or "").strip()] == []
    for function in filter(isfunction, members):
        assert set(function.__annotations__) == {*signature(function).parameters, "return"} - {"self"}


def public_members(kind: type) -> list[object]:
    """Methods and properties that a class of hdrcli defines itself."""
    found = [value for name, value in vars(kind).items() if not name.startswith("_")]
    return [value for value in found if isinstance(value, property) or isfunction(value)]
