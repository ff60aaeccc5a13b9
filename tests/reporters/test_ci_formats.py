"""The formats of CI systems, each read by a parser of others; and the files that several reports at once go to."""

from __future__ import annotations

import csv
import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from junitparser import JUnitXml
from sarif_pydantic import Sarif
from tap.line import Result
from tap.parser import Parser

from tests.cli.program import (
    COMMAND,
    Ended,
    assert_one_line,
    environment,
    hdrcli,
    hdrcli_process,
    importing_first,
    without_coverage,
)
from tests.reporting import valid
from tests.safety.judging import annotated, assert_valid_junit
from tests.safety.runner import commands
from tests.serving.http import answer
from tests.serving.loopback import free_port
from tests.serving.site import OPEN_TO_PAGE, Site
from tests.targets.projects import FASTAPI, ROOT, project, run

ANSWERS: Final = {
    "/hidden": answer(*OPEN_TO_PAGE, "X-Total-Count: 3"),
    "/readable": answer(*OPEN_TO_PAGE, "Access-Control-Expose-Headers: X-Total-Count", "X-Total-Count: 3"),
    "/blocked": answer("X-Total-Count: 3"),
}
FILES: Final = {
    "junit": "junit.xml",
    "sarif": "out.sarif",
    "gitlab": "gitlab.json",
    "tap": "out.tap",
    "markdown": "out.md",
    "csv": "out.csv",
    "html": "out.html",
    "jsonl": "out.jsonl",
}


def checked(folder: Path, *paths: str, options: tuple[str, ...] = ()) -> Ended:
    """All formats with a file at once, and the annotations on standard output."""
    formats = [f"--format={name}={folder / file}" for name, file in FILES.items()]
    with Site(ANSWERS) as site:
        urls = [site.url + path for path in paths]
        return hdrcli("check", *urls, "--no-probe", *formats, "--format=github", *options, cwd=folder)


def text_of(folder: Path, name: str) -> str:
    return (folder / FILES[name]).read_text("utf-8")


def test_the_body_that_a_finding_rests_on(tmp_path: Path) -> None:
    """Every format that has more than the title of a finding quotes it."""
    body = b"HTTP/1.1 403 No\r\nServer: cloudflare\r\nContent-Length: 16\r\n\r\nerror code: 1020"
    formats = [f"--format={name}={tmp_path / file}" for name, file in FILES.items()]
    with Site({"/items": body}) as site:
        ended = hdrcli("check", site.url + "/items", *formats, "--format=github", cwd=tmp_path)
        table = hdrcli("check", site.url + "/items")

    quoting = {name for name in FILES if "error code: 1020" in text_of(tmp_path, name)}
    assert quoting == FILES.keys() - {"csv", "gitlab"}
    assert "error code: 1020" in ended.out
    assert "error code: 1020" in table.out


def test_junit(tmp_path: Path) -> None:
    ended = checked(tmp_path, "/hidden", "/blocked", "/readable", options=("--expect-absent=X-Total-Count",))

    suites = [*JUnitXml.fromstring(text_of(tmp_path, "junit"))]
    failing = {case.name: [type(result).__name__ for result in case.result] for suite in suites for case in suite}
    assert ended.status == 1
    assert {name.partition(" missing")[0]: results for name, results in failing.items() if results}.keys() >= {
        "GET /hidden",
        "GET /readable",
        "verdict",
    }
    assert [case for case in failing if case.startswith("HDR301")] == ["HDR301 custom-header-not-exposed"]
    assert failing["HDR301 custom-header-not-exposed"] == []  # a warning
    names = [(case.classname, case.name) for suite in suites for case in suite]
    assert len(set(names)) == len(names)
    for suite in suites:
        assert suite.tests == len([*suite])
    assert_valid_junit(text_of(tmp_path, "junit"))


def test_junit_of_a_run_without_faults_passes(tmp_path: Path) -> None:
    ended = checked(tmp_path, "/readable", options=("--ignore=HDR5",))

    (suite, verdict) = JUnitXml.fromstring(text_of(tmp_path, "junit"))
    assert ended.status == suite.failures == verdict.failures == 0


@pytest.mark.parametrize("name", ["junit", "tap", "github", "gitlab", "sarif", "markdown"])
def test_a_service_without_a_response_is_a_failure(tmp_path: Path, name: str) -> None:
    file = tmp_path / "report"
    ended = hdrcli("check", f"http://127.0.0.1:{free_port()}/", f"--format={name}={file}")

    assert ended.status == 3
    text = file.read_text("utf-8")
    assert re.search({"tap": "^not ok 1 ", "github": "^::error "}.get(name, "refused"), text, re.MULTILINE)


