"""`hdrcli config` and `hdrcli schema config`: what holds and from where, and what a file may have."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Final

import jsonschema_rs
import pytest

from hdrcli.config.configuration import options_of_file
from hdrcli.settings import settings_with_options
from tests import readme
from tests.cli.program import hdrcli
from tests.cli.test_options import TEXTS
from tests.config.test_contract import IGNORE
from tests.config.test_values import toml

FILE: Final = """\
origin = ["https://file.example"]
timeout = 3
mode = "same-origin"

[services.staging]
url = "https://user:word@staging.example/"
header = ["X-Trace: ${TRACE}", "Authorization: Bearer ${TRACE}"]

[services.broken]
url = "https://broken.example"
cookie = "sid=${UNSET}"

[routes]
"GET /items*" = { readable = ["X-Total-Count"], status = 200 }

[[ignore]]
code = "HDR501"
route = "GET /x*"
reason = "No cache."
"""
TRACE: Final = "value-of-the-variable"
ARGUMENTS: Final = ("config", "--timeout=5")
VARIABLES: Final = {
    "TRACE": TRACE,
    "HDRCLI_MODE": "no-cors",
    "HDRCLI_COOKIE": "sid=31337; Path=/",
    "HDRCLI_TIMEOUT": "4",
}


def folder_with(tmp_path: Path, text: str = FILE) -> Path:
    (tmp_path / "hdrcli.toml").write_text(text, "utf-8")
    return tmp_path


def test_each_value_has_its_source(tmp_path: Path) -> None:
    ended = hdrcli(*ARGUMENTS, "--format=json", cwd=folder_with(tmp_path), env=VARIABLES)
    shown = json.loads(ended.out)
    by_key = {each["key"]: (each["value"], each["source"]) for each in shown["settings"]}

    assert (ended.status, ended.err, shown["schema"], shown["file"]) == (0, "", "hdrcli/config@1", "hdrcli.toml")
    assert by_key.keys() == {setting.option.key for setting in settings_with_options()}
    assert by_key["origin"] == (["https://file.example"], "hdrcli.toml:1")
    assert by_key["timeout"] == (5.0, "--timeout")
    assert by_key["mode"] == ("no-cors", "HDRCLI_MODE")
    assert by_key["cookie"] == (["sid=[redacted]; Path=/"], "HDRCLI_COOKIE")
    assert by_key["redirect"] == ("follow", "default")
    assert by_key["stack"] == (None, "default")
    assert shown["routes"] == {"GET /items*": {"readable": ["X-Total-Count"], "status": ["200"]}}
    assert shown["ignore"] == [{"code": "HDR501", "route": "GET /x*", "reason": "No cache."}]


def test_services_have_what_is_their_own(tmp_path: Path) -> None:
    shown = json.loads(hdrcli(*ARGUMENTS, "--format=json", cwd=folder_with(tmp_path), env=VARIABLES).out)
    staging, broken = shown["services"]

    assert staging == {
        "name": "staging",
        "targets": ["https://[redacted]@staging.example/"],
        "settings": [
            {
                "key": "header",
                "value": ["X-Trace: [redacted]", "Authorization: Bearer [redacted]"],
                "source": "hdrcli.toml:7",
            }
        ],
        "problem": None,
    }
    assert '"UNSET"' in broken["problem"]


def test_the_text_has_the_same(tmp_path: Path) -> None:
    ended = hdrcli(*ARGUMENTS, cwd=folder_with(tmp_path), env=VARIABLES)
    lines = [" ".join(line.split()) for line in ended.out.splitlines()]

    assert lines[0] == "# hdrcli.toml"
    assert 'origin = ["https://file.example"] # hdrcli.toml:1' in lines
    assert "timeout = 5.0 # --timeout" in lines
    assert 'mode = "no-cors" # HDRCLI_MODE' in lines
    assert '"GET /items*" = { readable = ["X-Total-Count"], status = ["200"] } # hdrcli.toml:14' in lines
    assert 'reason = "No cache."' in lines
    assert TRACE not in ended.out
    assert "31337" not in ended.out


def test_without_a_file_there_are_defaults(tmp_path: Path) -> None:
    ended = hdrcli("config", cwd=tmp_path)

    assert (ended.status, ended.out.splitlines()[0]) == (0, "# no configuration file")
    assert {line.rpartition("# ")[2] for line in ended.out.splitlines()[1:]} == {"default"}


def test_nothing_in_a_file_reaches_the_terminal_as_it_is(tmp_path: Path) -> None:
    text = '[routes]\n"GET /\\u001b[2J" = { blocked = true }\n' + IGNORE.format(code="HDR3").replace("known", "\\u001b")
    ended = hdrcli("config", cwd=folder_with(tmp_path, text))

    assert ended.status == 0
    assert "\x1b" not in ended.out


# --- schema -------------------------------------------------------------------------------------------------------


def validator() -> jsonschema_rs.Draft202012Validator:
    ended = hdrcli("schema", "config")
    assert (ended.status, ended.err) == (0, "")
    schema = json.loads(ended.out)
    jsonschema_rs.meta.validate(schema)
    return jsonschema_rs.Draft202012Validator(schema)


ALL_KEYS: Final = "\n".join(f"{key} = {toml(setting)}" for key, setting in options_of_file().items())


DOCUMENTED: Final[list[str]] = re.findall(r"^```toml\n(.*?)^```$", readme.TEXT, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("text", ["", FILE, "origin = 'null'", "expect-status = '404'", *DOCUMENTED])
def test_what_is_read_is_valid(tmp_path: Path, text: str) -> None:
    assert hdrcli("config", cwd=folder_with(tmp_path, text), env=VARIABLES).status == 0
    assert list(validator().iter_errors(tomllib.loads(text))) == []


def test_the_documents_show_a_file_with_all_tables() -> None:
    assert any(tomllib.loads(text).keys() >= {"services", "routes", "ignore"} for text in DOCUMENTED)


def test_all_keys_are_in_the_schema() -> None:
    """Values are here in lower case, as editors offer them; the program accepts them in any case."""
    text = ALL_KEYS.lower() if "method" in TEXTS else ""
    errors = list(validator().iter_errors(tomllib.loads(text)))

    assert [error.message for error in errors] == []


@pytest.mark.parametrize(
    "text",
    [
        "orgin = 'null'",
        "output = 'x'",
        "timeout = 0",
        "timeout = '1'",
        "concurrency = 1.5",
        "fail-on = 'errors'",
        "verify = 'yes'",
        "ignore = ['HDR301']",
        "[[ignore]]\ncode = 'HDR301'",
        "[[ignore]]\ncode = 'HDR301'\nreason = ' '",
        "[services.a]\norigin = 'null'",
        "[services.'a b']\nurl = 'http://a.example'",
        "[services.a]\nurl = 'http://a.example'\nmax-time = 1",
        "[services.a]\nurl = 'http://a.example'\npaths = []",
        "[services.a]\nurl = 'http://a.example'\npaths = ['x']",
        "[routes]\n'/' = {}",
        "[routes]\n'/' = {blocked = false}",
        "[routes]\n'/' = {status = 99}",
        "[routes]\n'items' = {blocked = true}",
    ],
)
def test_what_is_refused_is_not_valid(tmp_path: Path, text: str) -> None:
    ended = hdrcli("config", cwd=folder_with(tmp_path, text))

    assert ended.status == 2
    assert list(validator().iter_errors(tomllib.loads(text)))


def test_there_are_two_schemas() -> None:
    assert hdrcli("schema", "report").out == hdrcli("schema").out != hdrcli("schema", "config").out
    assert hdrcli("schema", "reports").status == 2
