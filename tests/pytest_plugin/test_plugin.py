"""The pytest plugin, as projects use it: pytest runs in a process of its own, which finds the plugin's entry point."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent, indent
from typing import Final

import pytest
from junitparser import JUnitXml, TestCase

from tests.cli.program import environment, without_coverage
from tests.pytest_plugin.running import run_pytest
from tests.serving.http import answer
from tests.serving.loopback import DEADLINE, free_port
from tests.serving.site import OPEN_TO_PAGE, Site
from tests.targets.projects import FASTAPI, ROOT, project

DOCUMENT: Final = (ROOT / "docs" / "pytest.md").read_text("utf-8")

MAIN: Final = f"""{dedent(FASTAPI)}

@app.post("/items")
def add(item: dict, response: Response):
    response.headers["X-Request-ID"] = item["name"]


@app.get("/crash")
def crash():
    raise ValueError
"""
SERVICES: Final = """
import asyncio
import contextlib

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

CORS = [Middleware(CORSMiddleware, allow_origins=["*"], expose_headers=["X-Started", "X-Loop"])]


@contextlib.asynccontextmanager
async def lifespan(app):
    app.state.started = "yes"
    yield


async def started(request):
    headers = {"X-Started": request.app.state.started, "X-Loop": str(id(asyncio.get_running_loop()))}
    return PlainTextResponse("", headers=headers)


with_lifespan = Starlette(routes=[Route("/", started)], middleware=CORS, lifespan=lifespan)


@contextlib.asynccontextmanager
async def failing(app):
    raise RuntimeError("no database")
    yield


without_database = Starlette(lifespan=failing)


def wsgi(environ, start_response):
    headers = [("Access-Control-Allow-Origin", "*"), ("X-Total-Count", environ["PATH_INFO"])]
    start_response("200 OK", headers)
    return [b""]
