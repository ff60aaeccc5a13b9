"""The tests that `pytest --hdrcli-openapi` generates for the routes of apps, services and documents."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
from junitparser import JUnitXml

from tests.pytest_plugin.running import run_pytest
from tests.serving.http import answer
from tests.serving.loopback import free_port
from tests.serving.site import OPEN_TO_PAGE, Site
from tests.targets.projects import project

pytestmark = pytest.mark.thorough

APP: Final = """
    from contextlib import asynccontextmanager
    from pathlib import Path

    from fastapi import FastAPI, Response
    from fastapi.middleware.cors import CORSMiddleware


    def log(text):
        with open("log.txt", "a") as file:
            print(text, file=file)


    @asynccontextmanager
    async def lifespan(app):
        log("start")
        yield {"started": True}
        log("stop")


    app = FastAPI(lifespan=lifespan)
    app.add_middleware(
        CORSMiddleware, allow_origins=["http://localhost:3000"], allow_methods=["POST"], expose_headers=["X-Request-ID"]
    )


    @app.get("/items")
    def items(response: Response):
        response.headers["X-Request-ID"] = "1"
        response.headers["X-Total-Count"] = "12"
        return []


    @app.post("/items")
    def add(item: dict):
        log("written")


    @app.get("/items/{number}")
    def item(number: int, response: Response):
        response.headers["X-Request-ID"] = "1"


    @app.get("/gone")
    def gone(response: Response):
        response.status_code = 404


    @app.get("/health", include_in_schema=False)
    def health(response: Response):
        response.headers["X-Request-ID"] = "1"


    @app.get("/debug", include_in_schema=False)
    def debug():
        log("read")


    @asynccontextmanager
    async def failing(app):
        raise RuntimeError("no database")
        yield


    empty = FastAPI()
    without_database = FastAPI(lifespan=failing)
    with_parameters = FastAPI()
    with_parameters.get("/items/{number}")(item)


    def make_app():
        return app
"""
CONFIGURATION: Final = """
    origin = ["http://localhost:3000", "https://app.example"]

    [routes]
    "GET /items" = { readable = ["X-Total-Count"] }
    "GET /health" = { readable = ["X-Request-ID"] }
    "GET /gone" = { status = "404" }
    "PUT /items" = { blocked = true }
    "/itmes*" = { hidden = ["X-Request-ID"] }
