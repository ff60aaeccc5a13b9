"""The baseline: what is known does not fail, what is new does; and the file that holds it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.program import Ended, assert_one_line, hdrcli
from tests.reporting import valid
from tests.serving.http import Request, answer
from tests.serving.loopback import free_port
from tests.serving.site import OPEN_TO_PAGE, Site

HIDDEN = answer(*OPEN_TO_PAGE, "X-A: 1")
OTHER_HIDDEN = answer(*OPEN_TO_PAGE, "X-A: 1", "X-B: 1")
BLOCKED = answer("X-A: 1")


class Service:
    """A service on one port, whose responses change from run to run."""

    def __init__(self, folder: Path) -> None:
        self._answers: dict[str, bytes] = {}
        self.file = folder / "known.json"
        self.site = Site(dict.fromkeys(("/a", "/b", "/c"), self._answer))

    def _answer(self, request: Request) -> bytes:
        return self._answers[request.target.strip("/")]

    def check(self, *options: str, **answers: bytes) -> Ended:
        self._answers = answers
        urls = [f"{self.site.url}/{name}" for name in answers]
        return hdrcli("check", *urls, "--no-probe", "--fail-on=warning", f"--baseline={self.file}", *options)

    @property
    def codes(self) -> list[str]:
        return [entry["code"] for entry in json.loads(self.file.read_text("utf-8"))["findings"]]


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return Service(tmp_path)


def test_only_what_is_new_fails(service: Service) -> None:
    with service.site:
        created = service.check("--baseline-update", a=HIDDEN)
        again = service.check(a=HIDDEN)
        elsewhere = service.check(b=HIDDEN, a=HIDDEN)
        another_name = service.check(a=OTHER_HIDDEN)
        another_rule = service.check(a=HIDDEN, c=BLOCKED)

    assert [ended.status for ended in (created, again, elsewhere, another_name, another_rule)] == [0, 0, 0, 1, 1]
    assert "1 known" in again.out.splitlines()[-1]
    assert "HDR301" in again.out


def test_json_says_what_is_known(service: Service) -> None:
    with service.site:
        service.check("--baseline-update", a=HIDDEN)
        report = valid(service.check("--format=json", a=HIDDEN, c=BLOCKED).out)

    findings = {finding["code"]: finding["known"] for finding in report["services"][0]["findings"]}
    assert findings["HDR301"] is True
    assert findings["HDR101"] is False
    assert report["summary"]["known"] == sum(findings.values())


@pytest.mark.parametrize("options", [["--baseline-update"], ["--baseline-prune"]])
def test_an_update_adds_and_pruning_removes(service: Service, options: list[str]) -> None:
    with service.site:
        service.check("--baseline-update", a=HIDDEN, c=BLOCKED)
        assert "1 entry of the baseline was not found" in service.check(a=HIDDEN).out
        service.check(*options, a=HIDDEN)

    assert ("HDR101" in service.codes) is (options == ["--baseline-update"])
    assert "HDR301" in service.codes


def test_a_service_that_was_not_checked_keeps_its_entries(service: Service) -> None:
    with service.site:
        service.check("--baseline-update", a=HIDDEN)
    before = service.file.read_bytes()
    hdrcli("check", f"http://127.0.0.1:{free_port()}/", f"--baseline={service.file}", "--baseline-prune")

    assert service.file.read_bytes() == before


def test_a_site_that_does_not_respond_is_not_pruned(service: Service) -> None:
    with service.site:
        service.check("--baseline-update", a=HIDDEN)
        before = service.file.read_bytes()
    service.check("--baseline-prune", a=HIDDEN)

    assert service.file.read_bytes() == before


def test_the_file_has_no_sentence(service: Service) -> None:
    with service.site:
        service.check("--baseline-update", a=HIDDEN)

    (entry,) = [entry for entry in json.loads(service.file.read_text("utf-8"))["findings"] if entry["code"] == "HDR301"]
    assert entry["service"] == service.site.url
    assert entry["subjects"] == ["x-a"]
    assert " " not in entry["variant"]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "does not exist: --baseline-update creates it"),
        ("", "is not a baseline"),
        ("{}", "is not a baseline"),
        ("[]", "is not a baseline"),
        ('{"schema": "hdrcli/baseline@1", "findings": [{"service": 1}]}', "is not a baseline"),
        ('{"schema": "hdrcli/baseline@1", "findings": ' + "[" * 100_000, "is not a baseline"),
        ('{"schema": "hdrcli/baseline@2", "findings": []}', "is not a baseline"),
    ],
)
def test_a_file_that_is_not_a_baseline(service: Service, content: str | None, complaint: str) -> None:
    if content is not None:
        service.file.write_text(content)
    with service.site:
        ended = service.check(a=HIDDEN)
        assert service.site.requests == []

    assert ended.status == 2
    assert_one_line(ended.err)
    assert complaint in ended.err


@pytest.mark.parametrize("option", ["--baseline-update", "--baseline-prune"])
def test_an_update_needs_a_file(option: str) -> None:
    ended = hdrcli("check", "http://127.0.0.1/", option)

    assert (ended.status, ended.err.strip()) == (2, f"hdrcli: {option} needs a file: give it with --baseline.")


@pytest.mark.parametrize("option", ["--baseline-update", "--baseline-prune"])
def test_a_dry_run_leaves_the_file(service: Service, option: str) -> None:
    with service.site:
        service.check("--baseline-update", a=HIDDEN)
        ended = service.check(option, "--dry-run", a=HIDDEN)

    assert (ended.status, ended.out) == (2, "")
    assert_one_line(ended.err)
    assert "HDR301" in service.codes


def test_a_link_stays_a_link_and_permissions_stay(service: Service) -> None:
    file = service.file
    service.file = file.with_name("link.json")
    service.file.symlink_to(file.name)
    with service.site:
        service.check("--baseline-update", a=HIDDEN)
        file.chmod(0o640)
        service.check("--baseline-update", a=OTHER_HIDDEN)

    assert service.file.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o640
    assert "HDR301" in service.codes
    assert sorted(path.name for path in file.parent.iterdir()) == ["known.json", "link.json"]


def test_a_baseline_without_a_directory_is_refused(service: Service, tmp_path: Path) -> None:
    service.file = tmp_path / "missing" / "known.json"
    with service.site:
        ended = service.check("--baseline-update", a=HIDDEN)
        assert service.site.requests == []

    assert (ended.status, ended.out) == (2, "")
    assert_one_line(ended.err)
    assert "there is no directory" in ended.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_baseline_that_cannot_be_written_leaves_the_reports(service: Service, tmp_path: Path) -> None:
    """Here, the place of its temporary file is taken by a link to a device that is full."""
    (tmp_path / f".{service.file.name}.{os.getpid()}.tmp").symlink_to("/dev/full")
    with service.site:
        ended = service.check(
            "--baseline-update", f"--format=junit={tmp_path / 'junit.xml'}", "--format=table", a=HIDDEN
        )

    assert ended.status == 2
    assert_one_line(ended.err)
    assert "cannot be written" in ended.err
    assert "(exit 2)" in ended.out.splitlines()[-1]
    assert "HDR301" in (tmp_path / "junit.xml").read_text("utf-8")
    assert not service.file.exists()
