"""`hdrcli audit` of several URLs: each result is written when its audit ends, however the command ends."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest
from jsonschema_rs import Draft202012Validator

from tests.audit.bed import FAULTY, MIRRORING, PAGE, Server
from tests.cli.program import hdrcli, started
from tests.serving.http import Request, answer
from tests.serving.loopback import DEADLINE
from tests.serving.site import Site


def test_a_reader_that_closes_the_pipe_ends_the_audits() -> None:
    with Site({}, otherwise=Server()) as site:
        urls = [f"{site.url}/{number}" for number in range(50)]
        with started("audit", *urls) as process:
            assert process.stdout is not None
            process.stdout.readline()
            process.stdout.close()
            assert process.wait(DEADLINE) == 0
            assert process.stderr is not None
            assert process.stderr.read() == b""
        assert len({request.target for request in site.requests}) < len(urls)


def test_several_urls_of_a_file(tmp_path: Path) -> None:
    with Site({"/open": MIRRORING, "/closed": answer()}) as site:
        (tmp_path / "urls.txt").write_text(f"# a list\n{site.url}/open\n\n{site.url}/closed\n", "utf-8")
        ended = hdrcli("audit", f"@{tmp_path / 'urls.txt'}", "--format=json")
    audits = json.loads(ended.out)["audits"]
    assert [len(each["findings"]) for each in audits] == [1, 0]
    assert ended.status == 1


def test_a_file_in_place_of_a_url_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_text("http://127.0.0.1:1/\n")
    ended = hdrcli("audit", "urls.txt", cwd=tmp_path)
    assert (ended.status, ended.out) == (2, "")
    assert "@urls.txt" in ended.err


def test_several_urls_of_standard_input(validator: Draft202012Validator) -> None:
    with Site({"/open": MIRRORING, "/closed": answer()}) as site:
        given = f"{site.url}/closed\n# a comment\n{site.url}/open\n{site.url}/open\n"
        ended = hdrcli("audit", "-", "--format=jsonl", given=given)
    audits = [json.loads(line) for line in ended.out.splitlines()]
    assert [(each["url"][-5:], len(each["findings"])) for each in audits] == [("losed", 0), ("/open", 1)]
    assert list(validator.iter_errors({"hdrcli": "1", "audits": audits})) == []


@pytest.mark.parametrize("form", ["table", "json", "jsonl"])
def test_ctrl_c_loses_nothing(form: str) -> None:
    """The second URL stops responding after it has shown its fault."""

    def stalls_later(request: Request) -> bytes | None:
        is_at_end = (request.get("origin") or "").startswith("chrome-extension:")
        return None if is_at_end else FAULTY["allows CodePen"][0](request)

    with Site({"/open": MIRRORING, "/later": stalls_later}) as site:
        words = [f"{site.url}/open", f"{site.url}/later", f"{site.url}/never"]
        with started("audit", *words, f"--origin={PAGE}", f"--format={form}") as process:
            while (site.wait_for_request().get("origin") or "") != f"chrome-extension://{'a' * 32}":
                pass
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=DEADLINE)
    assert (process.returncode, err) == (130, b"")
    if form == "table":
        assert b"[any-origin]" in out
        assert b"[shared-hosting]" in out
        return
    audits = json.loads(out)["audits"] if form == "json" else [json.loads(line) for line in out.splitlines()]
    assert [each["outcome"] for each in audits] == ["audited", "incomplete"]
    assert [finding["probe"] for each in audits for finding in each["findings"]] == ["any-origin", "shared-hosting"]
