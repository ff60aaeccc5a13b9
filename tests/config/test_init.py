"""`hdrcli init`: the file to begin with is a configuration, and what it expects holds."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Final

import pytest

from hdrcli.config.beginning import TEMPLATE
from tests.cli.program import assert_one_line, hdrcli
from tests.config.test_showing import validator
from tests.serving.http import answer
from tests.serving.loopback import free_port
from tests.serving.site import OPEN_TO_PAGE, PAGE, Site

ITEMS: Final = answer(
    *OPEN_TO_PAGE, "Access-Control-Expose-Headers: X-Total-Count, X-Not-Sent", "X-Total-Count: 3", "X-Hidden: 1"
)
ANSWERS: Final = {
    "/items": ITEMS,
    "/plain": answer(*OPEN_TO_PAGE),
    "/closed": answer("X-Total-Count: 3"),
    "/elsewhere": answer("Access-Control-Allow-Origin: https://app.example", "X-Total-Count: 3"),
    "/login": answer(*OPEN_TO_PAGE, status="401 Unauthorized"),
}


def begun(folder: Path) -> dict[str, object]:
    text = (folder / "hdrcli.toml").read_text("utf-8")
    table = tomllib.loads(text)
    assert list(validator().iter_errors(table)) == []
    return table


def test_a_template_without_a_target(tmp_path: Path) -> None:
    ended = hdrcli("init", cwd=tmp_path)

    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith("Wrote hdrcli.toml.")
    assert begun(tmp_path) == {}
    assert hdrcli("config", cwd=tmp_path).status == 0


def test_the_next_command_reads_the_file(tmp_path: Path) -> None:
    ended = hdrcli("init", "--output=other file.toml", cwd=tmp_path)
    command = shlex.split(ended.out.split('"')[1])

    assert command[0] == "hdrcli"
    assert "other file.toml" in hdrcli(*command[1:], cwd=tmp_path).out


def test_the_template_without_its_comments_is_a_configuration(tmp_path: Path) -> None:
    (tmp_path / "hdrcli.toml").write_text(re.sub(r"^# (?=[\[\w\"].*(?: = |\]$))", "", TEMPLATE, flags=re.MULTILINE))

    assert begun(tmp_path).keys() == {"origin", "fail-on", "services", "routes", "ignore"}
    assert hdrcli("config", cwd=tmp_path, env={"API_TOKEN": "x"}).status == 0


def test_what_a_service_keeps_is_expected(tmp_path: Path) -> None:
    with Site(ANSWERS) as site:
        ended = hdrcli("init", f"{site.url}/items?page=2&token=31337", cwd=tmp_path)
        table = begun(tmp_path)
        checked = hdrcli("check", "local", "--format=json", cwd=tmp_path)

    assert (ended.status, ended.err) == (0, "")
    assert table == {
        "origin": [PAGE],
        "services": {"local": {"url": site.url, "paths": ["/items"]}},
        "routes": {"GET /items": {"readable": ["X-Total-Count"], "status": "2xx"}},
    }
    assert (checked.status, json.loads(checked.out)["summary"]["unmatched"]) == (0, [])


@pytest.mark.parametrize(
    ("path", "arguments", "expected"),
    [
        ("/plain", [], {"origin": [PAGE], "routes": {"GET /plain": {"status": "2xx"}}}),
        ("/closed", [], {"routes": {}}),
        ("/login", [], {"origin": [PAGE], "routes": {}}),
        (
            "/elsewhere",
            [],
            {"origin": ["https://app.example"], "routes": {"GET /elsewhere": {"status": "2xx"}}},
        ),
        (
            "/elsewhere",
            ["--origin=https://app.example"],
            {"origin": ["https://app.example"], "routes": {"GET /elsewhere": {"status": "2xx"}}},
        ),
    ],
)
def test_proposals(tmp_path: Path, path: str, arguments: list[str], expected: dict[str, object]) -> None:
    with Site(ANSWERS) as site:
        ended = hdrcli("init", site.url + path, *arguments, cwd=tmp_path)
    table = begun(tmp_path)

    assert ended.status == 0
    assert table.pop("services") == {"local": {"url": site.url, "paths": [path]}}
    assert table == expected


@pytest.mark.parametrize(
    ("files", "arguments", "names"),
    [
        ({"hdrcli.toml": "# mine"}, [], "hdrcli.toml"),
        ({"pyproject.toml": "[tool.hdrcli]\n"}, [], "pyproject.toml"),
        ({"other.toml": "# mine"}, ["-o", "other.toml"], "other.toml"),
        ({}, ["-o", "none/other.toml"], "none/other.toml"),
    ],
    ids=str,
)
def test_nothing_is_overwritten(tmp_path: Path, files: dict[str, str], arguments: list[str], names: str) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content)

    ended = hdrcli("init", *arguments, cwd=tmp_path)

    assert (ended.status, ended.out) == (2, "")
    assert names in ended.err
    assert_one_line(ended.err)
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == files


@pytest.mark.parametrize(
    ("target", "status"),
    [(f"http://127.0.0.1:{free_port()}/", 3), ("items", 2), ("", 2)],
    ids=["refused", "word", "empty"],
)
def test_without_a_response_nothing_is_written(tmp_path: Path, target: str, status: int) -> None:
    ended = hdrcli("init", target, cwd=tmp_path)

    assert (ended.status, ended.out) == (status, "")
    assert_one_line(ended.err)
    assert list(tmp_path.iterdir()) == []