def test_tap(tmp_path: Path) -> None:
    ended = checked(tmp_path, "/hidden", "/blocked")

    lines = [*Parser().parse_file(str(tmp_path / FILES["tap"]))]
    results = [line for line in lines if isinstance(line, Result)]
    assert ended.status == 1
    assert [line.category for line in lines][:2] == ["version", "plan"]
    assert [result.number for result in results] == [*range(1, len(results) + 1)]
    assert [result.ok for result in results if "GET /" in result.description] == [True, True]
    assert [result.ok for result in results if "HDR101" in result.description] == [False]
    assert not results[-1].ok


def test_sarif(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    checked(tmp_path, "/hidden", "/blocked", options=("--expect-readable=X-Other",))

    (run,) = Sarif.model_validate_json(text_of(tmp_path, "sarif")).runs
    found = {result.rule_id: result for result in run.results or ()}
    assert {"HDR101", "HDR301", "failed-check"} <= found.keys() == {rule.id for rule in run.tool.driver.rules or ()}
    assert {"error", "warning"} <= {str(getattr(each.level, "value", each.level)) for each in found.values()}
    for result in json.loads(text_of(tmp_path, "sarif"))["runs"][0]["results"]:
        (location,) = result["locations"]
        assert location["physicalLocation"]["artifactLocation"] == {"uri": "pyproject.toml"}
        assert location["physicalLocation"]["region"] == {"startLine": 1}


@pytest.mark.no_cover
def test_sarif_tools_read_the_report(tmp_path: Path) -> None:
    checked(tmp_path, "/hidden", "/blocked", options=("--expect-readable=X-Other",))
    uvx = ("uvx", "--no-config", "--python", sys.executable, "--from", "sarif-tools>=3", "sarif")
    ended = subprocess.run(
        [*uvx, "csv", FILES["sarif"], "--output", "read.csv"],
        cwd=tmp_path,
        env=without_coverage(environment({"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"})),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr

    rows = [*csv.DictReader((tmp_path / "read.csv").read_text("utf-8").splitlines(keepends=True))]
    results = json.loads(text_of(tmp_path, "sarif"))["runs"][0]["results"]
    assert {(row["Code"], row["Severity"], row["Location"]) for row in rows} == {
        (result["ruleId"], result["level"], "hdrcli.toml") for result in results
    }


def test_findings_point_to_the_first_place_in_the_source(tmp_path: Path) -> None:
    """Only the app's own source is known. The first place of HDR301 is the CORS layer, where its fix belongs."""
    folder = project(tmp_path, {"my app.py": FASTAPI})
    formats = [f"--format={name}={FILES[name]}" for name in ("junit", "sarif", "gitlab")]
    ended = run(folder, "my app.py", *formats, "--format=github")

    lines = (folder / "my app.py").read_text("utf-8").splitlines()
    number = next(number for number, line in enumerate(lines, 1) if "add_middleware" in line)
    (result,) = [
        each for each in json.loads(text_of(folder, "sarif"))["runs"][0]["results"] if each["ruleId"] == "HDR301"
    ]
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "my%20app.py"},
        "region": {"startLine": number},
    }
    (issue,) = [each for each in json.loads(text_of(folder, "gitlab")) if each["check_name"] == "HDR301"]
    assert issue["location"] == {"path": "my app.py", "lines": {"begin": number}}
    assert f"::warning file=my app.py,line={number},title=HDR301 " in ended.out
    places = {
        case.name.split()[0]: (case._elem.get("file"), case._elem.get("line"))  # noqa: SLF001 -- not in its interface
        for suite in JUnitXml.fromstring(text_of(folder, "junit"))
        for case in suite
    }
    assert places["HDR301"] == ("my app.py", str(number))
    assert places["GET"] == places["verdict"] == (None, None)


def test_fingerprints_are_the_same_in_another_order_of_routes(tmp_path: Path) -> None:
    found = []
    with Site(ANSWERS) as site:
        for paths in (["/hidden", "/blocked"], ["/blocked", "/readable", "/hidden"]):
            file = tmp_path / "out.json"
            hdrcli("check", *(site.url + path for path in paths), "--no-probe", f"--format=gitlab={file}")
            found.append({issue["fingerprint"] for issue in json.loads(file.read_text("utf-8"))})

    assert found[0] == found[1]
    assert len(found[0]) > 1