"""

PASSING: Final = {
    "readable": 'hdrcli.check(app, "/items").assert_readable("X-Request-ID")',
    "pattern": 'hdrcli.check(app, "/items").assert_readable("X-Req*")',
    "hidden": 'hdrcli.check(app, "/items").assert_hidden("X-Total-Count")',
    "no_error": 'hdrcli.check(app, "/items").assert_ok()',
    "no_error_by_name": 'hdrcli.check(app, "/items").assert_no_findings(fail_on="error")',
    "only_these_rules": 'hdrcli.check(app, "/items", select="HDR1").assert_no_findings()',
    "origins": 'hdrcli.check(app, "/items", origin=["http://localhost:3000"]).assert_readable("X-Request-ID")',
    "log": """
        hdrcli.check(app, "/crash", browsers="standard")
        assert {record.exc_info[0] for record in caplog.records} == {ValueError}
    """,
    "json": """
        checked = hdrcli.check(app, "/items", json={"name": "7"}, stack="starlette", preflight_only=True)
        (route,) = checked.report.routes
        assert (route.method, route.body) == ("POST", '{"name": "7"}')
    """,
    "method_and_headers": """
        (route,) = hdrcli.check(app, "/items", method="DELETE", headers={"X-Key": "1"}).report.routes
        assert (route.method, route.page_headers) == ("DELETE", (("X-Key", "1"),))
    """,
    "base_url": """
        (route,) = hdrcli.check(app, "items", base_url="https://api.example/").report.routes
        assert route.url == "https://api.example/items"
    """,
    "whole_app": """
        routes = hdrcli.check(app).report.routes
        assert {route.url for route in routes} == {f"http://127.0.0.1:8000/{name}" for name in ("items", "crash")}
    """,
    "lifespan": 'hdrcli.check(with_lifespan, "/").assert_readable("X-Started")',
    "wsgi": 'hdrcli.check(wsgi, "/items").assert_hidden("X-Total-Count")',
    "url": """
        hdrcli.check(f"{SERVICE}/api/", "/items").assert_readable("X-Total-Count")
        hdrcli.check(f"{SERVICE}/api/items").assert_ok()
    """,
    "test_client": """
        hdrcli.check(TestClient(app), "/items").assert_readable("X-Request-ID")
        client = TestClient(app, headers={"X-Key": "1", "X-Request": "a"})
        (route,) = hdrcli.check(client, "/items", headers={"x-request": "b"}).report.routes
        assert route.page_headers == (("x-request", "b"), ("x-key", "1"))
    """,
    "cookies_of_a_client": """
        client = TestClient(app, cookies={"sid": "7"})
        client.cookies.set("other", "8", domain="elsewhere.example")
        (route,) = hdrcli.check(client, "/items", cookies="a=1").report.routes
        headers = [header for exchange in route.exchanges for header in exchange.request.headers]
        assert {value for name, value in headers if name == "Cookie"} == {"sid=7; a=1"}
    """,
    "test_client_whose_lifespan_runs": """
        with TestClient(with_lifespan) as client:
            checked = hdrcli.check(client, "/")
            checked.assert_readable("X-Started")
            (loop,) = [header for header in checked.report.routes[0].headers if header.name == "x-loop"]
            assert loop.verdicts[0].values == (client.get("/").headers["X-Loop"],)
    """,
    "test_client_without_lifespan": """
        (service,) = hdrcli.check(TestClient(without_database), "/").report.services
        assert not service.problem
    """,
    "test_client_in_an_event_loop": """
        async def scenario():
            with TestClient(with_lifespan) as client:
                (await hdrcli.check_async(client, "/")).assert_readable("X-Started")

        asyncio.run(scenario())
    """,
    "client_of_an_app": """
        for library in (httpx, httpx2):
            client = library.AsyncClient(transport=library.ASGITransport(app=app), base_url="http://test/")
            hdrcli.check(client, "/items").assert_readable("X-Request-ID")
            assert {route.method for route in hdrcli.check(client).report.routes} == {"GET", "POST"}

            async def scenario():
                (await hdrcli.check_async(client, "/items")).assert_readable("X-Request-ID")

            asyncio.run(scenario())
            client = library.Client(transport=library.WSGITransport(app=wsgi), base_url="https://api.example/v1")
            (route,) = hdrcli.check(client, "items").report.routes
            assert route.url == "https://api.example/v1/items"
    """,
    "client_of_a_service": """
        with httpx.Client(base_url=f"{SERVICE}/api") as client, httpx2.Client(base_url=SERVICE) as root:
            hdrcli.check(client, "/items").assert_readable("X-Total-Count")
            hdrcli.check(root, "/api/items").assert_readable("X-Total-Count")
    """,
    "async": """
        async def scenario():
            checked = await hdrcli.check_async(with_lifespan, "/")
            checked.assert_readable("X-Started")
            (loop,) = [header for header in checked.report.routes[0].headers if header.name == "x-loop"]
            assert loop.verdicts[0].values == (str(id(asyncio.get_running_loop())),)
            (await hdrcli.check_async(wsgi, "/items")).assert_hidden("X-Total-Count")
            (await hdrcli.check_async(f"{SERVICE}/api/items")).assert_readable("X-Total-Count")

        asyncio.run(scenario())
    """,
    "async_needs_check_async": """
        async def scenario():
            with pytest.raises(RuntimeError, match="await hdrcli.check_async"):
                hdrcli.check(app, "/items")

        asyncio.run(scenario())
    """,
    "unknown_option": """
        with pytest.raises(TypeError, match="orign"):
            hdrcli.check(app, "/items", orign="http://localhost:3000")
    """,
    "no_name": """
        with pytest.raises(TypeError, match="readable"):
            hdrcli.check(app, "/items").assert_readable()
    """,
}

FAILING: Final = {
    "exposed": (
        'hdrcli.check(app, "/items").assert_readable("X-Request-ID", "X-Total-Count")',
        ["GET /items: X-Total-Count ", "HDR301", 'expose_headers=["X-Request-ID", "x-total-count"]', "main.py:5"],
    ),
    "not_hidden": ('hdrcli.check(app, "/items").assert_hidden("X-Request-ID")', ["GET /items: X-Request-ID "]),
    "not_sent": ('hdrcli.check(app, "/items").assert_readable("X-Typo")', ["X-Typo", "HDR313"]),
    "not_sent_nor_hidden": ('hdrcli.check(app, "/items").assert_hidden("X-Typo")', ["X-Typo"]),
    "standard": ('hdrcli.check(wsgi_with_link, "/").assert_readable("Link")', ["HDR301", '"link"']),
    "page": (
        'hdrcli.check(app, "/items", origin="https://app.example").assert_readable("X-Request-ID")',
        ["HDR101", 'allow_origins=[..., "https://app.example"]'],
    ),
    "warning": ('hdrcli.check(app, "/items").assert_no_findings()', ["HDR301 custom-header-not-exposed: warning"]),
    "error": ('hdrcli.check(app, "/crash").assert_ok()', ["HDR107"]),
    "expectation": ('hdrcli.check(app, "/items", expect_absent="X-Request-ID").assert_ok()', ["X-Request-ID"]),
    "status": ('hdrcli.check(app, "/nowhere").assert_readable("X-Request-ID")', ["404"]),
    "unreachable": ("hdrcli.check(CLOSED).assert_ok()", ["refused"]),
    "unreachable_header": ('hdrcli.check(CLOSED).assert_hidden("X-Total-Count")', ["refused"]),
    "startup": ("hdrcli.check(without_database).assert_no_findings()", ["no database"]),
    "startup_header": ('hdrcli.check(without_database, "/").assert_hidden("X-A")', ["no database"]),
    "nothing_verified": ('hdrcli.check(app, "/nowhere", ignore="HDR005").assert_ok()', ["verdict: ", "(exit 2)"]),
    "plans": ('hdrcli.check(app, "/items", dry_run=True).assert_ok()', ["verdict: "]),
    "nothing_sent": (
        'hdrcli.check(app, "/items", dry_run=True).assert_hidden("X-Total-Count")',
        ["Nothing was verified"],
    ),
    "client_without_url": ("hdrcli.check(httpx.Client(), '/items')", ["UsageError", "no base_url"]),
    "client_of_nothing": (
        "hdrcli.check(httpx.Client(transport=httpx.MockTransport(print)), '/')",
        ["UsageError", "MockTransport"],
    ),
    "client_on_trio": (
        """
        with TestClient(app, backend="trio") as client:
            hdrcli.check(client, "/items")
        """,
        ["UsageError", "trio"],
    ),
    "not_an_app": ("hdrcli.check({})", ["UsageError", "neither an ASGI app nor a WSGI app"]),
    "not_an_origin": ('hdrcli.check(app, "/items", origin="app.example")', ["UsageError", "is not an origin"]),
    "not_an_origin_async": (
        """
        async def scenario():
            await hdrcli.check_async(app, "/items", origin="app.example")

        asyncio.run(scenario())
        """,
        ["UsageError", "is not an origin"],
    ),
}
"""Name -> what the test does, and texts of the message that it fails with."""

HEAD: Final = """
import asyncio
import os
import warnings

