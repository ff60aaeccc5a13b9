"""The GitHub action: its inputs, and its steps, run with the environment of a runner."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
import yaml

from tests.recipes.action import ACTION, CHECK, INSTALL, ROOT, Runner
from tests.serving.http import answer
from tests.serving.site import OPEN_TO_PAGE, Site
from tests.targets.projects import FASTAPI, project

DOCUMENT: Final = (ROOT / "docs" / "ci.md").read_text("utf-8")

pytestmark = [pytest.mark.thorough, pytest.mark.no_cover]


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """A runner on which the first step has installed hdrcli."""
    runner = Runner(tmp_path_factory.mktemp("runner"))
    ended = runner.run(INSTALL, {}, runner.temporary)
    assert ended.status == 0, ended.printed
    return runner


def test_no_input_is_part_of_a_script() -> None:
    assert [step["name"] for step in (INSTALL, CHECK) if "${{" in step["run"]] == []


def test_each_input_is_documented() -> None:
    assert re.findall(r"^\| `([\w-]+)` \| ", DOCUMENT, re.MULTILINE) == list(ACTION["inputs"])


def test_the_documented_step_checks_an_app(tmp_path: Path, runner: Runner) -> None:
    """The app imports a package of the job's Python; its folder has a file with the name of a module of hdrcli's."""
    workflow = yaml.safe_load(re.findall(r"^```yaml\n(.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)[0])
    (step,) = [step for step in workflow["jobs"]["headers"]["steps"] if "hdrcli@" in step.get("uses", "")]
    source = f"    import flask\n{FASTAPI.replace('http://localhost:3000', 'https://app.example')}"
    ended = runner.run(CHECK, step["with"], project(tmp_path, {"main.py": source, "typer.py": ""}))

    assert ended.outputs == {"exit-status": "1"}
    assert ended.status == 1
    assert "::warning file=main.py,line=" in ended.printed
    assert "HDR301" in runner.summary.read_text("utf-8")


def test_a_service(tmp_path: Path, runner: Runner) -> None:
    exposing = answer(*OPEN_TO_PAGE, "Access-Control-Expose-Headers: X-Total-Count", "X-Total-Count: 3", "Vary: Origin")
    with Site({"/items": exposing, "/more": exposing}) as site:
        inputs = {
            "target": f"{site.url}/items\n{site.url}/more\n",
            "origin": "http://localhost:3000 http://localhost:5173",
            "args": "--timeout 9 --format 'json=report 1.json'",
            "working-directory": "web",
        }
        ended = runner.run(CHECK, inputs, project(tmp_path, {"web/hdrcli.toml": "fail-on = 'never'"}))

    assert (ended.status, ended.outputs) == (0, {"exit-status": "0"}), ended.printed
    routes = json.loads((tmp_path / "web" / "report 1.json").read_text("utf-8"))["services"][0]["routes"]
    assert {caller["page"] for route in routes for caller in route["callers"]} == set(inputs["origin"].split())
    assert len(routes) == 2


@pytest.mark.parametrize(
    "inputs",
    [
        {},
        {"target": "--launch=touch${IFS}launched"},
        {"target": "$(touch launched) `touch launched`; touch launched"},
        {"target": "'; import os; os.mkdir('launched') #"},
        {"args": "--expect-readable $(touch launched)", "target": "http://127.0.0.1:1"},
    ],
)
def test_no_input_is_executed(inputs: Mapping[str, str], tmp_path: Path, runner: Runner) -> None:
    ended = runner.run(CHECK, inputs, tmp_path)

    assert (ended.status, ended.outputs) == (2, {"exit-status": "2"}), ended.printed
    assert list(tmp_path.iterdir()) == []


def test_a_version_that_does_not_exist(tmp_path: Path) -> None:
    ended = Runner(tmp_path).run(INSTALL, {"version": "0.0.0"}, tmp_path)

    assert ended.status == 1
    assert ended.outputs == {"exit-status": ""}
    assert "hdrcli==0.0.0" in ended.printed