def test_gitlab(tmp_path: Path) -> None:
    checked(tmp_path, "/hidden", "/blocked", options=("--expect-readable=X-Other",))

    issues = json.loads(text_of(tmp_path, "gitlab"))
    assert {issue["check_name"] for issue in issues} >= {"HDR101", "HDR301", "hdrcli"}
    assert {issue["severity"] for issue in issues} <= {"info", "minor", "major", "critical", "blocker"}
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    for issue in issues:
        assert issue["description"]
        assert issue["location"] == {"path": "hdrcli.toml", "lines": {"begin": 1}}


def test_gitlab_without_findings_is_an_empty_list(tmp_path: Path) -> None:
    checked(tmp_path, "/readable", options=("--ignore=HDR5",))

    assert json.loads(text_of(tmp_path, "gitlab")) == []


def test_csv(tmp_path: Path) -> None:
    checked(tmp_path, "/hidden", "/blocked", "/readable")

    rows = [*csv.DictReader(text_of(tmp_path, "csv").splitlines())]
    states = {
        (row["url"].rpartition("/")[2], row["browser"], row["state"])
        for row in rows
        if row["header"].lower() == "x-total-count" and row["credentials"] == "omit"
    }
    assert states == {
        (path, browser, {"hidden": "hidden", "blocked": "blocked", "readable": "readable"}[path])
        for path in ("hidden", "blocked", "readable")
        for browser in ("chromium", "firefox", "webkit")
    }


def test_github(tmp_path: Path) -> None:
    ended = checked(tmp_path, "/hidden", "/blocked")

    found = annotated(ended.out)
    assert {name for name, _, _ in found} >= {"error", "warning"}
    (hidden,) = [(properties, text) for _, properties, text in found if properties["title"].startswith("HDR301")]
    assert hidden[0]["line"] == "1"
    assert "\nFix: " in hidden[1]


def test_github_shows_ten_annotations_of_a_kind(tmp_path: Path) -> None:
    with Site(ANSWERS) as site:
        names = [f"--expect-readable=X-{number}" for number in range(15)]
        ended = hdrcli("check", site.url + "/readable", *names, "--format=github", cwd=tmp_path)

    errors = [text for name, _, text in annotated(ended.out) if name == "error"]
    assert len(errors) <= 10


def test_on_github_annotations_and_a_summary_come_by_themselves(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("# Before\n")
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    with Site(ANSWERS) as site:
        by_itself = hdrcli("check", site.url + "/hidden", env=environment, cwd=tmp_path)
        chosen = hdrcli("check", site.url + "/hidden", "--format=table", env=environment, cwd=tmp_path)

    assert by_itself.out.startswith(chosen.out)
    assert [*commands(by_itself.out)]
    assert not [*commands(chosen.out)]
    assert summary.read_text("utf-8").startswith("# Before\n## hdrcli: ")
    assert summary.read_text("utf-8").count("## hdrcli: ") == 1


# --- files ----------------------------------------------------------------------------------------------


@contextmanager
def hidden() -> Iterator[str]:
    with Site(ANSWERS) as site:
        yield site.url + "/hidden"


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--format=json", "--format=table"], "--format two reports go to standard output"),
        (["--format=junit=a.xml", "--format=sarif=a.xml"], '--format two reports go to "a.xml"'),
        (["--format=junit=a.xml", "--output=b.xml"], "--output has no report to write"),
        (["--format=junit="], "--format is empty"),
        (["--format=xml"], '--format "xml" is not one of table, json'),
        (["--format=junit=no/a.xml"], '"no/a.xml": there is no directory "no"'),
    ],
    ids=str,
)
def test_reports_that_cannot_be_written_are_refused_before_anything_is_sent(
    tmp_path: Path, options: list[str], complaint: str
) -> None:
    with Site(ANSWERS) as site:
        ended = hdrcli("check", site.url + "/hidden", *options, cwd=tmp_path)
        assert site.requests == []

    assert (ended.status, ended.out) == (2, "")
    assert_one_line(ended.err)
    assert complaint in ended.err
    assert not [*tmp_path.iterdir()]


