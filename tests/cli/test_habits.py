"""What users of curl and HTTPie type: it works, or the error says what to type instead."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path
from typing import Final

import pytest

from hdrcli.cli.habits import INSTEAD
from hdrcli.settings import Settings, settings_with_options
from tests.cli.program import COMMAND, assert_one_line, environment, hdrcli
from tests.serving.http import Request, answer
from tests.serving.loopback import DEADLINE
from tests.serving.site import OPEN_TO_PAGE, Site
from tests.serving.tls import server_context

HIDDEN: Final = "s3cr3t-of-ada"
BASIC: Final = f"Basic {base64.b64encode(f'ada:{HIDDEN}'.encode()).decode()}"
ALLOWING: Final = (*OPEN_TO_PAGE, "Access-Control-Allow-Headers: authorization, content-type")
ITEMS: Final = {"/items": answer(*ALLOWING, "X-Total: 3")}
PLAIN: Final = ("--no-probe", "--browser=standard")


def requests_of(*arguments: str, cwd: Path | None = None) -> list[Request]:
    """The requests that a check with these arguments sends; it succeeds, and prints no secret."""
    with Site(ITEMS) as site:
        ended = hdrcli(
            "check", site.url + "/items", *PLAIN, "--verbose", *arguments, env={"HDRCLI_CREDENTIALS": "omit"}, cwd=cwd
        )
    assert ended.status == 0, ended
    assert HIDDEN not in ended.out + ended.err
    assert BASIC not in ended.out + ended.err
    return site.requests


@pytest.mark.parametrize(
    ("arguments", "method", "headers", "body", "preflights"),
    [
        ([], "GET", {"authorization": None, "content-type": None}, b"", 0),
        (["-I"], "HEAD", {}, b"", 0),
        (["-I", "-X", "head"], "HEAD", {}, b"", 0),
        (["-d", "a=1"], "POST", {"content-type": "text/plain;charset=UTF-8"}, b"a=1", 0),
        (["-d", ""], "POST", {}, b"", 0),
        (["-X", "POST", "-d", "a"], "POST", {}, b"a", 0),
        (["-d", "@body.txt"], "POST", {}, "é\r\n".encode(), 0),
        (["--json", '{"a": 1}'], "POST", {"content-type": "application/json", "accept": "*/*"}, b'{"a": 1}', 1),
        (["--json", "@body.txt"], "POST", {"content-type": "application/json"}, "é\r\n".encode(), 1),
        (["--json", "[]", "-H", "content-type: text/plain"], "POST", {"content-type": "text/plain"}, b"[]", 0),
        (["-u", f"ada:{HIDDEN}"], "GET", {"authorization": BASIC}, b"", 1),
        (["--bearer", HIDDEN], "GET", {"authorization": f"Bearer {HIDDEN}"}, b"", 1),
        (["--bearer", f"{HIDDEN}\n"], "GET", {"authorization": f"Bearer {HIDDEN}"}, b"", 1),
        (["-b", "a=1", "--credentials=include"], "GET", {"cookie": "a=1"}, b"", 0),
        (["-b", "a=1; b=2", "--credentials=include"], "GET", {"cookie": "a=1; b=2"}, b"", 0),
        (["-b", "a=1; b=2;", "-b", "c=3", "--credentials=include"], "GET", {"cookie": "a=1; b=2; c=3"}, b"", 0),
    ],
    ids=str,
)
def test_the_request_that_short_forms_make(
    arguments: list[str], method: str, *, headers: dict[str, str | None], body: bytes, preflights: int, tmp_path: Path
) -> None:
    (tmp_path / "body.txt").write_bytes("é\r\n".encode())
    *before, request = requests_of(*arguments, cwd=tmp_path)

    assert [each.method for each in before] == ["OPTIONS"] * preflights
    assert (request.method, request.body) == (method, body)
    assert {name: request.get(name) for name in headers} == headers


def test_the_body_from_standard_input() -> None:
    with Site(ITEMS) as site:
        command = [*COMMAND, "check", site.url + "/items", *PLAIN, "-q", "-d", "@-"]
        ended = subprocess.run(
            command, input=b"a=1", env=environment(), capture_output=True, timeout=DEADLINE, check=False
        )

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")
    assert [(request.method, request.body) for request in site.requests] == [("POST", b"a=1")]


def test_any_certificate_with_k() -> None:
    with Site(ITEMS, tls=server_context("elsewhere.example")) as site:
        url = site.url + "/items"
        assert hdrcli("check", url, "--http1.1").status == 3
        assert hdrcli("check", url, "--http1.1", "-k").status == 0


@pytest.mark.parametrize(
    ("arguments", "status"),
    [([], 0), (["--expect-readable=X-Total"], 1), (["--expect-absent=X-A"], 0), (["--no-such-option"], 2)],
    ids=str,
)
def test_quiet_prints_no_report(arguments: list[str], status: int) -> None:
    with Site(ITEMS) as site:
        ended = hdrcli("check", site.url + "/items", "-q", *arguments)

    assert (ended.status, ended.out) == (status, "")
    assert bool(ended.err) is (status == 2)


def test_quiet_leaves_the_file_and_problems(tmp_path: Path) -> None:
    with Site(ITEMS) as site:
        written = hdrcli("check", site.url + "/items", "-q", "-o", "report", cwd=tmp_path)
    unreachable = hdrcli("check", "http://nonexistent.invalid/", "-q")

    assert (written.status, written.out, written.err) == (0, "", "")
    assert "X-Total" in (tmp_path / "report").read_text()
    assert (unreachable.status, unreachable.out) == (3, "")
    assert_one_line(unreachable.err)


@pytest.mark.parametrize(
    "arguments",
    [
        ["-q", "-v"],
        ["-d", "a", "--json", "{}"],
        ["-I", "-X", "GET"],
        ["-I", "-d", "a"],
        ["-u", f"ada:{HIDDEN}", "--bearer", HIDDEN],
        ["-u", f"ada:{HIDDEN}", "-H", "authorization: x"],
        ["--bearer", HIDDEN, "-H", "Authorization: x"],
        ["-u", HIDDEN],
        ["--bearer", f"Bearer {HIDDEN}"],
        ["--bearer", ""],
        ["--bearer", f"{HIDDEN}\nX: 1"],
        ["-d", "@"],
        ["-d", "@no-such-file"],
        ["-d", "@latin-1"],
        ["-X", "PUT", "--preflight-only", "--repeat-writes"],
        ["--preflight-only", "--include-unsafe"],
        ["-b", "cookies.txt"],
        ["-b", "a=1; b"],
        ["-b", "a=1; b=2; Path=/"],
    ],
    ids=str,
)
def test_contradictions_and_wrong_values_are_refused(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "latin-1").write_bytes(b"\xe9")
    with Site(ITEMS) as site:
        ended = hdrcli("check", site.url + "/items", *arguments, cwd=tmp_path)

    assert (ended.status, ended.out, site.requests) == (2, "", [])
    assert HIDDEN not in ended.err
    assert_one_line(ended.err)


@pytest.mark.parametrize("option", INSTEAD)
def test_an_option_of_other_programs_is_an_error_that_says_what_to_do(option: str) -> None:
    ended = hdrcli("check", "http://127.0.0.1/", option)

    assert (ended.status, ended.out) == (2, "")
    assert ended.err == f"hdrcli: There is no option {option}. {INSTEAD[option]}\n"


@pytest.mark.parametrize(
    ("word", "option"),
    [
        ("POST", "--method"),
        ("get", "--method"),
        ("name=value", "--data"),
        ("page==2", "URL"),
        ("size:=3", "--json"),
    ],
)
def test_a_word_of_httpie_is_an_error_that_says_what_to_do(word: str, option: str) -> None:
    ended = hdrcli("check", "http://127.0.0.1/", word)

    assert (ended.status, ended.out) == (2, "")
    assert_one_line(ended.err)
    assert f'"{word}" is not a target' in ended.err
    assert option in ended.err


@pytest.mark.parametrize(
    ("word", "header"),
    [
        ("X-A:1", "X-A: 1"),
        ("X-Trace:a", "X-Trace: a"),
        ("x-trace:7", "x-trace: 7"),
        ("X-A: 1", "X-A: 1"),
        ("Retry-After:3", "Retry-After: 3"),
        ("Accept:text/html", "Accept: text/html"),
        (f"Authorization:{HIDDEN}", "Authorization: [redacted]"),
    ],
)
def test_a_header_as_a_word_is_no_host(word: str, header: str) -> None:
    for arguments in (("http://127.0.0.1:1/", word), (word, "http://127.0.0.1:1/")):
        ended = hdrcli("check", *arguments)

        assert (ended.status, ended.out) == (2, "")
        assert_one_line(ended.err)
        assert f"-H '{header}'" in ended.err


@pytest.mark.parametrize("word", ["server:1", "SERVER:1", "x.example:1", "Johns-Laptop:1"])
def test_a_host_with_a_port_is_no_header(word: str) -> None:
    assert hdrcli("check", word).status == 1  # browsers block port 1


@pytest.mark.parametrize("arguments", [("--json", "http://127.0.0.1:1/"), ("http://127.0.0.1:1/", "--json")])
def test_json_as_if_it_were_a_format(arguments: tuple[str, ...]) -> None:
    ended = hdrcli("check", *arguments)

    assert (ended.status, ended.out) == (2, "")
    assert_one_line(ended.err)
    assert "--format json" in ended.err


def test_no_option_is_an_option_of_other_programs() -> None:
    flags = {flag for setting in settings_with_options() for flag in setting.option.flags}

    assert flags.isdisjoint(INSTEAD)


def test_short_flags_in_one_word() -> None:
    ended = hdrcli("check", "http://127.0.0.1/", "-kL")

    assert ended.err == f"hdrcli: There is no option -L. {INSTEAD['-L']}\n"


def test_settings_have_no_secret_in_their_repr() -> None:
    for settings in (
        Settings(targets=(), user=f"ada:{HIDDEN}"),
        Settings(targets=(), bearer=HIDDEN),
        Settings(targets=(), json=f'{{"password": "{HIDDEN}"}}'),
    ):
        assert HIDDEN not in repr(settings)