"""
PAGE: Final = "http://localhost:3000"
OTHER: Final = "https://app.example"


def outcomes(folder: Path, *arguments: str, variables: Mapping[str, str] | None = None) -> dict[str, tuple[str, str]]:
    """The outcome and the message of each test, by its id as pytest prints it."""
    output = run_pytest(folder, "--junit-xml=out.xml", *arguments, variables=variables)
    assert (folder / "out.xml").exists(), output
    found: dict[str, tuple[str, str]] = {}
    for case in (case for suite in JUnitXml.fromfile(str(folder / "out.xml")) for case in suite):
        results = [(type(result).__name__.lower(), result.text or result.message) for result in case.result]
        (found[case.name],) = results or [("passed", "")]
    return found


@pytest.fixture(scope="module")
def app_with_contract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(tmp_path_factory.mktemp("project"), {"main.py": APP, "hdrcli.toml": CONFIGURATION})


def test_each_route_and_origin_of_the_document_and_the_contract(app_with_contract: Path) -> None:
    (app_with_contract / "log.txt").unlink(missing_ok=True)
    found = outcomes(app_with_contract, "--hdrcli-openapi=main:app")

    assert {name: outcome for name, (outcome, _) in found.items()} == {
        f"GET /items [{PAGE}]": "failure",  # X-Total-Count is hidden
        f"GET /items [{OTHER}]": "failure",
        f"POST /items [{PAGE}]": "passed",
        f"POST /items [{OTHER}]": "failure",
        f"GET /gone [{PAGE}]": "passed",
        f"GET /gone [{OTHER}]": "failure",
        f"GET /health [{PAGE}]": "passed",
        f"GET /health [{OTHER}]": "failure",
        f"PUT /items [{PAGE}]": "passed",
        f"PUT /items [{OTHER}]": "passed",
        "GET /items/{number}": "skipped",
        "/itmes*": "failure",
    }
    hidden = found[f"GET /items [{PAGE}]"][1]
    assert re.search(r"HDR301 .*\n.*\nFix: .*\n +expose_headers=\[.*\n.*\nSource: main.py:", hidden)
    assert "allow_origins=[" in found[f"GET /health [{OTHER}]"][1]
    assert "pytest_plugin" not in hidden
    assert hidden.count("HDR301 ") == 1
    assert "--param" in found["GET /items/{number}"][1]
    assert (app_with_contract / "log.txt").read_text("utf-8").split() == ["start", "stop"]


def test_with_xdist_and_other_tests(app_with_contract: Path) -> None:
    """Each process starts the app, and collects the same tests."""
    project(app_with_contract, {"test_other.py": "def test_other(hdrcli): pass"})
    found = outcomes(app_with_contract, "--hdrcli-openapi=main:make_app", "--numprocesses=2")
    (app_with_contract / "test_other.py").unlink()

    counts = {name: [outcome for outcome, _ in found.values()].count(name) for name in ("passed", "failure", "skipped")}
    assert counts == {"passed": 6, "failure": 6, "skipped": 1}


def test_some_of_them(app_with_contract: Path) -> None:
    found = outcomes(app_with_contract, "--hdrcli-openapi=main:app", "-k", "health and 3000 or PUT")
    assert list(found) == [f"GET /health [{PAGE}]", f"PUT /items [{PAGE}]", f"PUT /items [{OTHER}]"]
    listed = run_pytest(app_with_contract, "--hdrcli-openapi=main:app", "--collect-only", "-q")
    assert f"\nhdrcli::GET /health [{PAGE}]\n" in listed
    again = outcomes(app_with_contract, "--hdrcli-openapi=main:app", f"--deselect=hdrcli::GET /items [{PAGE}]")
    assert len(again) == 11


def test_options_are_those_of_the_environment(app_with_contract: Path) -> None:
    others = {"HDRCLI_CONFIG": "", "HDRCLI_NO_CONFIG": "1", "HDRCLI_PARAM": "number=7"}
    variables = others | {"HDRCLI_FAIL_ON": "warning", "HDRCLI_SELECT": "HDR301"}
    found = outcomes(app_with_contract, "--hdrcli-openapi=main:app", "-k", "items", variables=variables)

    assert {name: outcome for name, (outcome, _) in found.items()} == {
        f"GET /items [{PAGE}]": "failure",
        f"POST /items [{PAGE}]": "passed",
        f"GET /items/7 [{PAGE}]": "passed",
    }


def test_a_service_and_a_document(tmp_path: Path) -> None:
    """By its URL, by its name, whose headers it gets, and by a document in a file that names the service's URL."""
    items = {"get": {"responses": {"200": {"description": "ok"}}}}
    document = {"openapi": "3.1.0", "info": {"title": "a", "version": "1"}, "paths": {"/items": items}}
    exposing = answer(*OPEN_TO_PAGE, "Access-Control-Expose-Headers: X-Total-Count", "X-Total-Count: 3", "Vary: Origin")
    served = f"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{json.dumps(document)}".encode()
    with Site({"/openapi.json": served, "/items": exposing}) as site:
        configuration = f'[services.local]\nurl = "{site.url}"\nheader = ["Authorization: Bearer ${{TOKEN}}"]\n'
        files = {
            "hdrcli.toml": configuration,
            "api.json": json.dumps(document | {"servers": [{"url": site.url}]}),
            "nowhere.json": json.dumps(document),
        }
        folder = project(tmp_path, files)
        targets = [f"--hdrcli-openapi={target}" for target in (site.url, f"{site.url}/items", "api.json")]
        found = outcomes(folder, *targets, variables={"TOKEN": "hunter2"})
        named = outcomes(folder, "--hdrcli-openapi=local", variables={"TOKEN": "hunter2"})
        without_token = run_pytest(folder, "--hdrcli-openapi=local")
        without_server = run_pytest(folder, "--hdrcli-openapi=nowhere.json", variables={"TOKEN": ""})

    names = [f"{site.url} GET /items{number} [{PAGE}]" for number in ("", " (2)", " (3)")]
    assert found == dict.fromkeys(names, ("passed", ""))
    ((outcome, message),) = named.values()
    assert outcome == "failure"
    assert "HDR2" in message
    assert "hunter2" not in message
    assert "TOKEN" in without_token
    assert "HDRCLI_SERVER" in without_server


ERRORS: Final = {
    "main:nothing": 'has no "nothing"',
    "nowhere:app": 'no module "nowhere"',
    "main:empty": "There is no route to check",
    "main:with_parameters": "GET /items/{number}: no value for number",
    "main:without_database": "no database",
    "http://127.0.0.1:{port}": "refused",
    "": "empty",
}


@pytest.mark.parametrize("target", ERRORS)
def test_nothing_to_check(target: str, app_with_contract: Path) -> None:
    """It is an error of the collection, in a sentence."""
    output = run_pytest(
        app_with_contract, f"--hdrcli-openapi={target.format(port=free_port())}", variables={"HDRCLI_NO_CONFIG": "1"}
    )

    assert ERRORS[target] in output
    assert "1 error during collection" in output
    assert "Traceback" not in output
    assert ".py:" not in output.replace("main.py", "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HDRCLI_ORIGIN", "app.example"),
        ("HDRCLI_SELECT", "XYZ"),
        ("HDRCLI_BASELINE_UPDATE", "1"),
        ("HDRCLI_NO_CONFIG", "perhaps"),
        ("HDRCLI_CONFIG", "missing.toml"),
    ],
)
def test_wrong_settings(name: str, value: str, app_with_contract: Path) -> None:
    output = run_pytest(app_with_contract, "--hdrcli-openapi=main:app", variables={name: value})

    assert re.search(rf"--hdrcli-openapi: (?:{name}|--config) ", output), output
    assert "1 error during collection" in output
