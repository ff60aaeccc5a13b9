"""`hdrcli audit`: who can read the responses of each server of the bed, and what the command does and does not send."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from hdrcli.fetch import parse_origin
from tests.audit.bed import FAULTY, PAGE, SAFE, Server
from tests.cli.program import Ended, assert_one_line, hdrcli
from tests.serving.http import Request, answer
from tests.serving.loopback import free_port
from tests.serving.site import Site

JSON = dict[str, Any]
MOST_REQUESTS: Final = 100


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads(hdrcli("schema", "audit").out)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def audit(*words: str) -> Ended:
    return hdrcli("audit", *words, f"--origin={PAGE}", "--timeout=5", "--format=json")


def audit_of(server: Server, validator: Draft202012Validator) -> tuple[int, JSON]:
    """The exit status, and the audit of a server."""
    with Site({}, otherwise=server) as site:
        ended = audit(f"{site.url}/me")
    report = json.loads(ended.out)
    assert list(validator.iter_errors(report)) == []
    (found,) = report["audits"]
    assert {request.method for request in site.requests} == {"GET"}
    assert all((request.get("user-agent") or "").startswith("hdrcli/") for request in site.requests)
    assert len(site.requests) == found["requests"] <= MOST_REQUESTS
    return ended.status, found


@pytest.mark.parametrize("name", FAULTY)
def test_a_fault_is_found(name: str, validator: Draft202012Validator) -> None:
    server, expected = FAULTY[name]
    status, found = audit_of(server, validator)
    assert {finding["probe"]: finding["severity"] for finding in found["findings"]} == expected
    assert status == ("error" in expected.values())
    assert found["outcome"] == "audited"


@pytest.mark.parametrize("name", SAFE)
def test_what_is_safe_is_not_reported(name: str, validator: Draft202012Validator) -> None:
    status, found = audit_of(SAFE[name], validator)
    assert found["findings"] == []
    assert status == 0
    assert found["outcome"] == "audited"


MIRRORING: Final = Server(lambda _: True)
REDIRECTING: Final = "302 Found"


def redirect_to(location: str) -> Server:
    """A redirect that any origin may follow, with credentials."""
    return Server(lambda _: True, status=REDIRECTING, fixed=(f"Location: {location}",))


def test_a_redirect_to_another_host_is_reported_and_not_followed(validator: Draft202012Validator) -> None:
    with Site({}, otherwise=MIRRORING) as other:
        elsewhere = other.url.replace("127.0.0.1", "localhost")
        status, found = audit_of(redirect_to(f"{elsewhere}/"), validator)
        assert other.requests == []
    assert (status, found["findings"], found["redirects"]) == (2, [], [elsewhere])


def test_a_redirect_within_the_host_is_followed() -> None:
    with Site({"/me": redirect_to("/us"), "/us": MIRRORING}) as site:
        (found,) = json.loads(audit(f"{site.url}/me").out)["audits"]
    assert [finding["probe"] for finding in found["findings"]] == ["any-origin"]


def test_what_is_behind_a_redirect_that_browsers_refuse_is_not_reported() -> None:
    closed = answer("Location: /us", status=REDIRECTING)
    with Site({"/me": closed, "/us": MIRRORING}) as site:
        ended = audit(f"{site.url}/me")
        assert {request.target for request in site.requests} == {"/me"}
    (found,) = json.loads(ended.out)["audits"]
    assert (ended.status, found["findings"], found["redirects"]) == (0, [], [])


def test_nothing_else_is_tried_once_any_origin_is_allowed(validator: Draft202012Validator) -> None:
    _, found = audit_of(MIRRORING, validator)
    assert found["requests"] < 10 < found["planned"]


def test_dry_run_sends_nothing() -> None:
    with Site({}, otherwise=MIRRORING) as site:
        ended = hdrcli("audit", f"{site.url}/me", f"--origin={PAGE}", "--dry-run")
        assert site.requests == []
    assert ended.status == 0
    assert "  https://app.shop.example.hdrcli-probe.invalid\n" in ended.out


def test_a_service_without_a_response_is_unreachable(validator: Draft202012Validator) -> None:
    ended = audit(f"http://127.0.0.1:{free_port()}/")
    report = json.loads(ended.out)
    assert list(validator.iter_errors(report)) == []
    assert (ended.status, report["audits"][0]["outcome"]) == (3, "unreachable")
    assert report["audits"][0]["problem"]


def test_a_service_that_stops_responding_is_incomplete() -> None:
    def stops(request: Request) -> bytes:
        """The bytes are no response."""
        return b"x" if request.get("origin") == f"{PAGE}.hdrcli-probe.invalid" else answer()

    with Site({}, otherwise=stops) as site:
        ended = audit(f"{site.url}/me")
    assert (ended.status, json.loads(ended.out)["audits"][0]["outcome"]) == (1, "incomplete")


def test_the_time_limit_of_a_url() -> None:
    with Site({}, otherwise=None) as site:
        ended = audit(f"{site.url}/me", "--max-time=0.3")
    assert (ended.status, json.loads(ended.out)["audits"][0]["outcome"]) == (1, "incomplete")


@pytest.mark.parametrize(
    "words",
    [("http://[::1",), ("@missing.txt",), ("x.invalid", "--origin=nothing"), ("x.invalid", "--browser=lynx"), ()],
    ids=" ".join,
)
def test_wrong_usage(words: tuple[str, ...]) -> None:
    ended = hdrcli("audit", *words)
    assert ended.status == 2
    assert_one_line(ended.err)


def test_several_urls_of_a_file(tmp_path: Path) -> None:
    with Site({"/open": MIRRORING, "/closed": answer()}) as site:
        (tmp_path / "urls.txt").write_text(f"# a list\n{site.url}/open\n\n{site.url}/closed\n", "utf-8")
        ended = hdrcli("audit", f"@{tmp_path / 'urls.txt'}", "--format=json")
    audits = json.loads(ended.out)["audits"]
    assert [len(each["findings"]) for each in audits] == [1, 0]
    assert ended.status == 1


def test_a_configuration_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "hdrcli.toml").write_text('send = ["Authorization: Bearer secret"]\norigin = ["https://a.example"]\n')
    with Site({}, otherwise=Server()) as site:
        hdrcli("audit", f"{site.url}/me", cwd=tmp_path)
        sent = site.requests
    assert sent
    assert all(request.get("authorization") is None for request in sent)


@pytest.mark.parametrize("stack", ["nginx", "express", "fastapi"])
def test_the_fix_is_written_for_the_stack(stack: str) -> None:
    with Site({}, otherwise=MIRRORING) as site:
        (found,) = json.loads(audit(f"{site.url}/me", f"--stack={stack}").out)["audits"]
    assert any(PAGE in line for line in found["findings"][0]["fix_lines"])


@pytest.mark.parametrize("form", ["table", "json"])
def test_secrets_of_the_url_are_not_shown(form: str) -> None:
    with Site({}, otherwise=MIRRORING) as site:
        ended = hdrcli("audit", f"{site.url}/me?token=abcdefghijklmnop1234", f"--format={form}")
    assert "abcdefghijklmnop1234" not in ended.out
    assert "any-origin" in ended.out


@pytest.mark.parametrize("columns", ["40", "80", "120"])
def test_lines_fit_the_terminal_unless_they_are_to_be_copied(columns: str) -> None:
    with Site({}, otherwise=FAULTY["compares the beginning"][0]) as site:
        ended = hdrcli("audit", f"{site.url}/me", f"--origin={PAGE}", env={"COLUMNS": columns})
    too_long = [line for line in ended.out.splitlines() if len(line) > int(columns)]
    assert all("://" in line for line in too_long)
    assert "label-appended" in ended.out


def test_a_finding_names_the_browsers_that_can_have_the_origin(validator: Draft202012Validator) -> None:
    _, underscore = audit_of(FAULTY["takes an underscore for the end"][0], validator)
    _, backtick = audit_of(FAULTY["takes a backtick for the end"][0], validator)
    assert underscore["findings"][0]["browsers"] == ["chromium", "firefox"]
    assert backtick["findings"][0]["browsers"] == ["chromium"]


@pytest.mark.parametrize(
    "url",
    ["https://app.shop.example.", "https://[::1]:8443", "https://x.co.uk", "https://a.example", "http://intranet"],
)
def test_each_planned_origin_is_one_that_browsers_write_so(url: str) -> None:
    ended = hdrcli("audit", url, "--dry-run")
    assert ended.status == 0
    origins = [line.strip() for line in ended.out.partition("Not tried")[0].splitlines() if line.startswith("  ")]
    assert "null" in origins
    assert not [origin for origin in origins if ".." in origin or str(parse_origin(origin)) != origin]