def test_the_first_report_without_a_file_goes_to_the_output(tmp_path: Path) -> None:
    with hidden() as url:
        ended = hdrcli("check", url, "--format=junit=a.xml", "--format=json", "--output=b.json", cwd=tmp_path)

    assert ended.out == ""
    assert valid((tmp_path / "b.json").read_text("utf-8"))["summary"]["exit_status"] == ended.status
    assert JUnitXml.fromfile(str(tmp_path / "a.xml")).tests


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("broken", ["junit=/dev/full", "jsonl=/dev/full"])
def test_one_report_that_fails_leaves_the_others(tmp_path: Path, broken: str) -> None:
    with hidden() as url:
        ended = hdrcli("check", url, f"--format={broken}", "--format=gitlab=out.json", "--format=table", cwd=tmp_path)

    assert ended.status == 2
    assert_one_line(ended.err)
    assert "HDR301" in ended.out
    assert json.loads((tmp_path / "out.json").read_text("utf-8"))


def test_a_report_without_a_directory_leaves_the_others(tmp_path: Path) -> None:
    with hidden() as url:
        ended = hdrcli(
            "check", url, "--format=junit=no/a.xml", "--format=gitlab=out.json", "--format=table", cwd=tmp_path
        )

    assert ended.status == 2
    assert_one_line(ended.err)
    assert '--format "no/a.xml": there is no directory' in ended.err
    assert "HDR301" in ended.out
    assert json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


@pytest.mark.skipif(os.name != "posix", reason="this system has no limit for the size of files")
def test_a_disk_that_is_full_while_reports_are_written(tmp_path: Path) -> None:
    """Here, files are full after a kibibyte or two. Those that fit are written, the others keep what they have."""
    (tmp_path / "out.json").write_text("before")
    formats = [f"--format={each}" for each in ("json=out.json", "tap=out.tap", "gitlab=no/a.json")]
    with hidden() as url:
        command = [*COMMAND, "check", url, "--no-probe", *formats]
        ended = subprocess.run(
            ["sh", "-c", 'ulimit -f 2; exec "$@"', "sh", *command],
            cwd=tmp_path,
            env=without_coverage(environment()) | importing_first(ROOT),
            capture_output=True,
            text=True,
            check=False,
        )

    assert ended.returncode == 2, ended.stderr
    assert {path.name: path.stat().st_size > 100 for path in tmp_path.iterdir()} == {"out.json": False, "out.tap": True}
    assert len(ended.stderr.splitlines()) == 2
    assert [name for name in ("no/a.json", "out.json") if f'"{name}"' not in ended.stderr] == []
    assert (tmp_path / "out.json").read_text() == "before"


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    """Its permissions stay, a link stays a link, and nothing is left next to it."""
    file = tmp_path / "out.json"
    file.write_text("before")
    file.chmod(0o640)
    (tmp_path / "link.json").symlink_to(file)
    with hidden() as url:
        assert hdrcli("check", url, f"--format=json={tmp_path / 'link.json'}").err == ""

    valid(file.read_text("utf-8"))
    assert (tmp_path / "link.json").is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert sorted(each.name for each in tmp_path.iterdir()) == ["link.json", "out.json"]


def test_a_file_keeps_its_content_where_the_run_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    file.write_text("before")

    assert hdrcli("check", "http://127.0.0.1/", f"--format=json={file}", "--origin=no-origin").status == 2
    assert file.read_text() == "before"
    assert [each.name for each in tmp_path.iterdir()] == ["out.json"]


# --- places in the source ---------------------------------------------------------------------------------

APP: Final = """
from fastapi import FastAPI, Response
from fastapi.middleware.cors import CORSMiddleware

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["http://localhost:3000"])


@app.get("/items")
def items(response: Response) -> None:
    response.headers["X-Total-Count"] = "3"
"""


def test_findings_of_an_app_point_to_its_source(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(APP, "utf-8")
    formats = [f"--format={name}={FILES[name]}" for name in ("sarif", "gitlab")]
    ended = hdrcli_process("check", "main:app", "--no-probe", *formats, "--format=github", cwd=tmp_path)

    line = 1 + APP.splitlines().index('app.add_middleware(CORSMiddleware, allow_origins=["http://localhost:3000"])')
    (hidden,) = [each for _, each, _ in annotated(ended.out) if each["title"].startswith("HDR301")]
    assert (hidden["file"], hidden["line"]) == ("main.py", f"{line}")
    (issue,) = [each for each in json.loads(text_of(tmp_path, "gitlab")) if each["check_name"] == "HDR301"]
    assert issue["location"] == {"path": "main.py", "lines": {"begin": line}}
    results = json.loads(text_of(tmp_path, "sarif"))["runs"][0]["results"]
    (result,) = [each for each in results if each["ruleId"] == "HDR301"]
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "main.py"},
        "region": {"startLine": line},
    }
