"""`--export`: the commands and calls are run, and the server gets the same requests again."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.cli.program import environment, hdrcli
from tests.missing import is_missing
from tests.serving.http import Request, answer
from tests.serving.loopback import DEADLINE, free_port
from tests.serving.site import OPEN_TO_PAGE, Site

HIDDEN: Final = "s3cr3t-of-ada"
ALLOWING: Final = (
    *OPEN_TO_PAGE,
    "Access-Control-Allow-Methods: PUT, DELETE",
    "Access-Control-Allow-Headers: authorization, content-type, x-a, x-empty",
)
PATH: Final = "/it's/a[1-3]{b,c}/$HOME`id`\\;"
SITE: Final = {
    "/items": answer(*ALLOWING, "X-Total: 3"),
    "/it's/a[1-3]%7Bb,c%7D/$HOME%60id%60/;": answer(*ALLOWING, "X-Total: 3"),
    "/moved": answer(*ALLOWING, "Location: /items?a=$(id)&b=';'", status="307 Temporary Redirect"),
}
_ON_EACH_CONNECTION: Final = {"host", "connection"}


needs_curl = pytest.mark.skipif(is_missing("curl"), reason="needs curl")
needs_node = pytest.mark.skipif(is_missing("node"), reason="needs Node.js")


def run(program: str, text: str) -> subprocess.CompletedProcess[str]:
    """Run a program that reads its script from standard input."""
    return subprocess.run(
        [program, "-s" if program == "sh" else "-"],
        input=text,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )


def essence(request: Request) -> tuple[str, str, list[tuple[str, str]], bytes]:
    """All of a request but what belongs to its connection."""
    headers = sorted((name, value) for name, value in request.headers if name not in _ON_EACH_CONNECTION)
    return request.method, request.target, headers, request.body


CASES: Final = [
    ["/items"],
    [PATH],
    ["/items?q='%22\\|<>&x=$(id)"],
    ["/moved"],
    ["/items", "-I"],
    ["/items", "-d", ""],
    ["/items", "-d", 'it\'s "quoted" $HOME `id` \\n'],
    ["/items", "-d", "@"],
    ["/items", "-d", "a\nb\n"],
    ["/items", "-d", "é\u20ac\U0001f600"],
    ["/items", "-d", "@binary"],
    ["/items", "--json", '{"a": "it\'s"}'],
    ["/items", "-u", f"ada:{HIDDEN}", "-X", "PUT"],
    ["/items", "-H", "X-A: é'\"\\", "-H", "X-Empty:"],
    ["/items", "-b", "a='1'; b=$HOME"],
    ["/items", "--send", "X-Gateway: it's $HOME", "-H", "X-A: a;"],
    ["/items", "--mode=no-cors"],
]


@needs_curl
@pytest.mark.parametrize("arguments", CASES, ids=str)
def test_curl_sends_what_the_browser_sends(arguments: list[str], tmp_path: Path) -> None:
    path, *options = ["@@" if each == "@" else each for each in arguments]
    (tmp_path / "@").write_bytes(b"@name")
    (tmp_path / "binary").write_bytes(b"\0\x01'\\n\x1b[2J%s \0007\n")
    with Site(SITE) as site:
        ended = hdrcli(
            "check", site.url + path, *options, "--export=curl", "--show-secrets", "--no-probe", cwd=tmp_path
        )
        sent = [essence(request) for request in site.requests]
        site.requests.clear()
        ran = run("sh", ended.out)

    assert ended.status in {0, 1}
    assert sent
    assert (ran.returncode, ran.stderr) == (0, "")
    assert sorted(essence(request) for request in site.requests) == sorted(sent)
    assert ended.out.replace("\n", "").isprintable()
    assert ran.stdout.count("HTTP/1.1 ") == len(sent)


@needs_node
@pytest.mark.parametrize("arguments", [case for case in CASES if "-b" not in case and "--send" not in case], ids=str)
def test_javascript_calls_fetch_as_the_page_does(arguments: list[str], tmp_path: Path) -> None:
    path, *options = ["@@" if each == "@" else each for each in arguments]
    (tmp_path / "@").write_bytes(b"@name")
    (tmp_path / "binary").write_bytes(b"\0\x01'\\n\x1b[2J%s \0007\n")
    with Site(SITE) as site:
        ended = hdrcli(
            "check",
            site.url + path,
            *options,
            "--export=fetch",
            "--show-secrets",
            "--no-probe",
            "--browser=standard",
            cwd=tmp_path,
        )
        sent = [request for request in site.requests if request.method != "OPTIONS"]
        site.requests.clear()
        ran = run("node", ended.out)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert ended.out.replace("\n", "").isprintable()
    for ours, node_s in zip(sent, site.requests, strict=True):
        assert (ours.method, ours.target, ours.body) == (node_s.method, node_s.target, node_s.body)
        for name in ("content-type", "authorization", "x-a", "x-empty"):
            assert ours.get(name) == node_s.get(name)


@pytest.mark.parametrize("language", ["curl", "fetch"])
def test_secrets_are_redacted(language: str) -> None:
    arguments = ["-u", f"ada:{HIDDEN}", "-b", f"sid={HIDDEN}", "--send", f"X-Gateway: {HIDDEN}"]
    arguments += ["-d", f'{{"password": "{HIDDEN}"}}', "-H", f"X-Api-Key: {HIDDEN}"]
    with Site(SITE) as site:
        url = f"{site.url}/items?token={HIDDEN}"
        ended = hdrcli("check", url, *arguments, f"--export={language}")
        shown = hdrcli("check", url, *arguments, f"--export={language}", "--show-secrets")

    assert HIDDEN not in ended.out + ended.err
    assert "[redacted]" in ended.out
    assert HIDDEN in shown.out


@pytest.mark.parametrize("language", ["curl", "fetch"])
def test_requests_that_are_not_sent_are_exported(language: str) -> None:
    with Site(SITE) as site:
        ended = hdrcli("check", site.url + "/items", "-X", "PUT", "--dry-run", f"--export={language}")

    assert (ended.status, site.requests) == (0, [])
    assert ("-X OPTIONS" if language == "curl" else 'method: "PUT"') in ended.out


@needs_curl
def test_options_of_the_connection_are_curl_s() -> None:
    options = ["--connect-to", "api.invalid:80:127.0.0.1:{}", "--http1.1", "-k"]
    with Site(SITE) as site:
        options[1] = options[1].format(site.port)
        ended = hdrcli("check", "http://api.invalid/items", *options, "--export=curl", "--no-probe")
        number = len(site.requests)
        ran = run("sh", ended.out)

    assert (ran.returncode, len(site.requests)) == (0, 2 * number)


def test_a_request_that_no_page_can_make_has_no_command() -> None:
    ended = hdrcli("check", f"http://127.0.0.1:{free_port()}/", "-X", "TRACE", "--export=curl")

    assert ended.status == 2
    assert [line for line in ended.out.splitlines() if not line.startswith("#") and line] == []


def test_quiet_would_suppress_it() -> None:
    ended = hdrcli("check", "http://127.0.0.1/", "--export=curl", "--quiet")

    assert (ended.status, ended.out) == (2, "")
    assert "--export" in ended.err


@pytest.mark.parametrize("options", [["--format=json"], ["-v"]], ids=str)
def test_it_is_instead_of_a_report(options: list[str]) -> None:
    ended = hdrcli("check", "http://127.0.0.1/", "--export=curl", *options)

    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("hdrcli: --export is printed instead of a report")
