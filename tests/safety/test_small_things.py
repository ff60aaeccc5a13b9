"""Variables that are not set, and what a report must not leave unsaid."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.program import assert_one_line, hdrcli
from tests.serving.http import answer
from tests.serving.raw import RawServer
from tests.serving.site import OPEN_TO_PAGE

RESPONSE = answer(*OPEN_TO_PAGE, "X-A: 1")
FORMATS = ("table", "json", "jsonl")


@pytest.mark.parametrize(
    "url",
    [
        "http:///items",
        "https:///items",
        "HTTP:////items",
        "http:\\\\\\items",
        " http:///items",
        "http://",
        "http:// ",
        "http://:8000/items",
        "http://?page=2",
        "http://#top",
        "http://${API_HOST}/items",
        "http://$API_HOST/items",
        "http://api.$DOMAIN:8000/items",
        "http://{host}/items",
        "http://{{host}}:8000/items",
        "http://%API_HOST%/items",
        "http://<host>/items",
    ],
)
def test_a_url_without_a_host_is_a_variable_that_is_not_set(url: str) -> None:
    urls = ([url], *(["http://127.0.0.1:9/", option, url] for option in ("--compare", "--origin")))
    for arguments in (["check", *words] for words in urls):
        ended = hdrcli(*arguments)
        assert (ended.status, ended.out) == (2, "")
        assert ended.err.endswith(" does not name a host: is a variable not set?\n")
        assert_one_line(ended.err)


@pytest.mark.parametrize("path", ["${ID}", "{id}", "%ID%", "$ID", "//a", "?a=<b>#{c}"])
def test_names_of_variables_elsewhere_are_requested_as_they_are(path: str) -> None:
    with RawServer(RESPONSE) as server:
        assert hdrcli("check", f"{server.url}{path}", "--no-probe", "--fail-on=never").status == 0


@pytest.mark.parametrize("columns", ["0", "", "00", "-1", "x"])
def test_a_width_of_nothing_gives_the_report_of_a_pipe(columns: str) -> None:
    with RawServer(RESPONSE) as server:
        arguments = ["check", server.url, "--verbose", "--expect-readable=X-Nope"]
        whole, ended = hdrcli(*arguments), hdrcli(*arguments, env={"COLUMNS": columns})

    assert (ended.status, ended.out) == (1, whole.out)
    assert "X-A" in ended.out


@pytest.mark.parametrize("output_format", FORMATS)
def test_a_dash_is_standard_output(output_format: str, tmp_path: Path) -> None:
    with RawServer(RESPONSE) as server:
        arguments = ["check", server.url, f"--format={output_format}"]
        whole, ended = hdrcli(*arguments, cwd=tmp_path), hdrcli(*arguments, "--output=-", cwd=tmp_path)

    assert (ended.status, ended.out) == (whole.status, whole.out)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("output_format", FORMATS)
@pytest.mark.parametrize("options", [["--insecure"], ["--insecure", "--show=all"], ["--insecure", "--verbose"], []])
def test_each_report_says_that_certificates_are_not_checked(output_format: str, options: list[str]) -> None:
    with RawServer(RESPONSE) as server:
        for urls in ([server.url], [server.url, f"{server.url}a"], ["http://127.0.0.1:9/"]):
            ended = hdrcli("check", *urls, f"--format={output_format}", *options)
            if output_format == "table":
                is_said = "TLS certificates were not checked (--insecure)." in ended.out.splitlines()
            else:
                text = ended.out if output_format == "json" else ended.out.splitlines()[-1]
                is_said = json.loads(text)["verify"] is False
            assert is_said == bool(options)