import httpx
import httpx2
import pytest
from starlette.middleware.cors import CORSMiddleware

with warnings.catch_warnings(action="ignore"):  # old versions use deprecated names
    from starlette.testclient import TestClient

from main import app
from services import with_lifespan, without_database, wsgi

SERVICE, CLOSED = os.environ["SERVICE"], os.environ["CLOSED"]

another_app = CORSMiddleware(with_lifespan, allow_origins=["*"])

@pytest.fixture
def anyio_backend():
    return "asyncio"

@pytest.mark.anyio
async def test_coroutine(hdrcli):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as client:
        (await hdrcli.check_async(client, "/items")).assert_readable("X-Request-ID")

def wsgi_with_link(environ, start_response):
    start_response("200 OK", [("Access-Control-Allow-Origin", "*"), ("Link", "</2>; rel=next")])
    return [b""]
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, TestCase]:
    """The results of all tests of one project, by the names of the tests."""
    folder = tmp_path_factory.mktemp("project")
    bodies = PASSING | {name: body for name, (body, _) in FAILING.items()}
    tests = "".join(
        f"\n\ndef test_{name}(hdrcli, caplog):\n{indent(dedent(body).strip(), ' ' * 4)}\n"
        for name, body in bodies.items()
    )
    project(folder, {"main.py": MAIN, "services.py": SERVICES, "test_service.py": HEAD + tests})
    exposing = answer(*OPEN_TO_PAGE, "Access-Control-Expose-Headers: X-Total-Count", "X-Total-Count: 3", "Vary: Origin")
    with Site({"/api/items": exposing}) as site:
        output = run_pytest(
            folder,
            "--junit-xml=out.xml",
            variables={"SERVICE": site.url, "CLOSED": f"http://127.0.0.1:{free_port()}/items"},
        )
    assert (folder / "out.xml").exists(), output
    return {case.name: case for suite in JUnitXml.fromfile(str(folder / "out.xml")) for case in suite}


@pytest.mark.parametrize("name", [*PASSING, "coroutine"])
def test_a_test_that_passes(name: str, results: Mapping[str, TestCase]) -> None:
    assert [result.text for result in results[f"test_{name}"].result] == []


@pytest.mark.parametrize("name", FAILING)
def test_a_test_that_fails(name: str, results: Mapping[str, TestCase]) -> None:
    """Its message is the reason and the fix, and no line of hdrcli's own code is shown."""
    (result,) = results[f"test_{name}"].result
    message = "\n".join(re.findall(r"^E +(.*)", result.text, re.MULTILINE))

    assert [part for part in FAILING[name][1] if part not in message] == []
    assert "hdrcli/" not in result.text
    assert "test_service.py" not in message


def test_what_the_plugin_imports() -> None:
    """pytest imports it in each run, whether a test uses it or not."""
    program = (
        "import sys, pytest; known = set(sys.modules); import hdrcli.pytest_plugin; print(*set(sys.modules) - known)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=without_coverage(environment()),
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=True,
    )

    assert set(ended.stdout.split()) == {"hdrcli", "hdrcli.pytest_plugin"}


def test_these_tests_run_without_the_plugin(pytestconfig: pytest.Config) -> None:
    """Loaded before pytest-cov, it would import modules whose coverage is then not measured."""
    assert pytestconfig.pluginmanager.is_blocked("hdrcli")


def test_the_document(tmp_path: Path) -> None:
    """Its Python blocks are the files of a project; the last block is what pytest prints of its failing test."""
    blocks = re.findall(r"^```python\n(# (\w+\.py)\n.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)
    (shown,) = re.findall(r"^```text\n(.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)
    output = run_pytest(project(tmp_path, {name: block for block, name in blocks}))

    assert "1 failed, 2 passed" in output
    assert shown
    assert shown in re.sub(r" +$", "", output, flags=re.MULTILINE)
