"""What the file holds, without a browser: nothing but itself, nothing that runs, and what the JSON report has."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest

from hdrcli import __version__
from tests.browser import chromium
from tests.browser.batch import installed
from tests.cli.program import hdrcli
from tests.html_report.reports import SITE, Made, made, made_of
from tests.safety.judging import Read, assert_html_of_ours
from tests.serving.http import answer
from tests.serving.loopback import free_port
from tests.serving.site import OPEN_TO_PAGE, Site
from tests.targets.projects import FASTAPI, project, run


@pytest.mark.parametrize("name", ["ordinary", "hostile"])
def test_the_file_is_complete_and_runs_nothing_but_its_own_script(name: str, request: pytest.FixtureRequest) -> None:
    assert_html_of_ours(request.getfixturevalue(name).text)


def test_the_policy_names_the_hashes_of_the_style_and_the_script(ordinary: Made) -> None:
    read = Read(ordinary.text)
    (policy,) = [
        attributes["content"]
        for _, attributes in read.elements
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy is not None
    sources = dict(directive.split(" ", 1) for directive in policy.split("; "))

    assert sources["default-src"] == sources["base-uri"] == sources["form-action"] == "'none'"
    for tag in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(read.raw[tag].encode()).digest()).decode()
        assert sources[f"{tag}-src"] == f"'sha256-{digest}'"
    assert "unsafe" not in policy


@pytest.mark.parametrize("name", ["ordinary", "hostile"])
def test_the_file_is_ascii(name: str, request: pytest.FixtureRequest) -> None:
    """So it is right in any encoding of standard output."""
    assert request.getfixturevalue(name).text.isascii()


def test_it_says_what_was_checked(ordinary: Made) -> None:
    text = Read(ordinary.text).text

    summary = ordinary.json["summary"]
    for said in (
        f"{summary['verdict'].upper()} : {summary['reason']}",
        f"hdrcli {__version__}",
        "--origin http://localhost:3000 --origin https://app.example",
        "chromium, firefox, webkit",
    ):
        assert said in text
    assert re.search(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2} UTC", text)


def test_findings_have_their_fix_and_their_explanation(ordinary: Made) -> None:
    text = Read(ordinary.text).text

    findings = ordinary.json["services"][0]["findings"]
    assert {finding["code"] for finding in findings} >= {"HDR101", "HDR301"}
    for finding in findings:
        assert f"{finding['code']} {finding['headline']}" in text
        assert f"hdrcli explain {finding['code']}" in text
        assert finding["spec"] in text
        for line in (finding["fix_setting"] or {"lines": []})["lines"]:
            assert " ".join(line.split()) in text


def test_unmet_expectations_are_listed(ordinary: Made) -> None:
    text = Read(ordinary.text).text

    unmet = [each for route in ordinary.json["services"][0]["routes"] for each in route["unmet"]]
    assert unmet
    for each in unmet:
        assert each["reason"] in text


def test_exchanges_are_in_it_only_if_they_are_wanted(tmp_path: Path, ordinary: Made) -> None:
    brief = made_of(tmp_path, SITE).text

    assert "&lt; X-Region: eu" in ordinary.text
    assert "&gt; GET /hidden HTTP/1.1" in ordinary.text
    assert "&gt; GET /hidden HTTP/1.1" not in brief


def test_secrets_are_redacted(tmp_path: Path) -> None:
    options = ("-H", "X-Api-Key: S3CR3T", "-u", "me:S3CR3T", "-b", "sid=S3CR3T", "-d", "S3CR3T", "--exchanges")
    with Site(SITE) as site:
        redacted = made(tmp_path, f"{site.url}/readable?token=S3CR3T", *options).text
        shown = made(tmp_path, f"{site.url}/readable?token=S3CR3T", *options, "--show-secrets").text

    assert "S3CR3T" not in redacted
    assert "--data &#x27;[redacted]&#x27;" in redacted
    assert "token=S3CR3T" in shown


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (["--dry-run"], 0, "Not sent:"),
        (["-X", "POST", "-d", "1"], 0, "not sent"),
        (["--expect-readable=X-Region"], 1, "Not as expected"),
        (["--mode=no-cors"], 0, 'The response is of type "opaque"'),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_other_kinds_of_runs(tmp_path: Path, options: list[str], status: int, said: str) -> None:
    report = made_of(tmp_path, {"/hidden": SITE["/hidden"]}, *options)

    assert report.status == status
    assert said in Read(report.text).text


def test_services_without_a_response(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}/"
    with Site(SITE) as site:
        report = made(tmp_path, url, f"{site.url}/readable")

    read = Read(report.text)
    assert report.status == 3
    assert "UNREACHABLE" in read.text
    assert "no response connection refused" in read.text.replace(": ", " ")
    anchors = {attributes.get("id") for _, attributes in read.elements}
    links = {attributes["href"][1:] for tag, attributes in read.elements if tag == "a" and attributes["href"]}
    assert {"s1", "s2"} <= anchors & links


def test_links_lead_somewhere(ordinary: Made) -> None:
    elements = Read(ordinary.text).elements
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]

    assert len(ids) == len(set(ids))
    links = [attributes["href"] or "" for tag, attributes in elements if tag == "a"]
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)


def test_it_goes_to_standard_output(tmp_path: Path) -> None:
    with Site(SITE) as site:
        ended = hdrcli("check", f"{site.url}/hidden", "--format=html", env={"PYTHONIOENCODING": "ascii"})
        written = hdrcli("check", f"{site.url}/hidden", "--format=html", "--output=out.html", cwd=tmp_path)

    assert ended.out.startswith("<!DOCTYPE html>")
    assert (written.out, ended.err) == ("", "")
    assert (tmp_path / "out.html").read_text("ascii").startswith("<!DOCTYPE html>")


def test_an_app_in_process_has_its_source_and_its_limits(tmp_path: Path) -> None:
    folder = project(tmp_path, {"main.py": FASTAPI})
    run(folder, "main:app", "--format=html=report.html")
    read = Read((folder / "report.html").read_text("ascii"))

    assert re.search(r"Source main\.py:[0-9]+ \(CORS layer\)", read.text)
    assert "(see --launch)" in read.text


def test_routes_that_are_not_checked_have_their_reason(tmp_path: Path) -> None:
    document = {"openapi": "3.1.0", "paths": {"/hidden": {"get": {}}, "/items/{item}": {"get": {"parameters": []}}}}
    head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
    responses = {**SITE, "/openapi.json": f"{head}{json.dumps(document)}".encode()}
    with Site(responses) as site:
        report = made(tmp_path, site.url)

    (skipped,) = report.json["services"][0]["skipped_routes"]
    assert f"GET {skipped['path']} {skipped['reason']}" in Read(report.text).text


def test_a_header_of_a_service_that_would_go_elsewhere(tmp_path: Path) -> None:
    allowing = answer(*OPEN_TO_PAGE, "Access-Control-Allow-Headers: X-Api-Key")
    with Site({"/": allowing}) as other:
        away = answer(*OPEN_TO_PAGE, f"Location: {other.url}/", status="302 Found")
        with Site({"/": away, "OPTIONS /": allowing}) as site:
            file = tmp_path / "hdrcli.toml"
            file.write_text(f'[services.api]\nurl = "{site.url}/"\nheader = ["X-Api-Key: S3CR3T"]\n', "utf-8")
            report = made(tmp_path, "api", f"--config={file}", "--no-probe")

    assert "X-Api-Key would go to another origin" in Read(report.text).text
    assert "S3CR3T" not in report.text


def test_a_real_browser(tmp_path: Path) -> None:
    installed(chromium)
    with Site(SITE) as site:
        report = made(tmp_path, f"{site.url}/hidden", "--no-probe", "--in-browser", "--browser=chromium")

    (real, *_) = report.json["services"][0]["routes"][0]["in_browser"]
    name = f"Chromium {real['version'].partition('.')[0]}"
    assert f"{name} without cookies did the same as its simulation" in Read(report.text).text
